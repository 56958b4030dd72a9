"""The days on which something changed: where the slider of a page stops."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet, Subquery

from agreements.models import ChangeDay, Period, Sheet
from agreements.models.sheet import IceList
from agreements.record import Record
from agreements.selection import serving
from agreements.standings import bring_up_to_date
from municipalities.models import County

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Stops(NamedTuple):
    """The days of a slider, oldest first, and the same written short for the page."""

    first: date
    last: date
    packed: str


def first_day() -> Subquery:
    """The day of the first participating list that counts, as a part of a query: the record begins there."""
    return Subquery(_participating().values("published_on")[:1])


def record_begin() -> date | None:
    """The day on which the record begins; None before any list is read."""
    return _participating().values_list("published_on", flat=True).first()


def _participating() -> QuerySet[Sheet]:
    return Sheet.objects.that_count().filter(list=IceList.PARTICIPATING).order_by("published_on")


def change_days(record: Record, end: date, county: County | None = None) -> list[date]:
    """The days on which an agreement (of the record's state, of that county) came to stand otherwise; and the last.

    The record's own first day comes before them: what came earlier is not known day by day. The last alone, where
    nothing changed since.
    """
    bring_up_to_date(end)
    begin = record_begin() or end
    if county is not None:
        periods = Period.objects.filter(agreement__agency__in=serving(county), first__gt=begin, first__lt=end)
        return _between(begin, periods.order_by("first").values_list("first", flat=True).distinct(), end)
    days = ChangeDay.objects.filter(day__gt=begin, day__lt=end)
    if record.state_id is not None:
        days = days.filter(state=record.state_id)
    return _between(begin, days.order_by("day").values_list("day", flat=True).distinct(), end)


def _between(begin: date, changed: Iterable[date], end: date) -> list[date]:
    days = list(changed)
    return [begin, *days, end] if days else [end]


def stops(days: Sequence[date]) -> Stops | None:
    """The days as a page carries them; None for fewer than two, between which nothing can slide."""
    return Stops(days[0], days[-1], packed(days)) if len(days) > 1 else None


def packed(days: Sequence[date]) -> str:
    """The first day, then the steps from each to the next in days, to the base of 36: "2025-03-07 1 2s"."""
    steps = (_base36((after - before).days) for before, after in zip(days, days[1:], strict=False))
    return " ".join([days[0].isoformat(), *steps])


def _base36(number: int) -> str:
    digits = _DIGITS[number % 36]
    while number := number // 36:
        digits = _DIGITS[number % 36] + digits
    return digits
