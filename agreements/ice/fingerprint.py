"""One hash of all that the record says, whatever ids its rows have: the same content gives the same hash."""

import hashlib
import json
from collections.abc import Iterator

from agreements.models import Agency, AgencyAlias, Agreement, Event, Listing, Proposal, Sheet
from agreements.models.event import SUBJECTS

#: What `_of_agency` reads of the agency of a row, and of that of its agreement.
OF_AGENCY = ("agency__municipalities", "agency__counties")
OF_AGREEMENT = ("agreement__agency__municipalities", "agreement__agency__counties")
OF_EVENT = ("citations__source", "citations__claims", *OF_AGREEMENT, *OF_AGENCY)


def fingerprint() -> str:
    """The SHA-256 of the record's content: its agencies, agreements, published events with what their sources say,
    sheets, runs and proposals. Ids, public ids and addresses are left out: they follow the order of arrival."""
    digest = hashlib.sha256()
    for part in (_agencies, _agreements, _names, _events, _sheets, _listings, _proposals):
        for line in sorted(json.dumps(row, default=str, sort_keys=True) for row in part()):
            digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def _of_agency(agency: Agency) -> list[object]:
    """An agency by what it is, not by its id: state, name, and the places it serves."""
    return [agency.state_id, agency.name, *_places(agency)]


def _places(agency: Agency) -> list[list[str]]:
    return [
        sorted(one.key for one in agency.municipalities.all()),
        sorted(one.geoid for one in agency.counties.all()),
    ]


def _agencies() -> Iterator[object]:
    agencies = Agency.objects.standing_alone().prefetch_related("municipalities", "counties")
    for agency in agencies:
        yield [_of_agency(agency), agency.kind, agency.placing_note, agency.is_from_list]


def _agreements() -> Iterator[object]:
    for one in Agreement.objects.standing_alone().select_related("agency").prefetch_related(*OF_AGENCY):
        yield [_of_agency(one.agency), one.program, one.moa_url, one.addendum_urls]


def _names() -> Iterator[object]:
    for alias in AgencyAlias.objects.select_related("agency").prefetch_related(*OF_AGENCY):
        yield [alias.state_id, alias.printed_name, alias.program, alias.is_answer, _of_agency(alias.agency)]


def _events() -> Iterator[object]:
    events = Event.objects.published().select_related("agreement__agency", "agency")
    for event in events.prefetch_related(*OF_EVENT):
        about: list[object] = [getattr(event, f"{name}_id") for name in SUBJECTS[2:]]
        if event.agreement:
            about = [_of_agency(event.agreement.agency), event.agreement.program]
        elif event.agency:
            about = [_of_agency(event.agency)]
        sources = sorted(
            [
                one.source.url,
                one.source.title,
                one.is_used,
                one.says,
                sorted(
                    [claim.field, claim.value, str(claim.earliest), str(claim.latest)] for claim in one.claims.all()
                ),
            ]
            for one in event.citations.all()
        )
        days = [event.earliest, event.latest, event.sequence, event.is_from_list, event.is_being_checked]
        yield [about, event.kind, event.summary, days, sources]


def _of_sheet(sheet: Sheet) -> list[object]:
    return [sheet.list, sheet.published_on, sheet.half_day, sheet.order]


def _sheets() -> Iterator[object]:
    for sheet in Sheet.objects.all():
        yield [
            _of_sheet(sheet),
            sheet.sha256,
            sheet.layout,
            sheet.rows,
            sheet.problems,
            sheet.held_because,
            sheet.ruling,
        ]


def _listings() -> Iterator[object]:
    for one in Listing.objects.select_related("agreement__agency", "first_sheet", "last_sheet").prefetch_related(
        *OF_AGREEMENT
    ):
        about = [_of_agency(one.agreement.agency), one.agreement.program] if one.agreement else []
        yield [about, _of_sheet(one.first_sheet), _of_sheet(one.last_sheet), one.form, one.occurrence, one.problems]


def _proposals() -> Iterator[object]:
    for one in Proposal.objects.filter(is_current=True):
        yield [one.kind, one.key, one.sentence, one.evidence, one.answer]
