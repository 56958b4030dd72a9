"""What ICE printed, kept: sheets, and the runs of sheets on which one row stands in one form.

Storing a sheet never looks at what its rows mean: that is worked out from all sheets at once (plan.py) and written by
apply.py. The same sheets give the same runs, in whatever order they are stored.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

from django.db import connection, transaction
from django.db.models import Max

from agreements.dates import day_in_words
from agreements.ice import cells
from agreements.ice.history import History, SheetOf
from agreements.ice.parse import IceList as ListName
from agreements.ice.parse import ParsedRow, ParsedSheet
from agreements.models import Listing, Sheet, Source
from agreements.models.sheet import CELLS, IceList
from agreements.models.source import SourceKind

ICE_PAGE = "https://www.ice.gov/identify-and-arrest/287g"
ICE = "U.S. Immigration and Customs Enforcement"
#: The key of the lock that one importer at a time holds, until its transaction ends.
IMPORT_LOCK = 287_000_001

#: The order of a sheet imported by hand is its day and a number, as 2025070301: no index counts so far.
BY_HAND = 1_000_000_000

FormKey = tuple[str, int]


class EvidenceError(ValueError):
    """A sheet cannot be stored; the message says what stands in its place."""


@dataclass(frozen=True, slots=True)
class Published:
    """Where a sheet belongs: the list as which it was published, its day and half-day, and its order among all."""

    list: ListName
    published_on: date
    half_day: str
    order: int
    file_name: str
    sha256: str


def lock_imports() -> None:
    """Wait for any other importer, and keep others waiting until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])


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


def form_of(row: ParsedRow | Listing) -> str:
    """The MD5 of all that was read of a row: its cells as printed, its day of signing, where its links lead, and what
    was wrong with it."""
    read = [sorted(row.printed.items()), str(row.signed_on or ""), row.moa_url, row.addendum_url, _problems(row)]
    return hashlib.md5(json.dumps(read, sort_keys=True).encode(), usedforsecurity=False).hexdigest()


def _problems(row: ParsedRow | Listing) -> list[dict[str, str]]:
    if isinstance(row, Listing):
        return list(row.problems)
    return [{"column": one.column, "value": one.value, "reason": one.reason} for one in row.problems]


def order_by_hand(day: date) -> int:
    """A place of its own for a sheet that no index has: its day and a number, after all others of the day."""
    first = int(f"{day:%Y%m%d}01")
    last = Sheet.objects.filter(order__gte=first, order__lt=first + 99).aggregate(last=Max("order"))["last"]
    return last + 1 if last else first


def find(published: Published) -> Sheet | None:
    """The sheet that is stored in that place already. Raises EvidenceError where it is another file."""
    sheet = Sheet.objects.filter(list=published.list, order=published.order).first()
    if sheet is None:
        # One that was imported by hand bears an order of its own.
        by_hand = Sheet.objects.filter(list=published.list, order__gte=BY_HAND, sha256=published.sha256)
        return by_hand.filter(published_on=published.published_on, half_day=published.half_day).first()
    same = (sheet.published_on, sheet.half_day, sheet.sha256)
    if same != (published.published_on, published.half_day, published.sha256):
        raise EvidenceError(
            f"order {published.order}: {sheet.file_name} of {sheet.published_on} {sheet.half_day} stands there, "
            f"not {published.file_name} of {published.published_on} {published.half_day}"
        )
    return sheet


@transaction.atomic
def store(parsed: ParsedSheet, published: Published) -> tuple[Sheet, bool]:
    """The sheet with its rows, and whether it is new. All or nothing; a sheet that is stored already is left alone."""
    lock_imports()
    if known := find(published):
        return known, False
    sheet = Sheet.objects.create(
        **asdict(published),
        layout=parsed.layout,
        rows=len(parsed.rows),
        problems=[asdict(problem) for problem in parsed.problems],
        source=ice_list_source(published.list, published.published_on),
    )
    _store_rows(sheet, parsed.rows)
    return sheet, True


def _store_rows(sheet: Sheet, rows: Iterable[ParsedRow]) -> None:
    """Lengthen the runs that the sheet continues, begin those that are new on it, split those that it interrupts."""
    in_time = list(Sheet.objects.filter(list=sheet.list).in_time().values_list("pk", flat=True))
    place = {pk: number for number, pk in enumerate(in_time)}
    here = place[sheet.pk]
    before = in_time[here - 1] if here else None
    after = in_time[here + 1] if here + 1 < len(in_time) else None
    reaching: dict[FormKey, Listing] = {}  # runs that hold the sheet before
    beginning: dict[FormKey, Listing] = {}  # runs that begin on the sheet after
    if before:
        known = Listing.objects.filter(first_sheet__in=in_time[:here], last_sheet__in=in_time[here - 1 :])
        reaching = {(run.form, run.occurrence): run for run in known.defer("printed", "problems")}
    if after:
        beginning = {(run.form, run.occurrence): run for run in Listing.objects.filter(first_sheet=after)}
    printed: dict[FormKey, ParsedRow] = {}
    times: Counter[str] = Counter()
    for row in rows:
        form = form_of(row)
        times[form] += 1
        printed[form, times[form]] = row
    spanning = {key for key, run in reaching.items() if run.last_sheet_id != before}
    lengthened, merged, new = [], [], []
    for key, row in printed.items():
        ended, begun = reaching.get(key), beginning.get(key)
        if key in spanning:
            continue
        if ended and begun:
            ended.last_sheet_id = begun.last_sheet_id
            merged.append((ended, begun))
        elif ended:
            lengthened.append(ended.pk)
        elif begun:
            Listing.objects.filter(pk=begun.pk).update(first_sheet=sheet, row=row.number)
        else:
            new.append(_listing(sheet, key, row))
    for run in (reaching[key] for key in spanning - printed.keys()):
        assert after is not None  # a run spans a sheet only where another follows it
        rest = Listing.objects.get(pk=run.pk)
        rest.pk, rest.first_sheet_id, rest.row = None, after, None
        Listing.objects.filter(pk=run.pk).update(last_sheet=before)
        rest.save(force_insert=True)
    Listing.objects.filter(pk__in=lengthened).update(last_sheet=sheet)
    for ended, begun in merged:
        begun.delete()
        ended.save(update_fields=["last_sheet"])
    Listing.objects.bulk_create(new)


def _listing(sheet: Sheet, key: FormKey, row: ParsedRow) -> Listing:
    return Listing(
        first_sheet=sheet,
        last_sheet=sheet,
        row=row.number,
        form=key[0],
        occurrence=key[1],
        printed=dict(row.printed),
        signed_on=row.signed_on,
        moa_url=row.moa_url,
        addendum_url=row.addendum_url,
        problems=_problems(row),
    )


def reread(listing: Listing) -> ParsedRow:
    """The row that a listing keeps, as the readers of cells understand it today. Its number is 0."""
    printed = {name: listing.printed.get(column, "") for name, column in CELLS.items()}
    return ParsedRow(
        number=0,
        printed=listing.printed,
        state=cells.read_state(printed["state"])[0],
        agency=cells.tidy(printed["agency"]),
        agency_type=cells.read_type(printed["type"])[0],
        county=cells.read_county(printed["county"]),
        program=cells.read_program(printed["program"])[0],
        signed_on=listing.signed_on,
        moa_url=listing.moa_url,
        addendum_url=listing.addendum_url,
        problems=(),
    )


@dataclass(frozen=True)
class Evidence:
    """The stored sheets as a history, and the listings of each of its forms."""

    history: History
    listings: dict[int, list[Listing]]


def evidence() -> Evidence:
    """All sheets stored. Forms are numbered by their hash, so that the same sheets give the same history."""
    sheets = list(Sheet.objects.in_time())
    by_list: dict[str, list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        by_list[sheet.list].append(sheet)
    place = {sheet.pk: number for several in by_list.values() for number, sheet in enumerate(several)}
    list_of = {sheet.pk: sheet.list for sheet in sheets}
    runs = list(Listing.objects.order_by("form", "occurrence", "pk"))
    number_of = {form: number for number, form in enumerate(dict.fromkeys(run.form for run in runs))}
    forms: list[ParsedRow] = []
    listings: dict[int, list[Listing]] = defaultdict(list)
    on_sheet: dict[int, list[int]] = defaultdict(list)
    for run in runs:
        number = number_of[run.form]
        if number == len(forms):
            forms.append(reread(run))
        listings[number].append(run)
        several = by_list[list_of[run.first_sheet_id]]
        for sheet in several[place[run.first_sheet_id] : place[run.last_sheet_id] + 1]:
            on_sheet[sheet.pk].append(number)
    seen = [
        SheetOf(
            id=sheet.pk,
            list="pending" if sheet.list == IceList.PENDING else "participating",
            layout="pending" if sheet.layout == IceList.PENDING else "participating",
            published_on=sheet.published_on,
            half_day=sheet.half_day,
            order=sheet.order,
            forms=tuple(on_sheet[sheet.pk]),
            ruling="use" if sheet.ruling == "use" else "set_aside" if sheet.ruling == "set_aside" else "",
        )
        for sheet in sheets
    ]
    return Evidence(History.of(forms, seen), listings)
