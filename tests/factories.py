"""One small, valid row of each model of the record: `make_<model>(**overrides)`, on the real places of the database."""

from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, models
from django.utils import timezone

from agreements.kinds import AgencyKind, EventKind, Program
from agreements.models import (
    Agency,
    AgencyAlias,
    Agreement,
    ChangeDay,
    Check,
    Citation,
    Claim,
    Event,
    LinkCheck,
    Listing,
    Period,
    Proposal,
    Reckoning,
    Review,
    Revision,
    Sheet,
    Source,
    Stale,
    Suit,
    Tally,
)
from agreements.models.event import CheckResult, Publication
from agreements.models.link import LinkOutcome
from agreements.models.proposal import ProposalKind
from agreements.models.revision import RECORD, writes_as
from agreements.models.sheet import HalfDay, IceList
from agreements.models.source import ClaimField, Confidence, SourceKind
from agreements.revisions import State as EventState
from agreements.revisions import propose, state_of
from municipalities.models import Municipality, State

# High enough to meet no row of the real record.
_numbers = count(900_001)


def florida() -> State:
    return State.objects.get(code="FL")


def south_miami() -> Municipality:
    return Municipality.objects.get(key="1267550")


def make_agency(**values: Any) -> Agency:
    number = next(_numbers)
    defaults = {"name": f"Test Police {number}", "kind": AgencyKind.MUNICIPAL_POLICE, "slug": f"test-police-{number}"}
    return Agency.objects.create(**{**defaults, **_with("state", florida, values)})


def make_agency_alias(**values: Any) -> AgencyAlias:
    values = _with("state", florida, _with("agency", make_agency, values))
    return AgencyAlias.objects.create(**{"printed_name": f"Test PD {next(_numbers)}", **values})


def make_agreement(**values: Any) -> Agreement:
    values.setdefault("public_id", f"A{next(_numbers)}")
    values.setdefault("program", Program.TASK_FORCE)
    return Agreement.objects.create(**_with("agency", make_agency, values))


def make_suit(**values: Any) -> Suit:
    number = next(_numbers)
    return Suit.objects.create(**{"key": f"test-suit-{number}", "name": f"City v. State {number}", **values})


def make_source(**values: Any) -> Source:
    number = next(_numbers)
    defaults = {
        "url": f"https://news.example/{number}",
        "title": f"Council votes {number}",
        "publisher": "The Gazette",
        "kind": SourceKind.NEWS,
    }
    return Source.objects.create(**{**defaults, **values})


def make_event(**values: Any) -> Event:
    """A draft, about a new agreement unless another subject is given; it needs a citation to be published."""
    defaults = {
        "kind": EventKind.VOTE_APPROVED,
        "earliest": date(2025, 3, 7),
        "latest": date(2025, 3, 7),
        "summary": "The commission voted to join.",
        "publication": Publication.DRAFT,
    }
    if not {"agreement", "agency", "municipality", "county", "state"} & values.keys():
        values["agreement"] = make_agreement()
    with writes_as(RECORD):  # a published one as it comes with the record, without a revision
        return Event.objects.create(**{**defaults, **values})


def rewrite(events: models.QuerySet[Event], **values: Any) -> None:
    """Change published events as if they had come so with the record, without a revision."""
    with writes_as(RECORD):
        events.update(**values)


def make_revision(**values: Any) -> Revision:
    """A proposed correction of a published event's summary, by a new editor, unless others are given."""
    if "event" not in values:
        values["event"] = make_citation(event=make_event(publication=Publication.PUBLISHED)).event
    state = state_of(values["event"])
    columns = {**state.columns, "summary": f"Corrected {next(_numbers)}."}
    by = values.pop("by", None) or make_user()
    return propose(event=values["event"], state=EventState(columns, state.sources), reason="A typo.", by=by)


def make_user(**values: Any) -> User:
    return User.objects.create_user(f"editor-{next(_numbers)}", **values)


def make_citation(**values: Any) -> Citation:
    values = _with("source", make_source, _with("event", make_event, values))
    return Citation.objects.create(**{"confidence": Confidence.HIGH, **values})


def make_claim(**values: Any) -> Claim:
    defaults = {"field": ClaimField.VOTES, "value": "5–2"}
    return Claim.objects.create(**{**defaults, **_with("citation", make_citation, values)})


def make_check(**values: Any) -> Check:
    values = _with("municipality", south_miami, _with("source", make_source, values))
    defaults = {"day": date(2026, 5, 18), "covers_from": date(2025, 2, 21), "result": CheckResult.NONE_FOUND}
    return Check.objects.create(**{**defaults, **values})


def make_sheet(**values: Any) -> Sheet:
    number = next(_numbers)
    defaults = {
        "list": IceList.PARTICIPATING,
        "published_on": date(2026, 5, 18),
        "half_day": HalfDay.AM,
        "order": number,
        "file_name": "participatingAgencies05182026am.xlsx",
        "sha256": f"{number:064x}",
        "rows": 1,
        "layout": values.get("list", IceList.PARTICIPATING),
        "is_settled": True,
    }
    return Sheet.objects.create(**{**defaults, **_with("source", make_source, values)})


def make_listing(**values: Any) -> Listing:
    values = _with("first_sheet", make_sheet, values)
    number = next(_numbers)
    defaults = {
        "last_sheet": values["first_sheet"],
        "row": number,
        "form": f"{number:032x}",
        "printed": {"STATE": "FLORIDA", "LAW ENFORCEMENT AGENCY": "Test Police"},
    }
    return Listing.objects.create(**{**defaults, **values})


def make_proposal(**values: Any) -> Proposal:
    """A question about a new agreement's departure unless another is given."""
    values = _with("agreement", make_agreement, values)
    defaults = {
        "kind": ProposalKind.DEPARTURE,
        "key": f"departure/{next(_numbers)}",
        "sentence": "Has the agreement ended?",
        "evidence": ["1 list without it, over 3 days."],
        "agency": values["agreement"] and values["agreement"].agency,
    }
    return Proposal.objects.create(**{**defaults, **values})


def make_link_check(**values: Any) -> LinkCheck:
    """One that works; it is beside the record, and so none of FACTORIES."""
    defaults = {"checked_at": timezone.now(), "outcome": LinkOutcome.WORKS, "status": 200}
    return LinkCheck.objects.create(**{**defaults, **_with("source", make_source, values)})


FACTORIES: dict[type[models.Model], Callable[..., Any]] = {
    Agency: make_agency,
    AgencyAlias: make_agency_alias,
    Agreement: make_agreement,
    Check: make_check,
    Citation: make_citation,
    Claim: make_claim,
    Event: make_event,
    Listing: make_listing,
    Proposal: make_proposal,
    Revision: make_revision,
    Sheet: make_sheet,
    Source: make_source,
    Suit: make_suit,
}


def delete_record() -> None:
    """Empty the record within a test, so that it can be written anew; the places stay, and the rollback undoes it."""
    derived = [Period, Tally, ChangeDay, Reckoning, Review, Stale, LinkCheck]
    models_and_links = [*FACTORIES, Agency.municipalities.through, Agency.counties.through, *derived]
    tables = ", ".join(model._meta.db_table for model in models_and_links)
    with connection.cursor() as cursor:
        # What the test wrote before is checked now: a table with checks outstanding cannot be emptied.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(f"TRUNCATE {tables}")


def _with(name: str, make: Callable[[], Any], values: dict[str, Any]) -> dict[str, Any]:
    """The values, with a new row under that name unless one is given."""
    return values if name in values else {**values, name: make()}
