"""What the pages of a review show: findings with both printed rows, problems, and what would be written."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.urls import reverse

from agreements.dates import day_in_words
from agreements.ice.fetch import suggest
from agreements.ice.findings import KINDS, FindingKind
from agreements.ice.parse import COLUMNS
from agreements.ice.report import in_words
from agreements.ice.reviewing import Ruled
from agreements.ice.shown import StoodOn, findings_of
from agreements.lists import KIND_NOTES, KIND_WORDS
from agreements.models import Proposal, Review, Sheet
from agreements.models.proposal import Answer
from agreements.models.sheet import HalfDay, Ruling

#: How many findings of a kind, or problems, stand on a page beside others; one kind asked for alone has pages of PAGE.
SHOWN = 25
PAGE = 50
PROBLEMS = "problems"


@dataclass(frozen=True)
class Cells:
    """One column of the printed rows: before and after, one text a row."""

    column: str
    before: list[str]
    after: list[str]

    @property
    def differs(self) -> bool:
        return bool(self.before and self.after) and set(self.before) != set(self.after)


@dataclass(frozen=True)
class Named:
    """A sheet in words, and its page."""

    words: str
    url: str


def named(one: StoodOn) -> Named:
    half = dict(HalfDay.choices)[one.half_day].lower()
    held = ", held" if one.is_held else ""
    day = day_in_words(date.fromisoformat(one.published_on))
    return Named(f"{day}, {half}{held}", reverse("sheet", args=[one.list, one.order]))


@dataclass(frozen=True)
class Entry:
    """One finding as it is shown."""

    words: str
    url: str
    cells: list[Cells]
    numbers: list[int]
    has_before: bool
    has_after: bool
    links: list[str]
    sheets: list[Named]


def _entry(found: Mapping[str, Any]) -> Entry:
    before, after = ([row["printed"] for row in found[side]] for side in ("before", "after"))
    columns = [column for column in COLUMNS if any(column in row for row in (*before, *after))]
    return Entry(
        words=f"{found['agency']}, {found['program']}{found['difference']}",
        url=reverse("agreement", args=[found["public_id"]]) if found["public_id"] else "",
        cells=[
            Cells(one, [row.get(one, "") for row in before], [row.get(one, "") for row in after]) for one in columns
        ],
        numbers=[row["number"] for row in found["after"] if row["number"]],
        has_before=bool(before),
        has_after=bool(after),
        links=found["links"],
        sheets=[named(StoodOn(**one)) for one in found["stood_on"]],
    )


@dataclass(frozen=True)
class Group:
    """The findings of one kind: the first of them, or a page of them where the kind is asked for alone."""

    kind: FindingKind
    total: int
    entries: list[Entry]
    page: Page[Any] | None

    @property
    def heading(self) -> str:
        return KIND_WORDS[self.kind]

    @property
    def note(self) -> str:
        return KIND_NOTES.get(self.kind, "")

    @property
    def is_open(self) -> bool:
        return self.page is not None or self.total <= SHOWN


def groups(findings: Mapping[str, Sequence[Mapping[str, Any]]], kind: str, page: str) -> list[Group]:
    """The findings kind by kind; of a kind that is asked for alone one page."""
    made = []
    for one in KINDS:
        several = findings.get(one, ())
        if not several or (kind in findings and one != kind):
            continue
        pages = Paginator(several, PAGE).get_page(page) if kind == one else None
        made.append(Group(one, len(several), [_entry(each) for each in (pages or several[:SHOWN])], pages))
    return made


def _problems(problems: Sequence[Mapping[str, Any]], kind: str, page: str) -> dict[str, Any]:
    pages = Paginator(problems, PAGE).get_page(page) if kind == PROBLEMS else None
    return {"problems": pages or problems[:SHOWN], "problems_page": pages, "problem_count": len(problems)}


def planned_page(review: Review, kind: str, page: str) -> dict[str, Any]:
    """A review's plan as its page shows it. kind: of which alone pages are shown, "" for the first of all."""
    plan = review.plan
    return {
        "plan": plan,
        "kind": kind,
        "groups": groups(plan["findings"], kind, page) if kind != PROBLEMS else [],
        "counts": [(KIND_WORDS[one], one, len(plan["findings"][one])) for one in KINDS if one in plan["findings"]],
        "written": in_words(plan["written"]),
        "said": told(plan["events"], plan["changed"]),
        "warnings": [] if review.sheet else warnings(review),
        **_problems(plan["problems"], kind, page),
    }


def told(events: Sequence[str], changed: Sequence[str]) -> list[tuple[str, Sequence[str]]]:
    """What becomes of events, under its headings."""
    return [("Events added", events), ("Events told otherwise, or taken back", changed)]


def warnings(review: Review) -> list[str]:
    """What an editor should know before this workbook is brought in where the review says."""
    found = []
    same = Q(list=review.list, published_on=review.published_on, half_day=review.half_day)
    for sheet in Sheet.objects.filter(sha256=review.sha256).exclude(same).in_time():
        found.append(f"The record has a sheet with the very same bytes, of another day: {_words(sheet)}.")
    for sheet in Sheet.objects.filter(same).exclude(sha256=review.sha256).in_time():
        found.append(f"The record has another sheet of this half-day: {_words(sheet)}. This one is taken as the later.")
    newer = Sheet.objects.filter(list=review.list, published_on__gt=review.published_on).count()
    if newer:
        found.append(f"The record has {newer} newer sheet{'s' if newer > 1 else ''} of this list: it goes before them.")
    said = suggest(review.file_name)
    says = {"list": said.list, "published_on": said.day, "half_day": said.half_day}
    if any(value and value != getattr(review, name) for name, value in says.items()):
        day = day_in_words(said.day) if said.day else "no day"
        found.append(f"The file’s name says otherwise: {said.list} list, {day}, {said.half_day or 'no half-day'}.")
    return found


def _words(sheet: Sheet) -> str:
    return f"{sheet}, {sheet.get_half_day_display().lower()} ({sheet.file_name})"


def ruled_page(ruled: Ruled, ruling: Ruling) -> dict[str, Any]:
    """What would follow from a ruling."""
    return {
        "ruled": ruled,
        "ruling": ruling,
        "written": in_words(ruled.written),
        "said": told(ruled.events, ruled.changed),
    }


def ruling_page(sheet: Sheet, kind: str, page: str) -> dict[str, Any]:
    """What a stored sheet prints otherwise than the last that counts before it, and its problems."""
    findings = {name: [asdict(one) for one in several] for name, several in findings_of(sheet).items()}
    return {
        "kind": kind,
        "groups": groups(findings, kind, page) if kind != PROBLEMS else [],
        "counts": [(KIND_WORDS[one], one, len(findings[one])) for one in KINDS if one in findings],
        "asked": Proposal.objects.filter(sheet=sheet, answer=Answer.OPEN, is_current=True).first(),
        **_problems(sheet.problems, kind, page),
    }
