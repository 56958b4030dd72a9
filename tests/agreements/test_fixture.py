import csv
from datetime import date
from pathlib import Path

import pytest

from agreements import fixture
from agreements.models import Agency, Agreement, Event, Listing, Revision, Source
from agreements.models.event import Publication
from agreements.models.source import ClaimField
from municipalities.models import County
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def small(tmp_path) -> Path:
    """A folder with a fixture of one or two rows a model; the database holds no record."""
    make.delete_record()
    place = make.south_miami()
    agency = make.make_agency(name="South Miami Police", slug="south-miami-police")
    agency.municipalities.add(place)
    agency.counties.set(County.objects.filter(geoid__in=["12086", "12011"]))
    make.make_agency_alias(agency=agency, printed_name="So. Miami, “PD”")
    agreement = make.make_agreement(
        public_id="A0001", agency=agency, addendum_urls=["https://ice.example/a", "https://ice.example/b"]
    )
    merged = make.make_agency(name="Ward 1", slug="a-ward-1", state=agency.state, merged_into=agency)
    make.make_agreement(public_id="A0002", agency=merged, merged_into=agreement)
    make.make_proposal(agreement=agreement, evidence=["Last on ICE's list of May 1, 2026."], answer="no")
    suit = make.make_suit(key="a-v-b", is_about_duty_to_sign=True)
    event = make.make_event(agreement=agreement, publication=Publication.PUBLISHED, votes_for=3, votes_against=0)
    make.make_event(municipality=place, kind="lawsuit_filed", suit=suit, earliest=None, latest=date(2025, 4, 1))
    citation = make.make_citation(event=event, note="Two lines,\nand a comma.")
    make.make_claim(citation=citation, field=ClaimField.DAY, value="", earliest=date(2025, 3, 1))
    make.make_check(municipality=place, source=citation.source)
    sheet = make.make_sheet(order=7, source=citation.source)
    make.make_listing(agreement=agreement, first_sheet=sheet, row=2, problems=[{"row": 2, "reason": "Ñ"}])
    make.make_listing(first_sheet=sheet, row=3, signed_on=date(2025, 3, 7))
    fixture.dump(tmp_path)
    make.delete_record()
    return tmp_path


def _texts(folder: Path) -> dict[str, bytes]:
    return {table.file_name: (folder / table.file_name).read_bytes() for table in fixture.TABLES}


def _change(path: Path, **cells: str) -> None:
    """Write other cells into the first row of a file, which is its line 2."""
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        first, *others = reader
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, reader.fieldnames)
        writer.writeheader()
        writer.writerows([{**first, **cells}, *others])


def test_every_model_of_the_record_is_dumped_with_every_field():
    # Revisions tell how the record came to be what it is.
    assert {table.model for table in fixture.TABLES} == set(make.FACTORIES) - {Revision}
    for table in fixture.TABLES:
        fields = {
            field.name
            for field in (*table.model._meta.fields, *table.model._meta.many_to_many)
            if not field.primary_key and not field.generated
        }
        of_editors = {"answered_by", "answered_at", "written_by", "corrected_on"}
        assert fields - of_editors == {
            *table.columns,
            *table.many,
            *table.worked_out,
        }


def test_dump_of_the_real_record_is_the_committed_fixture(tmp_path):
    fixture.dump(tmp_path)

    assert _texts(tmp_path) == _texts(fixture.FOLDER)


def test_load_then_dump_gives_the_same_bytes(small, tmp_path_factory):
    again = tmp_path_factory.mktemp("again")

    counts = fixture.load(small)
    fixture.dump(again)

    assert _texts(again) == _texts(small)
    assert Agreement.objects.get(public_id="A0002").merged_into == Agreement.objects.get(public_id="A0001")
    assert counts["listings.csv"] == 2
    assert set(counts.values()) == {1, 2}


def test_load_keeps_ids_and_new_rows_take_free_ones(small):
    with (small / "events.csv").open(encoding="utf-8") as file:
        ids = {int(row["id"]) for row in csv.DictReader(file)}
    # The sequence stands anywhere in a database that never drew these ids.
    highest = 5_000_000
    _change(small / "sources.csv", id=str(highest))
    for name in ("citations.csv", "checks.csv", "sheets.csv"):
        _change(small / name, source=str(highest))

    fixture.load(small)

    assert set(Event.objects.values_list("pk", flat=True)) == ids
    assert make.make_event(agreement=Event.objects.exclude(agreement=None)[0].agreement).pk > max(ids)
    assert make.make_source().pk == highest + 1


def test_load_refuses_a_database_with_a_record():
    before = Event.objects.count()

    with pytest.raises(fixture.FixtureError, match="There is a record in this database already"):
        fixture.load()

    assert Event.objects.count() == before


@pytest.mark.parametrize(
    ("name", "cells", "message"),
    [
        ("agencies.csv", {"counties": "12086 99999"}, "agencies.csv, line 2, counties: no row has the key '99999'"),
        ("agencies.csv", {"state": "XX"}, "agencies.csv, line 2, state: no row has the key 'XX'"),
        ("agencies.csv", {"state": ""}, "agencies.csv, line 2, state: no row has the key ''"),
        ("agencies.csv", {"kind": "posse"}, "agencies.csv, line 2, kind: cannot read 'posse'"),
        ("agreements.csv", {"addendum_urls": "[oops"}, r"agreements.csv, line 2, addendum_urls: cannot read '\[oops'"),
        ("agreements.csv", {"public_id": "B1"}, "agreements.csv: .*agreement_public_id_form"),
        ("events.csv", {"earliest": "2025-02-30"}, "events.csv, line 2, earliest: cannot read '2025-02-30'"),
        ("events.csv", {"latest": "March 2025"}, "events.csv, line 2, latest: cannot read 'March 2025'"),
        ("events.csv", {"id": "e5"}, "events.csv, line 2, id: cannot read 'e5'"),
        ("events.csv", {"votes_for": "many"}, "events.csv, line 2, votes_for: cannot read 'many'"),
        ("events.csv", {"agreement": "A7777"}, "events.csv, line 2, agreement: no row has the key 'A7777'"),
        ("sources.csv", {"url": "not an address"}, "sources.csv, line 2, url: cannot read 'not an address'"),
    ],
)
def test_load_names_file_line_and_column_and_writes_nothing(name, cells, message, small):
    _change(small / name, **cells)

    with pytest.raises(fixture.FixtureError, match=message):
        fixture.load(small)

    assert not Agency.objects.exists()
    assert not Source.objects.exists()
    assert not Listing.objects.exists()


def test_load_refuses_another_header(small):
    path = small / "suits.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("docket", "number", 1), encoding="utf-8")

    with pytest.raises(fixture.FixtureError, match=r"suits.csv, line 1: expected the columns .*'docket'.* 'number'"):
        fixture.load(small)


@pytest.mark.parametrize("more", ["a-v-c,A v. C", "a-v-c,A v. C,,,,,1"])
def test_load_refuses_a_row_of_another_width(more, small):
    with (small / "suits.csv").open("a", encoding="utf-8") as file:
        file.write(f"{more}\n")

    with pytest.raises(fixture.FixtureError, match="suits.csv, line 3: there are not as many cells as columns"):
        fixture.load(small)
