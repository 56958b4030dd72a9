"""What the public pages show, gathered from the record: maps, timelines, tables. Views only choose and render."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.contrib.staticfiles.storage import staticfiles_storage
from django.db.models import Count, Q, QuerySet, prefetch_related_objects

from agreements.addresses import county_url, place_url
from agreements.dates import in_words
from agreements.figures import geometry
from agreements.figures import map as maps
from agreements.kinds import MUNICIPAL_KINDS, STATUS_MEANINGS, AgencyKind, EventKind, Status
from agreements.models import Agency, Agreement, Claim, Listing, Sheet
from agreements.models.agency import PLACES_OF_AGREEMENT
from agreements.models.sheet import IceList
from agreements.printed import Printed
from agreements.record import IN_FORCE, PlaceStanding, Record
from agreements.sentences import place_sentence
from agreements.status import STATUS_OF_STAGE, Rule, Stage
from municipalities.models import County, Municipality, Policing, State


@dataclass(frozen=True)
class PlaceRow:
    """A municipality in a table, with where it stands."""

    municipality: Municipality
    place: PlaceStanding

    @property
    def status(self) -> str:
        return self.place.status

    @property
    def label(self) -> str:
        return Status(self.place.status).label

    @property
    def since(self) -> str:
        """Since when, in words; "" where nothing brought it there."""
        fact = self.place.standing.since if self.place.standing else None
        return in_words(fact.earliest, fact.latest) if fact else ""

    @property
    def sentence(self) -> str:
        """How it stands, as the end of a sentence that begins with its name."""
        restored = self.place.standing.restored if self.place.standing else None
        return place_sentence(self.status, self.since, in_words(restored.earliest, restored.latest) if restored else "")


def place_rows(record: Record, municipalities: Iterable[Municipality]) -> list[PlaceRow]:
    """Rows of a table of municipalities: those with something to report first, then by name."""
    rows = [PlaceRow(municipality, record.place(municipality.pk)) for municipality in municipalities]
    quiet = {Status.NONE, Status.UNCHECKED}
    order: dict[str, int] = {status: position for position, status in enumerate(_REPORT_ORDER)}
    rows.sort(key=lambda row: (row.status in quiet, order[row.status], row.municipality.name))
    return rows


#: What is in motion before what is settled.
_REPORT_ORDER = [
    Status.COURT,
    Status.PENDING,
    Status.APPROVED,
    Status.DISCUSSION,
    Status.DECLINED,
    Status.ENDED,
    Status.ACTIVE,
    Status.SIGNED,
    Status.NONE,
    Status.UNCHECKED,
]


def status_key(rows: Sequence[PlaceRow]) -> list[tuple[str, str, int, str]]:
    """The key of a map: (slug, word, count, meaning) of each status that occurs, in the order of the statuses."""
    counts: Counter[str] = Counter(row.status for row in rows)
    return [
        (status.value, status.label, counts[status], STATUS_MEANINGS[status]) for status in Status if counts[status]
    ]


def map_context(
    record: Record, state: State, rows: Sequence[PlaceRow], focus: County | None = None
) -> dict[str, object]:
    """The context of includes/map_svg.html: one state's counties, shaded, and the marks of these rows.

    {} where the record has no outlines of that state.
    """
    if not geometry.has_geometry(state.code):
        return {}
    fills = [
        maps.CountyFill(county.geoid, county.full_name, signed, total, county_url(county))
        for county, signed, total in _county_counts(record, state)
    ]
    marks = [
        maps.Mark(
            key=row.municipality.key,
            label=row.municipality.name,
            status=row.status,
            latitude=row.municipality.latitude,
            longitude=row.municipality.longitude,
            url=place_url(row.municipality),
            county=row.municipality.main_county.full_name,
            since_text=row.since,
            status_label=row.label,
            is_labelled=row.status in {Status.COURT, Status.APPROVED, Status.PENDING}
            or (focus is not None and row.status in IN_FORCE),
        )
        for row in rows
        if row.municipality.latitude is not None and row.municipality.longitude is not None
    ]
    shapes = geometry.load(state.code)
    if not {shape.geoid for shape in shapes} & {fill.geoid for fill in fills}:
        return {}
    name = focus.geoid if focus else ""
    geojson = staticfiles_storage.url(f"geo/{state.slug}.json")
    return {
        "map": maps.svg(shapes, fills, marks, focus=name),
        "map_figure": maps.figure(state.code, fills, marks, geojson, focus=name),
        "map_label": f"Map of {focus or state}: municipalities by agreement status. The lists below say the same.",
    }


def _county_counts(record: Record, state: State) -> list[tuple[County, int, int]]:
    """Each county of the state, the number of its municipalities in force, and the number of all of them."""
    signed = record.places_with(*IN_FORCE)
    counts: Counter[int] = Counter(
        Municipality.counties.through.objects.filter(municipality__in=signed).values_list("county_id", flat=True)
    )
    totals = dict(state.counties.annotate(n=Count("municipalities")).order_by().values_list("pk", "n"))
    counties = list(state.counties.select_related("state"))
    # Connecticut's towns are filed under its former counties: its planning regions would all read "0 of 0".
    in_use = [county for county in counties if not county.is_current] or counties
    return [(county, counts[county.pk], totals[county.pk]) for county in in_use]


def as_rows(agreements: list[Agreement]) -> list[Agreement]:
    """The same agreements as a table prints them: with their places, and .differs, what sources differ on, "" if none.

    In a fixed number of queries, whatever the number of agreements.
    """
    prefetch_related_objects(agreements, *PLACES_OF_AGREEMENT)
    fields: dict[int, set[str]] = defaultdict(set)
    claims = Claim.objects.filter(
        citation__event__agreement__in=agreements, citation__event__publication="published"
    ).values_list("citation__event__agreement_id", "field")
    for agreement_id, field in claims:
        fields[agreement_id].add(field)
    for agreement in agreements:
        words = [label for value, label in _CLAIM_WORDS if value in fields[agreement.pk]]
        agreement.differs = " and ".join(words)
    return agreements


_CLAIM_WORDS = [
    ("day", "the date"),
    ("kind", "what happened"),
    ("votes", "the count of votes"),
    ("program", "the program"),
    ("court", "the court"),
    ("existence", "whether it happened"),
]


def newest_lists() -> dict[str, Sheet]:
    """The newest sheet of each of ICE's two lists, by list; what "not on any list" is said of."""
    found = {ice_list: Sheet.objects.newest(ice_list) for ice_list in IceList.values}
    return {ice_list: sheet for ice_list, sheet in found.items() if sheet}


def county_table(record: Record, state: State) -> list[tuple[County, int, int, str, bool]]:
    """Rows of a table of counties: county, municipalities in force, all of them, address, sheriff or jail in force."""
    county_level = record.counties_with(*IN_FORCE)
    return [
        (county, signed, total, county_url(county), county.pk in county_level)
        for county, signed, total in _county_counts(record, state)
    ]


def unsettled(rows: Sequence[PlaceRow]) -> list[PlaceRow]:
    """The municipalities that a county's first sentences name one by one: neither signed nor silent."""
    return [row for row in rows if row.status not in {*IN_FORCE, Status.NONE, Status.UNCHECKED}]


def sheriff_in_force(place: Municipality, beside: Sequence[Agreement]) -> Agreement | None:
    """The sheriff's agreement that reaches into a municipality which the sheriff polices; None where not so.

    Not the force of a consolidated government: that one is the city's own.
    """
    if place.policing != Policing.SHERIFF:
        return None
    in_force = (one for one in beside if one.agency.kind == AgencyKind.SHERIFF and one.standing.status in IN_FORCE)
    return next(in_force, None)


def rule_rows(rules: Mapping[str, Rule]) -> list[tuple[str, str, str, str]]:
    """The table of rules as a page or a document prints it: kind, what it reaches, what it clears, in words."""
    return [
        (
            EventKind(kind).label,
            STATUS_OF_STAGE[rule.reaches].label if rule.reaches else "",
            "everything"
            if len(rule.clears) == len(Stage) - 1
            else ", ".join(each.name.lower() for each in rule.clears),
            rule.words,
        )
        for kind, rule in rules.items()
    ]


class OnLists(NamedTuple):
    """Whether ICE printed a municipality's own agency on a day, and on which list that is said."""

    answer: str
    detail: str
    still_listed: bool = False


def on_lists(place: Municipality, on: date) -> OnLists:
    """What the lists that stood on a day print; still_listed: the participating one prints an agreement."""
    own = Listing.objects.filter(agreement__agency__municipalities=place, agreement__merged_into=None).distinct()
    printed = Printed(own, on)
    if not printed.newest:
        return OnLists("Not known for that day", "This record holds no list of a day so early.")
    listed = [str(sheet) for name, sheet in printed.newest.items() if printed.is_listed(name)]
    if not listed:
        return OnLists("Not on any list", f"Neither {' nor '.join(map(str, printed.newest.values()))}")
    is_signed = printed.is_listed(IceList.PARTICIPATING)
    return OnLists("Yes" if is_signed else "On the pending list", " and ".join(listed), is_signed)


def unplaced() -> QuerySet[Agency]:
    """The agencies that lack the place their kind calls for, each with the reason: published, and hidden nowhere."""
    lacking = Q(counties=None) | Q(kind__in=MUNICIPAL_KINDS)
    found = Agency.objects.standing_alone().exclude(placing_note="").filter(lacking, municipalities=None)
    return found.select_related("state").order_by("state__name", "name")
