"""Who may bring in a sheet, and what is taken for one."""

import hashlib
import zipfile
from io import BytesIO

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from agreements.admin import uploads
from agreements.models import Review, Sheet
from tests.agreements.ice.sheets import read, sheet
from tests.agreements.ice.workbooks import csv_list, workbook
from tests.agreements.reviewing.pages import (
    DAY,
    HIALEAH,
    NAME,
    SOUTH,
    at,
    bring_in,
    nothing_is_kept,
    reviewed,
    text_of,
    upload,
)
from tests.signing_in import sign_in, who_may

pytestmark = pytest.mark.django_db


# Who may


@pytest.mark.parametrize("permissions", [(), ("view_sheet", "change_sheet", "change_proposal")])
def test_review_needs_its_permission(permissions, ana):
    read(sheet(DAY, SOUTH))
    review = reviewed(ana, SOUTH, HIALEAH)
    client = who_may(*permissions, name="carl")
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
    sign_in(client, User.objects.get(username="ana"))

    assert upload(client, workbook(SOUTH)).status_code == 403
    assert nothing_is_kept()


def test_changelist_leads_to_the_upload(ana):
    url = reverse("admin:agreements_sheet_changelist")
    link = f'href="{reverse("admin:upload_sheet")}"'

    assert link in text_of(ana.get(url))
    assert link not in text_of(who_may("view_sheet", name="carl").get(url))


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


def test_csv_of_early_days_is_brought_in(ana):
    content = csv_list(["FLORIDA", "Hialeah Police Department", "Task Force Model", "2/3/2025", "", ""])

    upload(ana, content, name="list.csv", published_on="2025-02-05")

    assert hashlib.sha256(content).hexdigest() == Review.objects.get().sha256
