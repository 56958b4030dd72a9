"""docs/editors.md says of the desk what the desk says of itself, in two pages."""

import re
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from PIL import Image

from agreements.kinds import NEEDS_SECOND_EDITOR, EventKind
from agreements.typed_days import read

ROOT = Path(settings.BASE_DIR)
GUIDE = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
PICTURES = ROOT / "docs" / "editors"
#: What two printed pages hold beside the pictures.
MOST_WORDS = 920
#: Where the desk's words stand; the labels of fields are read from the page itself.
WORDS_OF_THE_DESK = ("templates/admin/**/*.html", "agreements/admin/*.py")


def quoted() -> list[str]:
    """The names that the guide prints in bold."""
    return [" ".join(name.split()) for name in re.findall(r"\*\*(.+?)\*\*", GUIDE, re.DOTALL)]


def section(heading: str) -> str:
    return " ".join(GUIDE.partition(f"## {heading}\n")[2].partition("\n## ")[0].split())


def test_guide_shows_every_picture_and_no_other() -> None:
    shown = re.findall(r'src="editors/([^"]+)"', GUIDE)

    assert sorted(shown) == sorted(path.name for path in PICTURES.iterdir())
    assert re.findall(r'href="editors/([^"]+)"', GUIDE) == shown
    assert len(shown) <= 6


@pytest.mark.parametrize("path", sorted(PICTURES.iterdir()), ids=lambda path: path.stem)
def test_pictures_are_light_and_of_a_screen(path: Path) -> None:
    with Image.open(path) as picture:
        assert (picture.format, picture.width in {360, 1280}) == ("PNG", True)
    assert path.stat().st_size < 120_000


def test_pictures_say_in_words_what_they_show() -> None:
    tags = re.findall(r"<img [^>]+>", GUIDE)

    assert tags
    assert all(re.search(r'alt="[^"]{20,}"', tag) for tag in tags)


def test_names_in_bold_are_printed_at_the_desk(editor_client: Client) -> None:
    page = editor_client.get(reverse("admin:agreements_event_add")).content.decode()
    desk = [path.read_text(encoding="utf-8") for pattern in WORDS_OF_THE_DESK for path in ROOT.glob(pattern)]
    words = " ".join(unescape("\n".join([page, *desk])).split())

    # As a whole, so that "Publish" is not found in "Published".
    missing = [name for name in quoted() if not re.search(rf"[>}}\"“] ?{re.escape(name)}:? ?[<{{\"”]", words)]
    assert len(quoted()) > 30
    assert missing == []


def test_second_editor_is_told_of_every_kind_that_needs_one() -> None:
    named = section("The second editor").partition("their writer: ")[2].partition(".")[0]

    kinds = {EventKind(kind).label.replace(", confirmed", " (confirmed)") for kind in NEEDS_SECOND_EDITOR}
    assert {name.replace("’", "'") for name in named.split(", ")} == kinds


def test_days_are_read_as_the_guide_writes_them() -> None:
    examples = re.findall(r"`([^`]+)`", section("Adding what happened"))

    assert len(examples) == 5
    assert all(read(example).latest for example in examples)


def test_guide_fits_on_two_pages() -> None:
    assert len(re.sub(r"<[^>]+>", " ", GUIDE).split()) <= MOST_WORDS
