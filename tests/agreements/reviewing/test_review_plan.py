"""What a sheet would bring is what it brings, whoever else is at work; held sheets are used or set aside."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.ice.apply import Rules
from agreements.ice.evidence import IMPORT_LOCK
from agreements.ice.fingerprint import fingerprint
from agreements.ice.shown import Watch
from agreements.models import Agreement, Event, Proposal, Review, Sheet
from tests import factories as make
from tests.agreements.ice.sheets import read, row, sheet
from tests.agreements.ice.workbooks import PARTICIPATING, PENDING, workbook
from tests.agreements.reviewing.pages import (
    DAY,
    HIALEAH,
    SIGNED,
    SOUTH,
    STRICT,
    at,
    bring_in,
    meanwhile,
    nothing_is_kept,
    reviewed,
    text_of,
    upload,
)

pytestmark = pytest.mark.django_db


# The plan


def test_plan_shows_both_printed_rows_with_their_evidence(ana):
    moa = "https://www.ice.gov/doclib/287gMOA/SouthMiami.pdf"
    days = [DAY - timedelta(days=number) for number in range(8)]
    read(*(sheet(day, row(signed=SIGNED, moa=moa), HIALEAH) for day in days))

    page = text_of(ana.get(at(reviewed(ana, row(signed=date(2025, 6, 21)), HIALEAH))))

    assert "Another day of signing" in page
    assert "(2025-06-20 → 2025-06-21)" in page
    assert f'href="{moa}"' in page
    assert page.count("<div>South Miami Police Department</div>") == 2 * 2  # of the day, and of the link that is gone
    assert f'href="{Agreement.objects.get(agency__name__startswith="So").get_absolute_url()}"' in page
    last = Sheet.objects.in_time().reverse()[:6]
    addresses = [f'href="{reverse("sheet", args=[one.list, one.order])}"' for one in last]
    assert [page.count(address) for address in addresses] == [2, 2, 2, 2, 2, 0]


HARD = [
    ("text dates", [row(signed="05/082025"), row("Hialeah Police Department", "7/72025")], PARTICIPATING),
    (
        "columns moved",
        [["x", "FLORIDA", SIGNED, "Hialeah Police Department", "Task Force Model", "Municipality"]],
        ["", "STATE", "SIGNED", "LAW ENFORCEMENT AGENCY", "SUPPORT TYPE", "TYPE"],
    ),
    ("a typed state", [row(state="FLORDIA", signed=SIGNED)], PARTICIPATING),
    (
        "HTML in cells",
        [row("<script>alert(1)</script> Police Department", SIGNED, moa="javascript:alert(1)")],
        PARTICIPATING,
    ),
    ("printed twice", [SOUTH, SOUTH], PARTICIPATING),
]


@pytest.mark.parametrize(("rows", "header"), [pytest.param(*case[1:], id=case[0]) for case in HARD])
def test_plan_is_what_is_written(rows, header, ana):
    read(sheet(DAY, SOUTH))
    upload(ana, workbook(*rows, header=header))
    review = Review.objects.get()
    plan, before = review.plan, (Event.objects.count(), fingerprint())

    page = text_of(ana.get(at(review)))
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert (Event.objects.count(), fingerprint()) == before  # looking wrote nothing
    assert "is in the record, as the plan said" in text_of(bring_in(ana, review))

    review.refresh_from_db()
    assert review.plan == {**plan, "is_written": True}
    assert bytes(review.content) == b""
    assert getattr(review.brought_in_by, "username", None) == "ana"
    assert Sheet.objects.count() == 2
    assert plan["written"].get("events added", 0) == Event.objects.count() - before[0]


def test_plan_says_row_and_column_of_every_problem(ana):
    page = text_of(ana.get(at(reviewed(ana, HIALEAH, row(signed="05/082025")))))

    assert '<th scope="row">3</th><td>SIGNED</td><td class="printed">05/082025</td>' in page


def test_plan_of_many_findings_folds_and_has_pages(ana):
    read(sheet(DAY, SOUTH))
    review = reviewed(ana, SOUTH, *(row(f"Ward {number:03} Constable", SIGNED, county="Lake") for number in range(130)))

    page, third = text_of(ana.get(at(review))), text_of(ana.get(at(review), {"kind": "new", "page": "3"}))

    assert page.count('class="entry"') == 25
    assert 'href="?kind=new#new"' in page
    assert third.count('class="entry"') == 30
    assert "Page 3 of 3" in third
    assert "Ward 129 Constable" in third


def test_plan_takes_as_many_queries_for_many_findings_as_for_one(ana):
    read(sheet(DAY, SOUTH))
    few = reviewed(ana, SOUTH, HIALEAH)
    many = reviewed(ana, SOUTH, *(row(f"Ward {number} Constable", SIGNED, county="Lake") for number in range(60)))

    counts = []
    for review in (few, many):
        with CaptureQueriesContext(connection) as queries:
            ana.get(at(review))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 15


def test_layout_of_the_other_list_is_kept_held_and_released(ana):
    read(sheet(DAY, SOUTH, HIALEAH))
    upload(ana, workbook(*(each[:5] for each in (SOUTH, row("Doral Police Department"))), header=PENDING))
    review = Review.objects.get()
    because = "It was published as the participating list and has the columns of the pending list."

    assert because in text_of(ana.get(at(review)))
    page = text_of(bring_in(ana, review))
    held = Sheet.objects.exclude(held_because="").get()
    assert (held.held_because, held.layout) == (because, "pending")
    assert "It is held: its rows are kept, and none of them counts." in page
    assert reverse("admin:rule_on_sheet", args=[held.pk]) in page
    assert not Agreement.objects.filter(agency__name__startswith="Doral").exists()

    ruling = reverse("admin:rule_on_sheet", args=[held.pk])
    shown = ana.post(ruling, {"ruling": "use"})
    assert "Its rows count." in text_of(shown)
    assert (Sheet.objects.get(pk=held.pk).ruling, Agreement.objects.count()) == ("", 2)
    ana.post(ruling, {"ruling": "use", "seen": shown.context["ruled"].sha256})

    assert Sheet.objects.get(pk=held.pk).held_because == ""
    assert Agreement.objects.filter(agency__name__startswith="Doral").exists()
    assert Proposal.objects.get(kind="sheet").answer == "yes"


def test_held_sheet_is_set_aside(ana, monkeypatch):
    monkeypatch.setattr(Rules, "load", lambda: STRICT)
    read(sheet(DAY, SOUTH, HIALEAH), rules=STRICT)
    bring_in(ana, reviewed(ana, HIALEAH))
    held = Sheet.objects.exclude(held_because="").get()
    url = reverse("admin:rule_on_sheet", args=[held.pk])

    assert "1 of the 2 agreements of the list of July 7, 2025 are not on it" in text_of(ana.get(url))
    shown = ana.post(url, {"ruling": "set_aside"})
    ana.post(url, {"ruling": "set_aside", "seen": shown.context["ruled"].sha256})

    held.refresh_from_db()
    assert (held.ruling, held.held_because) == ("set_aside", "An editor has set this sheet aside.")
    assert "Show what follows if it is set aside" not in text_of(ana.get(url))


def test_ruling_that_would_do_something_else_by_now_is_not_carried_out(ana, ben, monkeypatch):
    monkeypatch.setattr(Rules, "load", lambda: STRICT)
    read(sheet(DAY, SOUTH, HIALEAH), rules=STRICT)
    bring_in(ana, reviewed(ana, HIALEAH))
    held = Sheet.objects.exclude(held_because="").get()
    url = reverse("admin:rule_on_sheet", args=[held.pk])
    seen = ana.post(url, {"ruling": "use"}).context["ruled"].sha256
    theirs = ben.post(url, {"ruling": "use"}).context["ruled"].sha256
    ben.post(url, {"ruling": "use", "seen": theirs})

    response = ana.post(url, {"ruling": "use", "seen": seen})

    assert seen == theirs
    assert "Nothing was written: what follows has changed." in text_of(response)


def test_discarded_review_leaves_nothing(ana):
    review = reviewed(ana, SOUTH)

    page = text_of(ana.post(at(review), {"pressed": "discard"}, follow=True))

    assert "was discarded. The record is as it was." in page
    assert nothing_is_kept()


def test_review_without_a_button_or_with_an_unknown_one_does_nothing(ana):
    review = reviewed(ana, SOUTH)

    for pressed in ({}, {"pressed": "x"}):
        assert "Press one of the buttons" in text_of(ana.post(at(review), pressed, follow=True))
    assert (Review.objects.count(), Sheet.objects.count()) == (1, 0)


# Two editors


def test_two_who_bring_the_same_sheet_have_one_review(ana, ben):
    content = workbook(SOUTH)

    there = [upload(client, content).headers["Location"] for client in (ana, ben)]

    assert there[0] == there[1] == at(Review.objects.get())
    assert Review.objects.get().uploaded_by.username == "ana"


def test_plan_that_is_another_by_now_is_shown_and_not_written(ana):
    read(sheet(DAY, SOUTH))
    review = reviewed(ana, SOUTH, HIALEAH)
    read(sheet(DAY, SOUTH, HIALEAH, order=5_000, half_day="mid"))  # by the command, meanwhile
    before = fingerprint()

    page = text_of(bring_in(ana, review))

    assert "Nothing was written: the record has changed since this plan was worked out." in page
    assert fingerprint() == before
    old = review.plan
    review.refresh_from_db()
    assert (set(old["findings"]), set(review.plan["findings"])) == ({"new"}, set())
    assert review.plan_sha256 in page
    bring_in(ana, review)
    assert Sheet.objects.count() == 3


def test_second_to_bring_it_in_is_told_who_did(ana, ben):
    review = reviewed(ana, SOUTH)
    bring_in(ben, review)

    page = text_of(bring_in(ana, review))

    assert "It was brought in by ben already. Nothing was written." in page
    assert Sheet.objects.count() == 1
    for pressed in ("discard", "again"):
        page = text_of(ana.post(at(review), {"pressed": pressed}, follow=True))
        assert "It was brought in by ben already. Nothing was written." in page
    assert Review.objects.exists()


def test_sheet_that_a_command_stored_meanwhile_is_not_brought_in_twice(ana):
    review = reviewed(ana, SOUTH)
    made = sheet(date(2025, 7, 8), SOUTH, half_day="pm")
    read((made[0], replace(made[1], sha256=review.sha256)))

    assert "the record has changed" in text_of(bring_in(ana, review))
    review.refresh_from_db()
    assert "The record has this sheet by now." in text_of(ana.get(at(review)))
    assert "The record has this sheet already. Nothing was written." in text_of(bring_in(ana, review))
    assert (Sheet.objects.count(), review.sheet) == (1, None)


def test_bringing_in_waits_for_whoever_imports(ana, editors):
    content = workbook(SOUTH)
    review = Review.objects.create(
        list="participating",
        published_on=DAY,
        half_day="am",
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        plan_sha256="0" * 64,
        seconds=1,
        uploaded_by=User.objects.get(username="ana"),
    )
    importer, _ = editors
    importer.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '100ms'")

    with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
        bring_in(ana, review)

    importer.rollback()
    assert "the record has changed" in text_of(bring_in(ana, review))


PRESSED = ["again", "bring_in", "discard"]


@pytest.mark.parametrize("pressed", PRESSED)
def test_review_that_another_discards_meanwhile_is_said_to_be_gone(pressed, ana, ben, monkeypatch):
    review = reviewed(ana, SOUTH)
    meanwhile(monkeypatch, lambda: ben.post(at(review), {"pressed": "discard"}))

    page = text_of(ana.post(at(review), {"pressed": pressed, "seen": review.plan_sha256}, follow=True))

    assert "It was discarded meanwhile. Nothing was written." in page


@pytest.mark.parametrize("pressed", PRESSED)
def test_review_that_another_brings_in_meanwhile_is_said_to_be_in(pressed, ana, ben, monkeypatch):
    review = reviewed(ana, SOUTH)
    meanwhile(monkeypatch, lambda: bring_in(ben, review))

    page = text_of(ana.post(at(review), {"pressed": pressed, "seen": review.plan_sha256}, follow=True))

    assert "It was brought in by ben already. Nothing was written." in page


def test_event_that_reads_as_before_is_not_told_otherwise(ana):
    read(sheet(DAY, SOUTH))
    watch = Watch()

    make.rewrite(Event.objects.all(), sequence=5)
    assert watch.changed() == []
    make.rewrite(Event.objects.all(), summary="It reads otherwise.")
    [line] = watch.changed()
    assert line.startswith("South Miami Police Department, FL, Task Force Model: Signed, ")
    assert line.endswith("→ Signed, June 20, 2025. It reads otherwise.")


def test_event_that_moves_to_another_agency_says_from_which(ana):
    read(sheet(DAY, SOUTH, HIALEAH))
    watch = Watch()
    south, hialeah = (Agreement.objects.get(agency__name__startswith=name) for name in ("South", "Hialeah"))

    make.rewrite(Event.objects.filter(agreement=south), agreement=hialeah)

    [line] = watch.changed()
    assert line.count("South Miami Police Department, FL, Task Force Model: Signed, ") == 1
    assert "→ Hialeah Police Department, FL, Task Force Model: Signed, " in line


def test_plan_is_worked_out_again_when_asked(ana):
    review = reviewed(ana, SOUTH)
    Review.objects.update(plan_sha256="0" * 64)

    ana.post(at(review), {"pressed": "again"})

    assert Review.objects.get().plan_sha256 == review.plan_sha256
