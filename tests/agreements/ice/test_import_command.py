"""import_sheet: what a workbook would bring, and bringing it."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from agreements.ice.report import in_words
from agreements.models import Sheet
from tests.agreements.ice.sheets import row
from tests.agreements.ice.workbooks import workbook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_rules")]

PLACE = {"list": "participating", "published": date(2025, 7, 8), "half_day": "pm"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "participatingAgencies07082025pm.xlsx"
    path.write_bytes(workbook(row(signed="6/20/2025")))
    return path


def brought(capsys, file: Path, **options) -> str:
    call_command("import_sheet", str(file), **{**PLACE, **options})
    return capsys.readouterr().out


def test_sheet_is_shown_then_written_then_known(capsys, file):
    counts = "1 agency added, 1 event added, 1 listing matched, 1 name added, 1 sheet settled."

    assert f"Would write: {counts}" in brought(capsys, file)
    assert not Sheet.objects.exists()
    assert f"Written: {counts}" in brought(capsys, file, commit=True)
    assert "It is stored already" in brought(capsys, file, commit=True)
    assert Sheet.objects.get().order == 2025070801


def test_sheet_has_the_order_that_is_given(capsys, file):
    brought(capsys, file, commit=True, order=7)

    assert Sheet.objects.get().order == 7


def test_day_is_washingtons(capsys, file, monkeypatch):
    evening = datetime(2025, 7, 8, 2, tzinfo=UTC).astimezone(ZoneInfo("America/New_York"))
    monkeypatch.setattr("agreements.ice.reviewing.now_in_washington", lambda: evening)

    with pytest.raises(CommandError, match="--published 2025-07-08: ICE cannot have published it on that day"):
        brought(capsys, file)
    with pytest.raises(CommandError, match="cannot have published"):
        brought(capsys, file, published=date(1995, 12, 31))


def test_counts_are_said_in_words():
    assert in_words({"sheets settled": 1, "agencies moved": 2, "agencies added": 1, "listings matched": 1234}) == [
        "1 agency added",
        "2 agencies moved",
        "1,234 listings matched",
        "1 sheet settled",
    ]
