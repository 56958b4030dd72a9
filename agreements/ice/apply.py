"""Writing what a sheet says into the record: agencies, agreements, listings, and the events that a listing states.

The only part of agreements.ice that touches the database.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils.text import slugify

from agreements.dates import day_in_words
from agreements.ice.agencies import plain
from agreements.ice.aliases import Aliases
from agreements.ice.identity import identity
from agreements.ice.match import place_agency
from agreements.ice.parse import ParsedRow, ParsedSheet
from agreements.ice.places import PlaceIndex
from agreements.kinds import MUNICIPAL_KINDS, EventKind, Program
from agreements.models import Agency, AgencyAlias, Agreement, Citation, Event, Listing, Sheet, Source
from agreements.models.event import Publication
from agreements.models.sheet import HalfDay, IceList
from agreements.models.source import Confidence, SourceKind
from municipalities.models import County, Municipality, State

ICE_PAGE = "https://www.ice.gov/identify-and-arrest/287g"
ICE = "U.S. Immigration and Customs Enforcement"


def ice_list_source(ice_list: str, day: date) -> Source:
    """ICE's list of a day as a source. ICE overwrites it at one address; the title tells the days apart."""
    source, _ = Source.objects.get_or_create(
        url=ICE_PAGE,
        title=f"List of {ice_list} 287(g) agencies, {day_in_words(day)}",
        defaults={
            "publisher": ICE,
            "kind": SourceKind.ICE_LIST,
            "published_earliest": day,
            "published_latest": day,
        },
    )
    return source


@dataclass
class AgencyWriter:
    """Finds agencies by any name under which they are known, and makes those that are not. Never renames one."""

    _known: dict[tuple[int, str], Agency] = field(default_factory=dict, init=False)
    _slugs: set[tuple[int, str]] = field(default_factory=set, init=False)
    _last: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        for agency in Agency.objects.select_related("state"):
            self._known.setdefault((agency.state_id, identity(agency.name, agency.state.code)), agency)
            self._slugs.add((agency.state_id, agency.slug))
        for alias in AgencyAlias.objects.select_related("agency", "state"):
            self._known[(alias.state_id, identity(alias.printed_name, alias.state.code))] = alias.agency
        ids = Agreement.objects.values_list("public_id", flat=True)
        self._last = max((int(public_id[1:]) for public_id in ids), default=0)

    def find(self, state: State, name: str) -> Agency | None:
        return self._known.get((state.pk, identity(name, state.code)))

    def create(
        self,
        *,
        state: State,
        name: str,
        kind: str,
        municipalities: Iterable[Municipality | int],
        counties: Iterable[County | int],
        placing_note: str = "",
    ) -> Agency:
        """A new agency of that name; its address takes a number where another of the state has the same."""
        slug = base = slugify(name)[:190] or "agency"
        number = 2
        while (state.pk, slug) in self._slugs:
            slug, number = f"{base}-{number}", number + 1
        agency = Agency.objects.create(state=state, name=name, kind=kind, slug=slug, placing_note=placing_note)
        agency.municipalities.set(municipalities)
        agency.counties.set(counties)
        self._slugs.add((state.pk, slug))
        self._known[(state.pk, identity(name, state.code))] = agency
        return agency

    def agreement(self, agency: Agency, program: str) -> Agreement:
        """The agency's agreement of that program. One whose program was not stated takes the first one stated."""
        known = {one.program: one for one in agency.agreements.all()}
        if program in known:
            return known[program]
        if program and Program.NOT_STATED in known:
            agreement = known[Program.NOT_STATED]
            agreement.program = program
            agreement.save()
            return agreement
        self._last += 1
        return Agreement.objects.create(agency=agency, program=program, public_id=f"A{self._last:04d}")


@dataclass
class Applied:
    """What applying a sheet wrote."""

    sheet: Sheet
    agencies: int = 0
    agreements: int = 0
    events: int = 0


@transaction.atomic
def apply_sheet(
    *,
    parsed: ParsedSheet,
    index: PlaceIndex,
    aliases: Aliases,
    published_on: date,
    half_day: HalfDay,
    order: int,
    file_name: str,
    sha256: str,
) -> Applied:
    """Write one sheet: every row a listing, and the agencies, agreements and events that follow from it.

    All or nothing. New agencies are placed by index and aliases. A row without a state that we know is kept as a
    listing without an agreement.
    """
    ice_list = IceList(parsed.layout)
    source = ice_list_source(ice_list, published_on)
    sheet = Sheet.objects.create(
        list=ice_list,
        published_on=published_on,
        half_day=half_day,
        order=order,
        file_name=file_name,
        sha256=sha256,
        rows=len(parsed.rows),
        source=source,
    )
    applied = Applied(sheet)
    writer = AgencyWriter()
    states = {state.code: state for state in State.objects.all()}
    municipalities = dict(Municipality.objects.values_list("key", "pk"))
    counties = dict(County.objects.values_list("geoid", "pk"))
    of_agency: dict[tuple[str, str], list[ParsedRow]] = defaultdict(list)
    for row in parsed.rows:
        of_agency[row.state, identity(row.agency, row.state)].append(row)
    before = Agreement.objects.count()
    for row in parsed.rows:
        agreement = None
        if state := states.get(row.state):
            agency = writer.find(state, row.agency)
            if agency is None:
                placement = place_agency(of_agency[row.state, identity(row.agency, row.state)], index, aliases)
                # A town's own agency has the counties of its town, whatever they become; all others have their own.
                # A consolidated government's force has both, by an alias that says so.
                alias = aliases.get((row.state, plain(row.agency, row.state)))
                is_of_a_town = placement.kind in MUNICIPAL_KINDS and placement.municipality_keys
                stated = alias.county_geoids if alias else ()
                own_counties = stated or (() if is_of_a_town else placement.county_geoids)
                agency = writer.create(
                    state=state,
                    name=row.agency,
                    kind=placement.kind,
                    municipalities=[municipalities[key] for key in placement.municipality_keys],
                    counties=[counties[geoid] for geoid in own_counties],
                    placing_note=placement.question or placement.note,
                )
                applied.agencies += 1
            _remember_name(agency, row)
            agreement = _with_links(writer.agreement(agency, row.program), row)
            applied.events += _state_event(agreement, ice_list, row, source, published_on)
        Listing.objects.create(
            agreement=agreement,
            first_sheet=sheet,
            last_sheet=sheet,
            row=row.number,
            printed=dict(row.printed),
            signed_on=row.signed_on,
            problems=[{"column": each.column, "value": each.value, "reason": each.reason} for each in row.problems],
        )
    applied.agreements = Agreement.objects.count() - before
    return applied


def _remember_name(agency: Agency, row: ParsedRow) -> None:
    if row.agency != agency.name:
        AgencyAlias.objects.get_or_create(state=agency.state, printed_name=row.agency, defaults={"agency": agency})


def _with_links(agreement: Agreement, row: ParsedRow) -> Agreement:
    """The agreement with the row's links, where it had none: a link that vanishes from a sheet stays in the record."""
    changed = False
    if row.moa_url and not agreement.moa_url:
        agreement.moa_url, changed = row.moa_url, True
    if row.addendum_url and row.addendum_url not in agreement.addendum_urls:
        agreement.addendum_urls, changed = [*agreement.addendum_urls, row.addendum_url], True
    if changed:
        agreement.save()
    return agreement


def _state_event(agreement: Agreement, ice_list: IceList, row: ParsedRow, source: Source, published_on: date) -> int:
    """The event that a row states: signed on its SIGNED day, or on the pending list on the sheet's. 1 if written."""
    if ice_list == IceList.PARTICIPATING:
        if row.signed_on is None:
            return 0
        kind, day = EventKind.SIGNED, row.signed_on
        summary = f"ICE's list gives {day_in_words(day)} as the date the {_program(agreement)} was signed."
    else:
        kind, day = EventKind.LISTED_PENDING, published_on
        awaited = f"a {_program(agreement)}" if agreement.program else "an agreement"
        summary = f"ICE's pending list of this date shows the agency as awaiting {awaited}."
    known = Event.objects.filter(agreement=agreement, kind=kind)
    if (known if kind == EventKind.LISTED_PENDING else known.filter(earliest=day)).exists():
        return 0
    event = Event.objects.create(
        agreement=agreement,
        kind=kind,
        earliest=day,
        latest=day,
        summary=summary,
        publication=Publication.PUBLISHED,
    )
    Citation.objects.create(event=event, source=source, is_used=True, confidence=Confidence.HIGH)
    return 1


def _program(agreement: Agreement) -> str:
    return f"{agreement.get_program_display()} agreement" if agreement.program else "agreement"
