"""Reviewing ICE's sheets in the admin: the upload, the plan and what is written, the questions, and two editors."""

import hashlib
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.admin import uploads
from agreements.ice.apply import Rules
from agreements.ice.evidence import IMPORT_LOCK
from agreements.ice.fingerprint import fingerprint
from agreements.ice.holds import Limits
from agreements.models import Agency, AgencyAlias, Agreement, Event, Listing, Proposal, Review, Sheet
from municipalities.models import County
from tests import factories as make
from tests.agreements.ice.sheets import RULES, read, row, sheet
from tests.agreements.ice.workbooks import PARTICIPATING, PENDING, csv_list, workbook

pytestmark = pytest.mark.django_db

DAY = date(2025, 7, 7)
SIGNED = date(2025, 6, 20)
SOUTH, HIALEAH = row(signed=SIGNED), row("Hialeah Police Department", SIGNED)
NAME = "participatingAgencies07082025pm.xlsx"
STRICT = replace(RULES, limits=Limits(hold_rows=0, hold_share=0.0))


@pytest.fixture(autouse=True)
def small_rules(db, monkeypatch):
    """An empty record, and rules that know two towns."""
    make.delete_record()
    monkeypatch.setattr(Rules, "load", lambda: RULES)


def signed_in(name: str, *permissions: str) -> Client:
    user = User.objects.create_user(name, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def ana() -> Client:
    return signed_in("ana", "review_sheet", "view_sheet")


@pytest.fixture
def ben() -> Client:
    return signed_in("ben", "review_sheet", "view_sheet")


def sent(content: bytes, name: str = NAME, **values) -> dict[str, object]:
    file = SimpleUploadedFile("x", content)
    file.name = name  # as a browser, or anybody else, may send it
    return {"file": file, "list": "participating", "published_on": "2025-07-08", "half_day": "pm", **values}


def upload(client: Client, content: bytes, name: str = NAME, **values):
    return client.post(reverse("admin:upload_sheet"), sent(content, name, **values))


def text_of(response) -> str:
    return response.content.decode()


def reviewed(client: Client, *rows: list[object], **values) -> Review:
    """The review of a workbook of these rows, uploaded."""
    response = upload(client, workbook(*rows), **values)
    assert response.status_code == 302, response.context["form"].errors
    return Review.objects.latest("uploaded_at")


def at(review: Review) -> str:
    return reverse("admin:review_sheet", args=[review.pk])


def bring_in(client: Client, review: Review, **values):
    return client.post(at(review), {"pressed": "bring_in", "seen": review.plan_sha256, **values}, follow=True)


def answered(client: Client, review: Review, proposal: Proposal, pressed: str, seen: str = "", **values):
    url = reverse("admin:answer_question", args=[review.pk, proposal.pk])
    return client.post(url, {"pressed": pressed, "seen": seen, **values}, follow=True)


def nothing_is_kept() -> bool:
    return not Review.objects.exists() and not Sheet.objects.exists()


# Who may


@pytest.mark.parametrize("permissions", [(), ("view_sheet", "change_sheet", "change_proposal")])
def test_review_needs_its_permission(permissions, ana):
    read(sheet(DAY, SOUTH))
    review = reviewed(ana, SOUTH, HIALEAH)
    client = signed_in("carl", *permissions)
    pages = [
        reverse("admin:upload_sheet"),
        reverse("admin:read_file_name"),
        at(review),
        reverse("admin:answer_question", args=[review.pk, 1]),
        reverse("admin:name_row", args=[review.pk, 1]),
        reverse("admin:rule_on_sheet", args=[Sheet.objects.get().pk]),
    ]

    assert [client.post(page, {"pressed": "bring_in"}).status_code for page in pages] == [403] * len(pages)
    assert [client.get(page).status_code for page in pages if "questions" not in page and "rows" not in page] == [
        403
    ] * 4
    assert Client().get(at(review)).status_code == 302
    assert Sheet.objects.count() == 1


def test_upload_without_the_token_is_refused(ana):
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(username="ana"))

    assert upload(client, workbook(SOUTH)).status_code == 403
    assert nothing_is_kept()


def test_changelist_leads_to_the_upload(ana):
    url = reverse("admin:agreements_sheet_changelist")
    link = f'href="{reverse("admin:upload_sheet")}"'

    assert link in text_of(ana.get(url))
    assert link not in text_of(signed_in("carl", "view_sheet").get(url))


# What is uploaded


def bomb(size: int = 200_000_000) -> bytes:
    """A small archive, one part of which unpacks to so many bytes."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(size // 1_000_000):
                part.write(bytes(1_000_000))
    return stream.getvalue()


REFUSED = [
    (b"", "The submitted file is empty."),
    (b"%PDF-1.7", "found a PDF"),
    (b"<html>", "found a web page or other markup"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "the old .xls form"),
    (b"MZ\x90 program", "found a file of another kind"),
    (b"PK\x03\x04 but no archive", "found a damaged archive"),
    (workbook(["a", "b"], header=["Name", "Age"]), "Expected the columns STATE"),
    (workbook([]).replace(b"xl/workbook.xml", b"xl/workbonk.xml"), "an archive without a workbook"),
]


@pytest.mark.parametrize(("content", "reason"), REFUSED)
def test_upload_of_what_is_no_sheet_says_why(content, reason, ana):
    response = upload(ana, content)

    assert (response.status_code, nothing_is_kept()) == (200, True)
    assert reason in str(response.context["form"].errors["file"])


def test_upload_of_a_zip_bomb_is_refused_unpacked(ana):
    content = bomb()

    response = upload(ana, content)

    assert len(content) < 500_000
    assert "Expected at most 300 parts and 30 MB unpacked; found 2 parts and 200 MB." in text_of(response)
    assert nothing_is_kept()


class Endless:
    """A request's body that fails the test if a byte of it is read."""

    def read(self, *_: object) -> bytes:
        pytest.fail("the body was read")

    readline = read


def test_upload_of_100_mb_is_refused_before_a_byte_is_read(ana):
    url = reverse("admin:upload_sheet")

    response = ana.generic(
        "POST",
        url,
        content_type="multipart/form-data; boundary=x",
        **{"CONTENT_LENGTH": "100000000", "wsgi.input": Endless()},
    )

    assert response.status_code == 413
    assert "This file has more than 5 MB." in text_of(response)
    assert nothing_is_kept()


def test_upload_of_more_than_a_sheet_can_have_is_a_form_error(ana, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_UPLOAD", 1_000)

    assert "This file has more than" in str(upload(ana, workbook(SOUTH)).context["form"].errors["file"])
    assert nothing_is_kept()


def test_upload_never_touches_the_disk(ana, settings):
    settings.FILE_UPLOAD_TEMP_DIR = "/nowhere"
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10

    assert upload(ana, workbook(SOUTH)).status_code == 302


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\sheets\\a.xlsx", "/tmp/a.xlsx", "<b>.xlsx", "n" * 400])
def test_upload_under_any_name_is_kept_under_a_plain_one(name, ana):
    upload(ana, workbook(SOUTH), name=name)

    kept = Review.objects.get().file_name
    assert kept
    assert len(kept) <= 200
    assert not {"/", "\\"} & set(kept)
    assert "<b>" not in text_of(ana.get(at(Review.objects.get())))


def test_upload_says_where_the_name_says_that_it_belongs(ana):
    url = reverse("admin:read_file_name")

    assert ana.get(url, {"q": NAME}).json() == {
        "list": "participating",
        "published_on": "2025-07-08",
        "half_day": "pm",
        "words": "The file’s name says: participating list, July 8, 2025, afternoon. Names can be wrong.",
    }
    assert ana.get(url, {"q": "<script>.xlsx"}).json()["list"] == ""


def test_upload_with_fields_left_empty_fills_in_the_names_and_asks_again(ana):
    response = upload(ana, workbook(SOUTH), list="", published_on="", half_day="")

    form = response.context["form"]
    assert [form[name].value() for name in ("list", "published_on", "half_day")] == [
        "participating",
        "2025-07-08",
        "pm",
    ]
    assert "Look whether that is right, and choose the file again." in text_of(response)
    assert nothing_is_kept()


@pytest.mark.parametrize(("day", "message"), [("1995-01-01", "cannot have"), ("2999-01-01", "cannot have"), ("x", "")])
def test_upload_of_a_day_that_cannot_be_is_a_form_error(day, message, ana):
    assert message in str(upload(ana, workbook(SOUTH), published_on=day).context["form"].errors["published_on"])


def test_upload_whose_name_says_otherwise_is_taken_as_said_and_noted(ana):
    review = reviewed(ana, SOUTH, published_on="2025-07-07", half_day="am")

    assert "The file’s name says otherwise: participating list, July 8, 2025, pm." in text_of(ana.get(at(review)))


def test_sheet_that_the_record_has_is_not_brought_in_again(ana):
    review = reviewed(ana, SOUTH)
    content = bytes(review.content)
    bring_in(ana, review)

    response = upload(ana, content)

    assert "The record has this sheet already" in text_of(response)
    assert (Review.objects.count(), Sheet.objects.count()) == (1, 1)


def test_same_bytes_of_another_day_may_be_brought_in_and_it_is_said(ana):
    review = reviewed(ana, SOUTH)
    content = bytes(review.content)
    bring_in(ana, review)

    upload(ana, content, published_on="2025-07-09", half_day="am")

    other = Review.objects.get(sheet=None)
    assert "a sheet with the very same bytes, of another day: ICE’s participating list of July 8, 2025" in text_of(
        ana.get(at(other))
    )
    bring_in(ana, other)
    assert Sheet.objects.count() == 2


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
    ("HTML in cells", [row("<script>alert(1)</script> Police Department", SIGNED)], PARTICIPATING),
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
    assert "It was brought in by ben: it can be set aside" in text_of(
        ana.post(at(review), {"pressed": "discard"}, follow=True)
    )


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


def test_plan_of_what_was_brought_in_is_not_worked_out_again(ana):
    review = reviewed(ana, SOUTH)
    bring_in(ana, review)

    assert "It was brought in by ana already" in text_of(ana.post(at(review), {"pressed": "again"}, follow=True))


def test_plan_is_worked_out_again_when_asked(ana):
    review = reviewed(ana, SOUTH)
    Review.objects.update(plan_sha256="0" * 64)

    ana.post(at(review), {"pressed": "again"})

    assert Review.objects.get().plan_sha256 == review.plan_sha256


# Questions


def asks_departure(client: Client) -> tuple[Review, Proposal]:
    """A sheet from which one agreement is gone: whether it has ended is asked."""
    read(sheet(DAY, SOUTH, HIALEAH))
    review = reviewed(client, HIALEAH)
    bring_in(client, review)
    review.refresh_from_db()
    return review, Proposal.objects.get(kind="departure")


def test_question_is_answered_on_the_review_with_its_evidence(ana):
    review, asked = asks_departure(ana)
    page = text_of(ana.get(at(review)))
    assert "0 of 1 answered" in page
    for sentence in asked.evidence:
        assert sentence.replace("'", "&#x27;") in page
    assert '<td class="printed">South Miami Police Department</td>' in page

    page = text_of(answered(ana, review, asked, "yes", note="The chief told us."))

    assert "1 of 1 answered" in page
    assert "ana answered yes on " in page
    asked.refresh_from_db()
    assert (asked.answer, asked.note) == ("yes", "The chief told us.")
    assert Event.objects.filter(kind="departed", publication="published").exists()


def test_question_that_another_has_answered_says_who_and_writes_nothing(ana, ben):
    review, asked = asks_departure(ana)
    answered(ben, review, asked, "no")
    before = fingerprint()

    page = text_of(answered(ana, review, asked, "yes"))

    assert "ben answered no on " in page
    assert "Nothing was written." in page
    assert fingerprint() == before


def test_question_is_answered_once_on_its_own_page_too(ana, ben):
    _, asked = asks_departure(ana)
    client = signed_in("carl", "change_proposal", "view_proposal")
    url = reverse("admin:agreements_proposal_change", args=[asked.pk])
    seen = client.get(url).context["adminform"].form.initial["seen"]
    client.post(url, {"pressed": "no", "seen": seen})

    page = text_of(client.post(url, {"pressed": "yes", "seen": seen}))
    assert "carl answered no on " in page
    assert Proposal.objects.get(pk=asked.pk).answer == "no"

    seen = client.get(url).context["adminform"].form.initial["seen"]
    assert client.post(url, {"pressed": "yes", "seen": seen}).status_code == 302
    assert Proposal.objects.get(pk=asked.pk).answer == "yes"


def test_question_of_another_review_is_not_found(ana):
    review, _ = asks_departure(ana)

    response = answered(ana, review, make.make_proposal(), "yes")

    assert response.status_code == 404


QWERTZ = row("Qwertzville Police Department", SIGNED)


def asks_place(client: Client) -> tuple[Review, Proposal]:
    read(sheet(DAY, SOUTH))
    review = reviewed(client, SOUTH, QWERTZ)
    bring_in(client, review)
    review.refresh_from_db()
    return review, Proposal.objects.get(kind="place")


def test_unmatched_agency_becomes_a_name_of_the_one_that_is_chosen(ana):
    review, asked = asks_place(ana)
    south = Agency.objects.get(name__startswith="South")

    page = text_of(answered(ana, review, asked, "agency", agency=south.pk))

    assert "1 of 1 answered" in page
    alias = AgencyAlias.objects.get(printed_name="Qwertzville Police Department")
    assert (alias.agency, alias.is_answer) == (south, True)
    assert Listing.objects.filter(agreement__agency=south).count() == 2
    assert Agency.objects.get(name__startswith="Qwertz").merged_into == south
    asked.refresh_from_db()
    assert (asked.answer, asked.note) == ("yes", "It is South Miami Police Department, FL.")
    assert not Proposal.objects.open().exists()


def test_unmatched_agency_is_given_its_place(ana):
    review, asked = asks_place(ana)
    county = County.objects.get(geoid="12086")

    answered(ana, review, asked, "place", counties=[county.pk])

    agency = Agency.objects.get(name__startswith="Qwertz")
    assert (list(agency.counties.all()), agency.is_from_list, agency.placing_note) == ([county], False, "")
    asked.refresh_from_db()
    assert (asked.answer, asked.note) == ("yes", "It belongs to Miami-Dade County, FL.")
    assert not Proposal.objects.open().exists()
    read(sheet(DAY + timedelta(days=3), SOUTH, QWERTZ))
    assert not Proposal.objects.open().exists()


@pytest.mark.parametrize(
    ("pressed", "values", "message"),
    [
        ("place", {}, "Choose a municipality or a county"),
        ("agency", {}, "Choose first"),
        ("agency", {"agency": "0"}, "Select a valid choice"),
        ("agency", {"agency": "itself"}, "choose another"),
        ("place", {"counties": "elsewhere"}, "Autauga County, AL is in Alabama"),
        ("yes", {}, "This question has no yes or no"),
        ("", {}, "Choose first"),
    ],
)
def test_place_that_cannot_be_is_refused_with_why(pressed, values, message, ana):
    review, asked = asks_place(ana)
    means = {
        "itself": Agency.objects.get(name__startswith="Qwertz").pk,
        "elsewhere": County.objects.get(geoid="01001").pk,
    }
    before = fingerprint()

    page = text_of(answered(ana, review, asked, pressed, **{name: means.get(one, one) for name, one in values.items()}))

    assert message in page
    assert fingerprint() == before


def test_vanished_agency_is_yet_another(ana):
    old, new = row("Qwertzville Police Department", SIGNED), row("Qwerzville Police Department", SIGNED)
    read(sheet(DAY, old, HIALEAH))
    review = reviewed(ana, new, HIALEAH)
    bring_in(ana, review)
    review.refresh_from_db()
    asked = Proposal.objects.get(kind="same_agency")
    hialeah = Agency.objects.get(name__startswith="Hialeah")
    assert text_of(ana.get(at(review))).count('<td class="printed">Qwer') == 2 * 2  # both rows, here and of the place

    answered(ana, review, asked, "agency", agency=hialeah.pk)

    asked.refresh_from_db()
    assert (asked.answer, asked.note) == ("no", "It is Hialeah Police Department, FL.")
    assert Agency.objects.get(name__startswith="Qwertz").merged_into == hialeah
    assert not Proposal.objects.open().filter(kind="same_agency").exists()


def test_row_whose_state_cannot_be_read_is_given_its_agency(ana):
    read(sheet(DAY, SOUTH))
    review = reviewed(ana, SOUTH, row("Hialeah Police Department", SIGNED, state="??"))
    assert "once the sheet is in, you can say whose" in text_of(ana.get(at(review)))
    bring_in(ana, review)
    assert "Rows without an agency" in text_of(ana.get(at(review)))
    lost = Listing.objects.get(agreement=None)
    hialeah = make.make_agency(name="Hialeah Police Department")
    url = reverse("admin:name_row", args=[review.pk, lost.pk])

    assert "Choose the agency first." in text_of(ana.post(url, {}, follow=True))
    ana.post(url, {"agency": hialeah.pk})

    lost.refresh_from_db()
    assert getattr(lost.agreement, "agency", None) == hialeah
    assert "Rows without an agency" not in text_of(ana.get(at(review)))
    assert ana.post(url, {"agency": hialeah.pk}).status_code == 404


def test_questions_that_an_answer_raises_are_asked_on_the_same_page(ana):
    read(sheet(DAY, row("Qwertzville Police Department", SIGNED), HIALEAH))
    review = reviewed(ana, row("Qwerzville Police Department", date(2025, 7, 8)), HIALEAH)
    bring_in(ana, review)
    review.refresh_from_db()
    first = set(review.questions)

    answered(ana, review, Proposal.objects.get(kind="same_agency"), "yes")

    review.refresh_from_db()
    new = set(review.questions) - first
    assert [key.split("/")[0] for key in new] == ["signed_again"]


def test_questions_take_as_many_queries_for_many_as_for_one(ana):
    counts = []
    for number in (1, 12):
        make.delete_record()
        read(sheet(DAY, SOUTH))
        names = [f"{'Qy' * (one + 3)}ville Police Department" for one in range(number)]
        review = reviewed(ana, SOUTH, *(row(name, SIGNED) for name in names))
        bring_in(ana, review)
        review.refresh_from_db()
        assert len(review.questions) == number
        with CaptureQueriesContext(connection) as queries:
            ana.get(at(review))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 25


def test_csv_of_early_days_is_brought_in(ana):
    content = csv_list(["FLORIDA", "Hialeah Police Department", "Task Force Model", "2/3/2025", "", ""])

    upload(ana, content, name="list.csv", published_on="2025-02-05")

    assert hashlib.sha256(content).hexdigest() == Review.objects.get().sha256
