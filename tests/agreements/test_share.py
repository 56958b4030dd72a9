"""Share cards: what they say and that they are what others' sites expect."""

import re
from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image, ImageChops

from agreements import cards, outlines
from agreements.cards import Card
from agreements.days import record_begin
from agreements.figures.marks import MARKS
from agreements.kinds import Status
from agreements.views.cards import have_signed

END = date(2026, 5, 18)
MOST_BYTES = 60_000
LONG = "Florida Department of Agriculture and Consumer Services – Office of Agricultural Law Enforcement, Florida"


def image(content):
    return Image.open(BytesIO(content)).convert("RGB")


def drawn(title="South Miami, Florida", status="court", words="Before a court"):
    return cards.draw(Card(title, status, words, END))


def ink(one, box):
    """Whether anything is drawn within a box of the card."""
    part = one.crop(box)
    return ImageChops.difference(part, Image.new("RGB", part.size, cards.PAPER)).getbbox() is not None


@pytest.mark.parametrize("title", ["South Miami, Florida", LONG, "Utqiaġvik, Lānaʻi", "X" * 400, "Xy " * 200])
def test_card_has_the_size_and_stays_small(title):
    content = drawn(title)

    one = image(content)
    assert one.size == (1200, 630)
    assert content.startswith(b"\x89PNG")
    assert len(content) <= MOST_BYTES
    # Nothing runs out of the margins.
    assert not ink(one, (1200 - 70, 4, 1196, 626))
    assert not ink(one, (4, 4, 70, 626))


@pytest.mark.parametrize("title", [LONG, "X" * 400, "Xy " * 200])
def test_card_breaks_a_long_title_and_keeps_clear_of_what_is_beneath(title):
    size, lines = cards._fit_title(title)

    assert 1 < len(lines) <= dict(cards.TITLE_SIZES)[size]
    assert all(cards._width(line, cards.SERIF, size) <= cards.WIDTH - 2 * cards.PADDING for line in lines)
    one = image(drawn(title))
    assert not ink(one, (4, 492, 1196, 524))  # between the status and the day of the record


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        (
            "Miami-Dade Corrections and Rehabilitation, Florida",
            ["Miami-Dade Corrections", "and Rehabilitation, Florida"],
        ),
        ("Palm Beach County Sheriff’s Office, Florida", ["Palm Beach County", "Sheriff’s Office, Florida"]),
        ("Florida", ["Florida"]),
    ],
)
def test_card_breaks_a_title_into_lines_of_about_one_length(title, lines):
    assert cards._fit_title(title)[1] == lines


def test_card_leaves_no_word_alone_on_the_last_line_where_another_can_join_it():
    words = "Aa bb cc Unquestionably"
    width = cards._width("cc Unquestionably", cards.SERIF, 46) + 2

    assert cards._wrapped(words, cards.SERIF, 46, width) == ["Aa bb cc", "Unquestionably"]
    assert cards._balanced(words, cards.SERIF, 46, width) == ["Aa bb", "cc Unquestionably"]


def test_card_cuts_a_title_that_fits_at_no_size_with_an_ellipsis():
    _, lines = cards._fit_title("word " * 200)

    assert lines[-1].endswith("…")


def test_card_takes_letters_from_the_file_that_has_them():
    assert cards._runs("Lānaʻi’s") == [("latin", "L"), ("latin-ext", "ā"), ("latin", "naʻi’s")]


@pytest.mark.parametrize("letter", ["ā", "ġ", "č", "ñ", "é", "ʻ", "’"])
def test_card_draws_letters_beyond_ascii_and_not_the_sign_for_a_missing_one(letter):
    def glyph(text):
        [(subset, piece)] = cards._runs(text)
        return cards._font(cards.SERIF, subset, 60, 600).getmask(piece)

    missing = cards._font(cards.SERIF, "latin", 60, 600).getmask("\uffff")

    assert bytes(glyph(letter)) != bytes(missing)
    assert glyph(letter).getbbox()


@pytest.mark.parametrize("status", [status.value for status in Status])
def test_card_shows_the_mark_of_every_status(status):
    color = tuple(int(cards.STATUS_COLORS[status][i : i + 2], 16) for i in (1, 3, 5))

    found = image(drawn("X", status, "Word")).crop((60, 300, 130, 420)).getcolors(9999)

    # Palettes move a color by a shade.
    assert any(max(abs(a - b) for a, b in zip(color, one, strict=True)) < 12 for _, one in found)


def test_card_says_in_words_what_it_shows():
    assert (
        Card("South Miami, Florida", "court", "Before a court", END).alt
        == "South Miami, Florida: Before a court. Record as of May 18, 2026."
    )


@pytest.mark.parametrize(
    ("signed", "total", "words"),
    [
        (0, 34, "0 of 34 municipalities have signed"),
        (1, 34, "1 of 34 municipalities has signed"),
        (0, 1, "0 of 1 municipality has signed"),
        (1200, 2560, "1,200 of 2,560 municipalities have signed"),
    ],
)
def test_card_counts_with_a_denominator(signed, total, words):
    assert have_signed(signed, total) == words


class TestOutlines:
    """Marks as pixels."""

    def test_square_fills_its_box(self):
        mask = outlines.mask("M4 4h8v8H4z", 16)

        # Edges of a pixel's eighth aside.
        assert mask.point(lambda shade: 255 * (shade > 60)).getbbox() == (4, 4, 12, 12)
        assert mask.getpixel((8, 8)) == 255

    def test_ring_is_hollow(self):
        mask = outlines.mask(MARKS["none"].path, 64)

        assert mask.getpixel((32, 32)) == 0
        assert mask.getpixel((32, 9)) == 255
        assert mask.getpixel((2, 2)) == 0

    def test_arc_goes_the_way_that_its_flags_say(self):
        """The four arcs of a circle of radius 4 from its left to its top, by the point half-way on each."""
        halves = {}
        for flags in ("0 0", "0 1", "1 0", "1 1"):
            [ring] = outlines.rings(f"M4 8A4 4 0 {flags} 8 4")
            halves[flags] = tuple(round(side, 1) for side in ring[len(ring) // 2])

        assert halves == {"0 0": (6.8, 6.8), "0 1": (5.2, 5.2), "1 0": (10.8, 10.8), "1 1": (1.2, 1.2)}

    def test_every_mark_can_be_drawn(self):
        for mark in MARKS.values():
            assert outlines.mask(mark.path, 32).getbbox(), mark.slug

    def test_command_that_is_not_known_is_refused(self):
        with pytest.raises(ValueError, match="C"):
            outlines.rings("M0 0C1 1 2 2 3 3z")


@pytest.mark.django_db
class TestAddresses:
    """The cards at the pages' addresses, on the real record."""

    PATHS = (
        "/card.png",
        "/us/fl/card.png",
        "/us/fl/miami-dade/card.png",
        "/us/fl/miami-dade/south-miami/card.png",
        "/agreements/A0001/card.png",
    )

    @pytest.mark.parametrize("path", PATHS)
    def test_card_is_a_small_picture(self, client, path):
        response = client.get(path)

        assert response.status_code == 200
        assert response["Content-Type"] == "image/png"
        assert image(response.content).size == (1200, 630)
        assert len(response.content) <= MOST_BYTES

    def test_card_of_the_country_has_room_for_its_words(self, client, monkeypatch):
        drawn_cards = []
        monkeypatch.setattr(cards, "draw", lambda card: drawn_cards.append(card) or b"")

        client.get("/card.png")

        [card] = drawn_cards
        assert re.fullmatch(
            r"[\d,]+ of [\d,]+ cities, towns and villages and [\d,]+ of [\d,]+ counties have signed", card.words
        )
        assert len(cards._balanced(card.words, cards.SERIF, 46, cards.WIDTH - 2 * cards.PADDING - 66)) <= 2

    @pytest.mark.parametrize("path", PATHS)
    def test_card_of_another_day_is_another(self, client, path):
        today, earlier = (client.get(path, {"as_of": day} if day else {}).content for day in ("", "2025-02-21"))

        assert today != earlier

    @pytest.mark.parametrize(
        "path",
        [
            "/us/zz/card.png",
            "/us/fl/nowhere/card.png",
            "/us/fl/miami-dade/nowhere/card.png",
            "/us/fl/broward/south-miami/card.png",
            "/agreements/A9999999/card.png",
            "/agreements/A%00/card.png",
        ],
    )
    def test_card_of_nothing_is_not_found(self, client, path):
        assert client.get(path).status_code == 404

    def test_card_of_a_day_that_cannot_be_read_is_refused(self, client):
        assert client.get("/card.png?as_of=yesterday").status_code == 400

    @pytest.mark.parametrize(
        ("query", "location"),
        [
            ("x=1", "/card.png"),
            ("as_of=2199-01-01", "/card.png"),
            ("as_of=20250307", "/card.png?as_of=2025-03-07"),
            ("x=1&as_of=2025-03-07", "/card.png?as_of=2025-03-07"),
        ],
    )
    def test_card_has_one_address(self, client, query, location):
        response = client.get(f"/card.png?{query}")

        assert (response.status_code, response["Location"]) == (302, location)

    def test_card_of_a_day_before_the_record_is_that_of_its_first(self, client):
        begin = record_begin()

        assert client.get("/card.png?as_of=2010-01-01")["Location"] == f"/card.png?as_of={begin}"
        assert client.get(f"/card.png?as_of={begin}").status_code == 200

    def test_card_runs_the_same_few_queries_whatever_the_place(self, client, django_assert_max_num_queries):
        for path in self.PATHS:
            with django_assert_max_num_queries(16):
                client.get(path)

    def test_addresses_do_not_meet_a_slug(self):
        assert reverse("municipality-card", args=["fl", "miami-dade", "south-miami"]).endswith("/south-miami/card.png")
