"""Markup that somebody typed into any text of the record is text wherever it is shown: to readers, and at the desk."""

import pytest
from django.contrib import admin
from django.db import models
from django.urls import reverse

from agreements.kinds import AgencyKind, EventKind
from agreements.models.event import Publication
from tests import factories as make

pytestmark = pytest.mark.django_db

#: In two forms: of an element, and of what would end an attribute.
MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
RAW = ("<script>alert(1)", "<img src=x")


def _texts(row: models.Model) -> None:
    """Writes the markup into every text of a row that takes any."""
    for field in row._meta.concrete_fields:
        is_any = type(field) in (models.CharField, models.TextField) and not field.choices
        if is_any and field.name not in {"public_id", "sha256", "form", "key"}:
            setattr(row, field.name, MARKUP[: field.max_length or None])
    row.save()


@pytest.fixture
def marked() -> dict[str, models.Model]:
    """A published event of South Miami's, with all that stands beside it, and a sheet's row and question."""
    agency = make.make_agency(kind=AgencyKind.MUNICIPAL_POLICE)
    agency.municipalities.add(make.south_miami())
    agreement = make.make_agreement(agency=agency)
    suit = make.make_suit(is_about_duty_to_sign=True)
    event = make.make_event(agreement=agreement, kind=EventKind.LAWSUIT_FILED, suit=suit)
    used = make.make_citation(event=event)
    beside = make.make_citation(event=event, is_used=False)
    rows = {
        "agency": agency,
        "alias": make.make_agency_alias(agency=agency),
        "suit": suit,
        "event": event,
        "source": used.source,
        "other": beside.source,
        "citation": used,
        "beside": beside,
        "claim": make.make_claim(citation=beside),
        "sheet": make.make_sheet(held_because="x"),
        "proposal": make.make_proposal(agreement=agreement),
    }
    for row in rows.values():
        _texts(row)
    listing = make.make_listing(agreement=agreement, printed={"LAW ENFORCEMENT AGENCY": MARKUP, "STATE": "FLORIDA"})
    make.rewrite(type(event).objects.filter(pk=event.pk), publication=Publication.PUBLISHED)
    return {**rows, "agreement": agreement, "listing": listing}


def test_readers_get_it_as_text(marked, client):
    agency, agreement, sheet = marked["agency"], marked["agreement"], marked["listing"].first_sheet
    query = "?q=%3Cscript%3Ealert(1)%3C/script%3E"
    pages = [
        agency.get_absolute_url(),
        agreement.get_absolute_url(),
        "/us/fl/miami-dade/south-miami/",
        "/us/fl/miami-dade/",
        "/us/fl/",
        f"/agreements/{query}",
        "/agreements/?municipality=1267550",
        f"/find/{query}",
        "/timeline/?county=12086",
        "/corrections/",
        "/sheets/",
        f"/sheets/{sheet.list}/{sheet.order}/",
        "/methodology/",
    ]
    shown = 0
    for path in pages:
        text = client.get(path).content.decode()
        assert [one for one in RAW if one in text] == [], path
        shown += "&lt;script&gt;alert(1)" in text

    assert shown >= 7, "The markup must be shown, as text, for this test to say anything."


@pytest.mark.parametrize("path", ["/figures/timeline/?county=12086", "/figures/map/?state=FL&county=12086"])
def test_figures_hand_it_to_no_browser_as_markup(marked, client, path):
    """What Plotly shows when a mark is pointed at: it reads a few elements in its texts, and no script among them."""
    answer = client.get(path)

    assert answer.headers["Content-Type"].startswith("application/json")
    assert [one for one in RAW if one in answer.content.decode()] == []


def test_desk_shows_it_as_text(marked, admin_client):
    pages = [reverse("admin:index")]
    for row in {type(one): one for one in marked.values()}.values():
        if type(row) in admin.site._registry:
            name = f"admin:{row._meta.app_label}_{row._meta.model_name}"
            pages += [reverse(f"{name}_changelist"), reverse(f"{name}_change", args=[row.pk])]
            pages.append(reverse(f"{name}_history", args=[row.pk]))
    for path in pages:
        text = admin_client.get(path).content.decode()
        assert [one for one in RAW if one in text] == [], path
