"""An editor at the pages of a review: what is sent, and what is read back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from agreements.ice import reviewing
from agreements.ice.evidence import lock_imports
from agreements.ice.holds import Limits
from agreements.models import Proposal, Review, Sheet
from tests.agreements.ice.sheets import RULES, row
from tests.agreements.ice.workbooks import workbook

DAY = date(2025, 7, 7)
SIGNED = date(2025, 6, 20)
SOUTH, HIALEAH = row(signed=SIGNED), row("Hialeah Police Department", SIGNED)
NAME = "participatingAgencies07082025pm.xlsx"
STRICT = replace(RULES, limits=Limits(hold_rows=0, hold_share=0.0))


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


def meanwhile(monkeypatch: pytest.MonkeyPatch, work: Callable[[], object]) -> None:
    """Somebody else does this while the next page waits for the importers' lock."""

    def waited() -> None:
        monkeypatch.setattr(reviewing, "lock_imports", lock_imports)
        work()
        lock_imports()

    monkeypatch.setattr(reviewing, "lock_imports", waited)
