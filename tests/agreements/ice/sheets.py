"""Small made sheets in a row, as ICE would have published them: what the tests of plan and record read."""

import hashlib
from datetime import date

from agreements.ice.apply import Rules, settle
from agreements.ice.evidence import Published, form_of, store
from agreements.ice.history import History, SheetOf
from agreements.ice.holds import Limits
from agreements.ice.parse import ParsedSheet, read_workbook
from agreements.ice.places import CountyPlace, PlaceIndex, Town
from agreements.ice.plan import Plan, plan
from tests.agreements.ice.workbooks import PARTICIPATING, PENDING, workbook

INDEX = PlaceIndex(
    [
        Town("1267550", "South Miami", "South Miami city", "city", "FL", ("12086",)),
        Town("1230000", "Hialeah", "Hialeah city", "city", "FL", ("12086",)),
        Town("3400577150", "Washington", "Washington township", "township", "NJ", ("34005",), is_subdivision=True),
        Town("3401577180", "Washington", "Washington township", "township", "NJ", ("34015",), is_subdivision=True),
    ],
    [
        CountyPlace("12086", "Miami-Dade", "Miami-Dade County", "FL"),
        CountyPlace("12069", "Lake", "Lake County", "FL"),
        CountyPlace("34005", "Burlington", "Burlington County", "NJ"),
        CountyPlace("34015", "Gloucester", "Gloucester County", "NJ"),
    ],
)
RULES = Rules(INDEX, aliases={}, answers={}, limits=Limits(absent_sheets=3, absent_days=10, brief_sheets=1))
TFM, WSO = "Task Force Model", "Warrant Service Officer"
MADE = tuple[ParsedSheet, Published]


def row(
    agency: str = "South Miami Police Department",
    signed: object = None,
    *,
    program: str | None = TFM,
    state: str = "FLORIDA",
    type_: str = "Municipality",
    county: str | None = None,
    moa: str | None = None,
) -> list[object]:
    """One row of a sheet; a day of signing makes no difference on a pending one."""
    return [state, agency, type_, county, program, signed, moa]


def sheet(
    published_on: date,
    *rows: list[object],
    order: int | None = None,
    listed: str = "participating",
    layout: str | None = None,
    half_day: str = "am",
) -> MADE:
    """A workbook of these rows, read, and where it belongs. Its order is its day's unless told."""
    header = PARTICIPATING if (layout or listed) == "participating" else PENDING
    links = {f"G{number}": str(each[6]) for number, each in enumerate(rows, start=2) if each[6]}
    content = workbook(*[each[: len(header)] for each in rows], header=header, links=links)
    place = published_on.toordinal() * 10 + ("am", "mid", "pm").index(half_day) * 2 + (listed == "pending")
    published = Published(
        list="pending" if listed == "pending" else "participating",
        published_on=published_on,
        half_day=half_day,
        order=place if order is None else order,
        file_name=f"{listed}Agencies{published_on:%m%d%Y}{half_day}.xlsx",
        sha256=hashlib.sha256(f"{listed} {published_on} {half_day} {rows}".encode()).hexdigest(),
    )
    return read_workbook(content, published_on=published_on), published


def planned(*sheets: MADE, rules: Rules = RULES, rulings: dict[str, bool] | None = None) -> Plan:
    """The plan for these sheets, without a database."""
    numbers: dict[str, int] = {}
    forms = []
    seen = []
    for parsed, published in sheets:
        on_it = []
        for each in parsed.rows:
            form = form_of(each)
            if form not in numbers:
                numbers[form] = len(forms)
                forms.append(each)
            on_it.append(numbers[form])
        seen.append(
            SheetOf(
                id=published.order,
                list=published.list,
                layout=parsed.layout,
                published_on=published.published_on,
                half_day=published.half_day,
                order=published.order,
                forms=tuple(on_it),
            )
        )
    return plan(History.of(forms, seen), rules.index, rules.aliases, rules.answers, rules.limits, rulings)


def events(one: Plan, agency: str = "south miami police", program: str = "tfm") -> list[tuple[str, date | None, date]]:
    """The events planned for one agreement: kind and days, in order of time."""
    agreement = one.agreements[("FL", agency), program]
    return [(str(event.kind), event.earliest, event.latest) for event in agreement.events]


def read(*sheets: MADE, rules: Rules = RULES) -> dict[str, int]:
    """Store these sheets in the order given and bring the record to them; what was written."""
    for parsed, published in sheets:
        store(parsed, published)
    return dict(settle(rules))
