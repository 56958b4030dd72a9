"""Reading dated facts into the record: events with their claims, signature blocks, and checks of places.

One row of the events file is what one source says. Rows with one key speak of one event: the used row gives its kind,
days and wording; the others stand beside it, and where they state something otherwise, as claims.
"""

import calendar
import csv
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from agreements.dates import day_in_words
from agreements.ice.evidence import ICE, ice_list_source
from agreements.ice.writer import AgencyWriter
from agreements.kinds import AgencyKind, EventKind, Program
from agreements.models import Agency, Agreement, Check, Citation, Claim, Event, Source, Suit
from agreements.models.event import CheckResult, Publication
from agreements.models.revision import RECORD, writes_as
from agreements.models.sheet import IceList
from agreements.models.source import ClaimField, Confidence, SourceKind
from agreements.opening import government_name
from agreements.status import RULES
from municipalities.models import County, Municipality, State

Row = dict[str, str]

#: Kinds that speak of an agreement, whether or not they move its status.
ABOUT_AN_AGREEMENT = frozenset(RULES) | {
    EventKind.COURT_FILING,
    EventKind.COURT_HEARING,
    EventKind.LISTED,
    EventKind.MOTION_FAILED,
}
#: The suits of these facts, by their key in the file.
SUITS = {
    "south-miami-v-desantis-2025": ("South Miami v. DeSantis (2025)", "Leon County Circuit Court", True),
    "south-miami-v-desantis-2019": (
        "City of South Miami v. DeSantis (2019)",
        "U.S. District Court, Southern District of Florida",
        False,
    ),
}
ROLES = ("used", "background", "unconfirmed", "claim")
VOTES = ("votes_for", "votes_against", "votes_absent")
#: The columns read of each file; others may stand beside them.
COLUMNS = {
    "events.csv": (
        *("event", "place", "county", "agency", "kind", "role", "earliest", "latest", "scheduled_for", "suit"),
        *("summary", *VOTES, "source_title", "source_publisher", "source_url", "source_published_on"),
        *("confidence", "note"),
    ),
    "moa_signatures.csv": (
        *("agency_as_on_ice_list", "local_signature_date_as_printed", "ice_signature_date", "moa_url"),
    ),
    "places.csv": ("municipality", "county", "latest_position", "position_date", "position_source"),
}
#: What a source states otherwise, where no column of the file holds it; read from the notes of these rows.
OTHER_CLAIMS = {
    ("winter-springs-vote", "City of Winter Springs"): (ClaimField.PROGRAM, Program.WARRANT.label),
    ("south-miami-suit-ended", "WTXL"): (ClaimField.COURT, "a judge in Miami"),
    ("tallahassee-motion-to-end", "VisaVerge"): (ClaimField.EXISTENCE, "no such vote; the review was still open"),
}
#: The lists of February 21, 2025 on were all read by name for these checks.
LISTS_READ_FROM = date(2025, 2, 21)


class FactsError(ValueError):
    """A row cannot be read. The message names file, line, column and value; nothing was written."""


@transaction.atomic
@writes_as(RECORD)
def import_facts(*, folder: Path) -> dict[str, int]:
    """Write all facts of the folder's three files, or nothing; returns counts. Once per database."""
    if Suit.objects.exists():
        raise FactsError("These facts are in the record already.")
    for key, (name, court, is_about_duty) in SUITS.items():
        Suit.objects.create(key=key, name=name, court=court, is_about_duty_to_sign=is_about_duty)
    events = _Events()
    groups: dict[str, list[tuple[int, Row]]] = defaultdict(list)
    for line, row in _rows(folder / "events.csv"):
        _check_values(row, line)
        groups[row["event"]].append((line, row))
    subjects = _Subjects.of([row for rows in groups.values() for _, row in rows])
    for rows in groups.values():
        events.write(rows, subjects)
    for line, row in _rows(folder / "moa_signatures.csv"):
        _write_signatures(line, row, events)
    checks = sum(_write_check(line, row) for line, row in _rows(folder / "places.csv"))
    return {"events": len(groups), "citations": events.citations, "claims": events.claims, "checks": checks}


def _rows(path: Path) -> list[tuple[int, Row]]:
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if missing := [name for name in COLUMNS[path.name] if name not in (reader.fieldnames or ())]:
            raise FactsError(f"{path.name}, line 1: no column {', '.join(missing)}")
        return list(enumerate(reader, start=2))


def _check_values(row: Row, line: int) -> None:
    """Raises FactsError where a cell of a row of events is none of the values that its column can have."""
    known = {"role": ROLES, "kind": EventKind.values, "confidence": Confidence.values, "suit": ("", *SUITS)}
    for column, values in known.items():
        if row[column] not in values:
            raise FactsError(f"events.csv, line {line}, {column}: {row[column]!r} is none of {', '.join(values)}")
    for column in VOTES:
        if row[column] and not row[column].isdecimal():
            raise FactsError(f"events.csv, line {line}, {column}: {row[column]!r} is not a number of votes")
    if not row["source_url"].startswith(("http://", "https://")):
        raise FactsError(f"events.csv, line {line}, source_url: {row['source_url']!r} is not a web address")


def _day(text: str, where: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise FactsError(f"{where}: {text!r} is not a day such as 2025-03-07") from error


def _days(row: Row, line: int) -> tuple[date | None, date | None]:
    where = f"events.csv, line {line}"
    return _day(row["earliest"], f"{where}, earliest"), _day(row["latest"], f"{where}, latest")


@dataclass
class _Subjects:
    """What each row's event is about. Agencies are those of ICE's list where the name is there, else new ones."""

    with_agreement: set[tuple[str, str]]
    writer: AgencyWriter = field(default_factory=AgencyWriter)

    @classmethod
    def of(cls, rows: list[Row]) -> "_Subjects":
        """Agencies some row of which speaks of an agreement: their other events belong to it too."""
        established = (row for row in rows if row["role"] != "unconfirmed" and row["kind"] in ABOUT_AN_AGREEMENT)
        return cls({(row["place"], row["agency"]) for row in established})

    def find(self, row: Row, line: int) -> dict[str, object]:
        """The one subject of a row's event, as the keyword that names it."""
        state = State.objects.get(code="FL")
        if row["place"] == state.name:
            return {"state": state}
        county = County.objects.filter(state=state, name=row["county"]).first()
        if county is None:
            raise FactsError(f"events.csv, line {line}, county: no county {row['county']!r} in {state}")
        if row["place"].endswith(" County"):
            agency = self.writer.find(state, row["agency"])
            if row["kind"] == EventKind.CONTEXT or agency is None:
                return {"agency": agency} if agency else {"county": county}
            return {"agreement": self._agreement(agency)} if row["kind"] in ABOUT_AN_AGREEMENT else {"agency": agency}
        place = Municipality.objects.filter(state=state, name=row["place"], counties=county).first()
        if place is None:
            raise FactsError(f"events.csv, line {line}, place: no municipality {row['place']!r} in {county}")
        if not row["agency"] and row["kind"] not in ABOUT_AN_AGREEMENT or row["suit"] == "south-miami-v-desantis-2019":
            return {"municipality": place}
        agency = self._agency(place, row["agency"])
        about_agreement = (row["place"], row["agency"]) in self.with_agreement and row["kind"] != EventKind.CONTEXT
        return {"agreement": self._agreement(agency)} if about_agreement else {"agency": agency}

    def _agency(self, place: Municipality, name: str) -> Agency:
        """The agency of that name, made where no list has it; the government itself where no police is named."""
        if name:
            agency = self.writer.find(place.state, name)
            kind = AgencyKind.MUNICIPAL_POLICE
        else:
            name, kind, agency = government_name(place), AgencyKind.MUNICIPAL_GOVERNMENT, None
        if agency is None:
            agency = place.agencies.filter(name=name).first() or self.writer.create(
                state=place.state, name=name, kind=kind, municipalities=[place], counties=[]
            )
        return agency

    def _agreement(self, agency: Agency) -> Agreement:
        """The agency's agreement: that of the Task Force Model first; a new one's program is not stated."""
        known = list(agency.agreements.all())
        task_force = [one for one in known if one.program == Program.TASK_FORCE]
        return (task_force or known or [self.writer.agreement(agency, Program.NOT_STATED)])[0]


@dataclass
class _Events:
    """Writes events with their citations and claims; takes over an event that ICE's list gave already.

    What the lists say beside an event taken over is written when the lists are next settled.
    """

    citations: int = 0
    claims: int = 0
    #: Ids of the events of the file: a second signing must not be written over the first.
    _written: set[int] = field(default_factory=set, init=False)

    def write(self, rows: list[tuple[int, Row]], subjects: _Subjects) -> None:
        (line, used), *others = sorted(rows, key=lambda each: each[1]["role"] == "claim")
        if used["role"] == "claim":
            raise FactsError(f"events.csv, line {line}, role: no row of event {used['event']!r} is used")
        if others and others[0][1]["role"] != "claim":
            raise FactsError(f"events.csv, line {others[0][0]}, role: a second row of event {used['event']!r} is used")
        earliest, latest = _days(used, line)
        subject = subjects.find(used, line)
        listed = self.listed(subject, used["kind"])
        event = listed if listed and listed.pk not in self._written else Event(**subject)
        event.kind, event.earliest, event.latest = used["kind"], earliest, latest
        event.summary = used["summary"]
        event.scheduled_for = _day(used["scheduled_for"], f"events.csv, line {line}, scheduled_for")
        for column in VOTES:
            setattr(event, column, int(used[column]) if used[column] else None)
        event.suit = Suit.objects.get(key=used["suit"]) if used["suit"] else None
        event.is_being_checked = used["role"] == "unconfirmed"
        event.publication = Publication.PUBLISHED
        event.is_from_list = False
        try:
            event.full_clean(exclude=["days"])
        except ValidationError as error:
            columns = ", ".join(error.message_dict)
            raise FactsError(f"events.csv, line {line}, {columns}: {' '.join(error.messages)}") from error
        event.save()
        self._written.add(event.pk)
        event.citations.update(is_used=False)
        self.cite(event, _source(used, line), used["confidence"], is_used=True, note=used["note"])
        for other_line, other in others:
            self._claim(event, used, other, other_line)

    def listed(self, subject: dict[str, Any], kind: str) -> Event | None:
        """The event that ICE's list gave for the same agreement, to be enriched rather than told twice."""
        if kind not in {EventKind.SIGNED, EventKind.LISTED_PENDING} or "agreement" not in subject:
            return None
        return Event.objects.filter(agreement=subject["agreement"], kind=kind).order_by("pk").first()

    def cite(
        self, event: Event, source: Source, confidence: str, *, is_used: bool, note: str = "", says: str = ""
    ) -> Citation:
        citation, created = Citation.objects.update_or_create(
            event=event,
            source=source,
            defaults={
                "confidence": confidence,
                "is_used": is_used,
                "is_from_list": False,
                "note": note,
                "says": says,
            },
        )
        self.citations += created
        return citation

    def _claim(self, event: Event, used: Row, row: Row, line: int) -> None:
        """One more source for an event, and what it states otherwise."""
        source = _source(row, line)
        if event.citations.filter(source=source, is_used=True).exists():
            raise FactsError(f"events.csv, line {line}, source_url: {source} is the event's used source already")
        citation = self.cite(event, source, row["confidence"], is_used=False, note=row["note"], says=row["summary"])
        earliest, latest = _days(row, line)
        if (earliest or latest) and not _overlap((earliest, latest), (event.earliest, event.latest)):
            self._add(citation, ClaimField.DAY, earliest=earliest, latest=latest)
        votes = [row[name] for name in ("votes_for", "votes_against")]
        if all(votes) and votes != [used["votes_for"], used["votes_against"]]:
            self._add(citation, ClaimField.VOTES, value="–".join(votes))
        other = OTHER_CLAIMS.get((row["event"], row["source_publisher"]))
        if other:
            self._add(citation, other[0], value=other[1])
        if row["kind"] != used["kind"] and (other is None or other[0] != ClaimField.EXISTENCE):
            self._add(citation, ClaimField.KIND, value=EventKind(row["kind"]).label)

    def _add(self, citation: Citation, claim_field: ClaimField, **values: object) -> None:
        _, created = Claim.objects.get_or_create(citation=citation, field=claim_field, defaults=values)
        self.claims += created


def _overlap(one: tuple[date | None, date | None], other: tuple[date | None, date | None]) -> bool:
    starts = [day for day in (one[0], other[0]) if day]
    ends = [day for day in (one[1], other[1]) if day]
    return not starts or not ends or max(starts) <= min(ends)


def _write_signatures(line: int, row: Row, events: _Events) -> None:
    """A signature block: the local signature and ICE's, each an event of the agreement unless the facts have it."""
    state = State.objects.get(code="FL")
    agency = AgencyWriter().find(state, row["agency_as_on_ice_list"])
    if agency is None:
        raise FactsError(
            f"moa_signatures.csv, line {line}, agency_as_on_ice_list: no {row['agency_as_on_ice_list']!r} on ICE's list"
        )
    agreement = agency.agreements.filter(program=Program.TASK_FORCE).first()
    if agreement is None:
        raise FactsError(
            f"moa_signatures.csv, line {line}, agency_as_on_ice_list: {agency} has no task force agreement"
        )
    source, _ = Source.objects.get_or_create(
        url=row["moa_url"],
        title=f"287(g) memorandum of agreement, {agency.name}",
        defaults={"publisher": ICE, "kind": SourceKind.MEMORANDUM},
    )
    signed_on = _day(row["ice_signature_date"], f"moa_signatures.csv, line {line}, ice_signature_date")
    local_on = _day(
        row["local_signature_date_as_printed"], f"moa_signatures.csv, line {line}, local_signature_date_as_printed"
    )
    have = {
        event.kind: event for event in agreement.events.all() if event.citations.filter(source=source, is_used=True)
    }
    if EventKind.SIGNED not in have and signed_on:
        event = events.listed({"agreement": agreement}, EventKind.SIGNED) or Event(agreement=agreement)
        event.kind, event.earliest, event.latest = EventKind.SIGNED, signed_on, signed_on
        event.summary = f"ICE dated the federal signature on the agreement {day_in_words(signed_on)}."
        event.publication = Publication.PUBLISHED
        event.is_from_list = False
        event.save()
        event.citations.update(is_used=False)
        events.cite(event, source, Confidence.HIGH, is_used=True)
    if EventKind.SIGNED_LOCALLY not in have and local_on:
        # ICE signs last: a local day after its own is a slip of the pen, kept as printed and dated nowhere.
        is_possible = signed_on is None or local_on <= signed_on
        summary = f"The local signature on the agreement is dated {day_in_words(local_on)}."
        event = Event.objects.create(
            agreement=agreement,
            kind=EventKind.SIGNED_LOCALLY,
            earliest=local_on if is_possible else None,
            latest=local_on if is_possible else None,
            summary=summary if is_possible else f"{summary} That is later than ICE's own: an evident error.",
            publication=Publication.PUBLISHED,
        )
        events.cite(event, source, Confidence.HIGH, is_used=True)


def _write_check(line: int, row: Row) -> bool:
    """Who polices a place, and that it was looked up. The check covers all lists where it was made on all."""
    county = County.objects.filter(state__code="FL", name=row["county"]).first()
    if county is None:
        raise FactsError(f"places.csv, line {line}, county: no county {row['county']!r} in Florida")
    place = Municipality.objects.filter(name=row["municipality"], state__code="FL", counties=county).first()
    if place is None:
        raise FactsError(f"places.csv, line {line}, municipality: no {row['municipality']!r} in {county}")
    day = _day(row["position_date"], f"places.csv, line {line}, position_date")
    if "ICE list" not in row["position_source"] or day is None:
        return False
    _, created = Check.objects.get_or_create(
        municipality=place,
        day=day,
        source=ice_list_source(IceList.PARTICIPATING, day),
        defaults={
            "covers_from": LISTS_READ_FROM,
            "result": CheckResult.FOUND
            if row["latest_position"].startswith(("On ICE", "Signed"))
            else CheckResult.NONE_FOUND,
        },
    )
    return created


_COURTS = ("court", "findacase", "biahelp")
_GOVERNMENTS = ("city of", "florida senate", "office of the governor")
_ADVOCACY = ("law center", "fight back")


def _source(row: Row, line: int) -> Source:
    """The source of a row, once. ICE's list of a day is one source, whichever copy of it was read."""
    earliest, latest = _published(row["source_published_on"], line)
    publisher, title = row["source_publisher"], row["source_title"]
    if publisher == ICE and title.startswith("List of ") and earliest:
        which = IceList.PENDING if "pending" in title else IceList.PARTICIPATING
        return ice_list_source(which, earliest)
    low = publisher.lower()
    kind = SourceKind.NEWS
    if publisher == ICE:
        kind = SourceKind.MEMORANDUM
    elif any(word in low for word in _COURTS):
        kind = SourceKind.COURT
    elif any(word in low for word in _GOVERNMENTS):
        kind = SourceKind.GOVERNMENT
    elif any(word in low for word in _ADVOCACY):
        kind = SourceKind.ADVOCACY
    source, _ = Source.objects.get_or_create(
        url=row["source_url"],
        title=title,
        defaults={
            "publisher": publisher,
            "kind": kind,
            "published_earliest": earliest,
            "published_latest": latest,
        },
    )
    return source


def _published(text: str, line: int) -> tuple[date | None, date | None]:
    """The days of publication: a day, or the first and last of a month; none where the source shows none."""
    where = f"events.csv, line {line}, source_published_on"
    if len(text) != len("2025-03"):
        day = _day(text, where)
        return day, day
    first = _day(f"{text}-01", where)
    return first, first and first.replace(day=calendar.monthrange(first.year, first.month)[1])
