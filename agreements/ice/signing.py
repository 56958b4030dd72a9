"""What the participating list states of one agreement: signings, gaps, departures. Pure.

A sheet prints one day of signing a row and no history. Another day printed later is a correction where the agreement
could have been signed then, a new signing where the row had vanished in between, and else a question for an editor.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from agreements.dates import day_in_words
from agreements.ice.history import SheetOf
from agreements.ice.holds import Limits
from agreements.ice.parse import IceList
from agreements.ice.planned import AgreementKey, Otherwise, PlannedEvent, Proposal
from agreements.ice.presence import Gap, OnLists, Presence, Seen
from agreements.kinds import EventKind, Program

#: Another program of the agency that appears within this time of a row's end is printed in its place.
IN_ITS_PLACE = timedelta(days=14)


@dataclass
class _Signing:
    """One signing: the days printed for it with the first and last sheet of each, and since when it is listed."""

    since: Seen
    days: dict[date, tuple[Seen, Seen]] = field(default_factory=dict)
    later: dict[date, Seen] = field(default_factory=dict)  # days that may be another signing: to be asked

    def print(self, day: date, seen: Seen) -> None:
        first, _ = self.days.get(day, (seen, seen))
        self.days[day] = (first, seen)

    @property
    def day(self) -> date | None:
        """The day on the newest of its sheets; of two on one sheet the earlier."""
        newest = max((last.place for _, last in self.days.values()), default=None)
        return min((day for day, (_, last) in self.days.items() if last.place == newest), default=None)


def participating_events(
    key: AgreementKey,
    on_lists: Mapping[AgreementKey, OnLists],
    used: Mapping[IceList, Sequence[SheetOf]],
    limits: Limits,
    rulings: Mapping[str, bool],
    is_in_doubt: bool,
) -> tuple[list[PlannedEvent], list[Proposal]]:
    """The events of the participating list, and what must be asked. is_in_doubt: it may stand under another name."""
    present = on_lists[key].get("participating")
    if present is None:
        return [], []
    signings = _signings(key, present, rulings)
    events = [_signed(signing, key) for signing in signings]
    proposals = [_asked_again(key, signing, day, seen) for signing in signings for day, seen in signing.later.items()]
    # A row without a program is one of the agency's others on which it cannot be told: nothing of it is an absence.
    gaps = present.gaps(used["participating"]) if key[1] else ()
    untold = on_lists.get((key[0], ""), {}).get("participating")
    for gap in gaps:
        departure_key = "/".join(("departure", *key[0], key[1], gap.last.sheet.published_on.isoformat()))
        ruling = rulings.get(departure_key)
        is_long = gap.missed >= limits.absent_sheets and gap.days >= limits.absent_days
        if gap.back:
            anew = any(
                one.since is gap.back and (one.day or date.min) > gap.first_without.published_on for one in signings
            )
            has_left = anew and (is_long if ruling is None else ruling)
        else:
            is_replaced = any(other_programs(gap.first_without, key, on_lists))
            is_blank = untold is not None and any(seen.sheet == gap.first_without for seen in untold.seen)
            is_sure = is_long and not is_blank and (is_replaced or not _is_brief(present, limits))
            has_left = is_sure and not is_in_doubt if ruling is None else ruling
        events.append(_departed(gap, key, on_lists) if has_left else _off_list(gap, key))
        if gap.back and not any(one.since is gap.back for one in signings):
            events.append(_relisted(gap, key))
        if gap.back is None and not has_left and ruling is None:
            proposals.append(_asked_departed(departure_key, key, gap))
    return events, proposals


def _is_brief(present: Presence, limits: Limits) -> bool:
    """Whether it was printed so shortly, and without a memorandum, that its row may never have been meant."""
    return len(present.seen) < limits.brief_sheets and not any(
        row.moa_url for seen in present.seen for row in seen.rows
    )


def _signings(key: AgreementKey, present: Presence, rulings: Mapping[str, bool]) -> list[_Signing]:
    """The signings of an agreement, oldest first; the first is that which the oldest sheet shows."""
    current = _Signing(present.first)
    signings = [current]
    before: Seen | None = None
    for seen in present.seen:
        was_off = before is not None and seen.place > before.place + 1
        for day in dict.fromkeys(row.signed_on for row in seen.rows if row.signed_on):
            if day in current.days:
                current.print(day, seen)
            elif was_off and before is not None and day > before.sheet.published_on:
                current = _Signing(seen)
                current.print(day, seen)
                signings.append(current)
            elif day <= current.since.sheet.published_on or rulings.get(_again_key(key, day)) is False:
                current.print(day, seen)
            elif rulings.get(_again_key(key, day)):
                current = _Signing(seen)
                current.print(day, seen)
                signings.append(current)
            else:
                current.later.setdefault(day, seen)
        before = seen
    return signings


def _again_key(key: AgreementKey, day: date) -> str:
    return "/".join(("signed_again", *key[0], key[1], day.isoformat()))


def program_words(key: AgreementKey) -> str:
    return f"{Program(key[1]).label} agreement" if key[1] else "agreement"


def _signed(signing: _Signing, key: AgreementKey) -> PlannedEvent:
    day, listed = signing.day, signing.since.sheet
    others = [Otherwise(first.sheet.id, other) for other, (first, _) in signing.days.items() if other != day]
    others += [Otherwise(seen.sheet.id, other) for other, seen in signing.later.items()]
    if day is None:
        summary = (
            f"ICE's list of {day_in_words(listed.published_on)} is the first that shows the {program_words(key)} as "
            "signed; no list gives the day."
        )
        return PlannedEvent(EventKind.SIGNED, None, listed.published_on, summary, (listed.id,), tuple(others))
    summary = f"ICE's list gives {day_in_words(day)} as the date the {program_words(key)} was signed."
    sheet = signing.days[day][0].sheet
    return PlannedEvent(EventKind.SIGNED, day, day, summary, (sheet.id,), tuple(others))


def last_and_missing(gap: Gap, which: str = "ICE's list") -> str:
    last, missing = gap.last.sheet.published_on, gap.first_without.published_on
    if last == missing:
        return f"Last on {which} earlier on {day_in_words(last)}, not on the next of that day."
    return f"Last on {which} of {day_in_words(last)}, not on that of {day_in_words(missing)}."


def _departed(gap: Gap, key: AgreementKey, on_lists: Mapping[AgreementKey, OnLists]) -> PlannedEvent:
    other = next(other_programs(gap.first_without, key, on_lists), "")
    instead = f" {other}" if other else ""
    back = f" Back on {day_in_words(gap.back.sheet.published_on)}, signed anew." if gap.back else ""
    summary = f"{last_and_missing(gap)}{instead or ' ICE gives no reason.'}{back}"
    return _between(EventKind.DEPARTED, gap, summary)


def _off_list(gap: Gap, key: AgreementKey) -> PlannedEvent:
    missed = "1 list is" if gap.missed == 1 else f"{gap.missed} lists are"
    if gap.back:
        after = f" {missed} without it; back on {day_in_words(gap.back.sheet.published_on)}."
    else:
        after = " ICE gives no reason; not counted as ended."
    return _between(EventKind.OFF_LIST, gap, f"{last_and_missing(gap)}{after}")


def _relisted(gap: Gap, key: AgreementKey) -> PlannedEvent:
    assert gap.back is not None
    sheet = gap.back.sheet
    days = {row.signed_on for row in gap.back.rows} - {row.signed_on for row in gap.last.rows}
    same = "with another day of signing" if days else "with the same day of signing"
    summary = f"Back on ICE's list of {day_in_words(sheet.published_on)}, {same}."
    return PlannedEvent(EventKind.RELISTED, sheet.published_on, sheet.published_on, summary, (sheet.id,))


def _between(kind: str, gap: Gap, summary: str) -> PlannedEvent:
    last, missing = gap.last.sheet, gap.first_without
    return PlannedEvent(kind, last.published_on, missing.published_on, summary, (missing.id, last.id))


def other_programs(missing: SheetOf, key: AgreementKey, on_lists: Mapping[AgreementKey, OnLists]) -> Iterator[str]:
    """What ICE's lists first show of the same agency's other programs from the list on that lacks this one."""
    for program in Program.values:
        other = on_lists.get((key[0], program), {}).get("participating")
        if program in ("", key[1]) or other is None:
            continue
        first = other.first.sheet
        if missing.place_in_time <= first.place_in_time and first.published_on - missing.published_on <= IN_ITS_PLACE:
            day = day_in_words(first.published_on)
            yield f"The list of {day} is the first with the agency's {program_words((key[0], program))}."


def _asked_again(key: AgreementKey, signing: _Signing, day: date, seen: Seen) -> Proposal:
    listed = signing.since.sheet
    printed = day_in_words(signing.day) if signing.day else "a day not given"
    return Proposal(
        kind="signed_again",
        key=_again_key(key, day),
        sentence=f"Was the {program_words(key)} signed again on {day_in_words(day)}? No means a corrected day.",
        evidence=(
            f"Listed since {day_in_words(listed.published_on)}, signed on {printed}.",
            f"The list of {day_in_words(seen.sheet.published_on)} prints {day_in_words(day)}, later than that.",
        ),
        about=key,
        sheets=(listed.id, seen.sheet.id),
    )


def _asked_departed(proposal_key: str, key: AgreementKey, gap: Gap) -> Proposal:
    lists = "1 list" if gap.missed == 1 else f"{gap.missed} lists"
    return Proposal(
        kind="departure",
        key=proposal_key,
        sentence=f"Has the {program_words(key)} ended?",
        evidence=(last_and_missing(gap), f"{lists} without it, over {gap.days} days."),
        about=key,
        sheets=(gap.last.sheet.id, gap.first_without.id),
    )
