"""What the public pages show, gathered from the record: maps, timelines, tables. Views only choose and render."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from agreements.addresses import county_url
from agreements.dates import in_words
from agreements.days import first_day
from agreements.kept import kept
from agreements.kinds import MUNICIPAL_KINDS, EventKind, Status
from agreements.maps import county_counts
from agreements.models import Agency, Sheet
from agreements.models.sheet import HALF_DAY_ORDER, IceList
from agreements.record import IN_FORCE, PlaceStanding, Record
from agreements.status import STATUS_OF_STAGE, Rule, Stage, Standing
from municipalities.models import County, Municipality, State


@dataclass(frozen=True)
class PlaceRow:
    """A municipality in a table, with where it stands."""

    municipality: Municipality
    place: PlaceStanding
    notes: tuple[str, ...] = ()  # what a table says beneath its name

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


def place_rows(record: Record, municipalities: Iterable[Municipality]) -> list[PlaceRow]:
    """Rows of a table of municipalities: those with something to report first, then by name."""
    municipalities = list(municipalities)
    record.read_places([municipality.pk for municipality in municipalities])
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


@kept(Sheet)
def newest_lists(on: date | None = None) -> dict[str, Sheet]:
    """The newest sheet of each of ICE's two lists that counts, by list, by a day if one is given. One query.

    Each has .record_begins, the day of the first sheet on which the record rests.
    """
    counted = Sheet.objects.that_count().annotate(**{"record_begins": first_day()})
    sheets = counted if on is None else counted.filter(published_on__lte=on)
    newest_first = sheets.order_by("list", "-published_on", HALF_DAY_ORDER.desc(), "-order").distinct("list")
    found = {sheet.list: sheet for sheet in newest_first.only("list", "order", "published_on", "half_day")}
    return {ice_list: found[ice_list] for ice_list in IceList.values if ice_list in found}


def county_table(record: Record, state: State) -> list[tuple[County, int, int, str, bool]]:
    """Rows of a table of counties: county, municipalities in force, all of them, address, sheriff or jail in force."""
    county_level = record.counties_with(*IN_FORCE)
    return [
        (county, signed, total, county_url(county), county.pk in county_level)
        for county, signed, total in county_counts(record, state)
    ]


def unsettled(rows: Sequence[PlaceRow]) -> list[tuple[str, str, Standing]]:
    """The municipalities that a county's first sentences name: neither signed nor silent, with status and standing."""
    settled = {*IN_FORCE, Status.NONE, Status.UNCHECKED}
    return [
        (row.municipality.name, row.status, row.place.standing)
        for row in rows
        if row.place.standing and row.status not in settled
    ]


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


@kept(Agency, Agency.counties.through, Agency.municipalities.through, State)
def unplaced() -> list[int]:
    """Ids of the agencies that lack the place their kind calls for, by state and name: published, and hidden nowhere.

    Two queries, each of which begins with the few that have a note; joined by OR, both would begin with every link.
    """
    in_town = Agency.municipalities.through.objects.filter(agency=OuterRef("pk"))
    in_county = Agency.counties.through.objects.filter(agency=OuterRef("pk"))
    noted = Agency.objects.standing_alone().exclude(placing_note="").filter(~Exists(in_town)).order_by()
    both = noted.filter(kind__in=MUNICIPAL_KINDS), noted.filter(~Exists(in_county))
    return [pk for *_, pk in sorted({row for each in both for row in each.values_list("state__name", "name", "pk")})]
