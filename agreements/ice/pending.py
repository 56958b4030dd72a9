"""What the pending list states of one agreement: applications, and those that left the list unsigned. Pure."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from agreements.dates import day_in_words
from agreements.ice.history import SheetOf
from agreements.ice.holds import SIGNING_TIME, Limits
from agreements.ice.parse import IceList
from agreements.ice.planned import AgreementKey, PlannedEvent, Proposal
from agreements.ice.presence import Gap, OnLists, Presence
from agreements.ice.signing import last_and_missing, other_programs, program_words
from agreements.kinds import EventKind


def pending_events(
    key: AgreementKey,
    on_lists: Mapping[AgreementKey, OnLists],
    used: Mapping[IceList, Sequence[SheetOf]],
    limits: Limits,
    rulings: Mapping[str, bool],
    is_in_doubt: bool,
) -> tuple[list[PlannedEvent], list[Proposal]]:
    """The events of the pending list. It asks nothing: leaving it takes back an application, never an agreement."""
    present = on_lists[key].get("pending")
    if present is None:
        return [], []
    signed = on_lists[key].get("participating")
    events = [_listed(present.first.sheet, key, signed, used)]
    for gap in present.gaps(used["pending"]):
        if not _is_over(gap, used, limits):
            continue
        if not _is_signed(gap, signed):
            events.append(_lapsed(gap, key, on_lists))
        if gap.back:
            events.append(_listed(gap.back.sheet, key, signed, used))
    return events, []


def _is_over(gap: Gap, used: Mapping[IceList, Sequence[SheetOf]], limits: Limits) -> bool:
    """Whether an application has lapsed. ICE may print no pending list for months: the newest list of either counts."""
    if gap.back:
        return gap.missed >= limits.absent_sheets and gap.days >= limits.absent_days
    newest = max(sheets[-1].published_on for sheets in used.values() if sheets)
    return newest - gap.last.sheet.published_on >= timedelta(days=limits.absent_days)


def _is_signed(gap: Gap, signed: Presence | None) -> bool:
    """Whether it was signed, or on the participating list, while it was pending or soon after."""
    if signed is None:
        return False
    began = gap.last.sheet.published_on - SIGNING_TIME
    ended = gap.first_without.published_on + SIGNING_TIME
    days = {row.signed_on or seen.sheet.published_on for seen in signed.seen for row in seen.rows}
    return any(began <= day <= ended for day in days) or any(
        began <= seen.sheet.published_on <= ended for seen in signed.seen
    )


def _is_on(signed: Presence | None, sheet: SheetOf, participating: Sequence[SheetOf]) -> bool:
    """Whether the participating list that stood when this pending sheet came out shows it as signed."""
    places = [place for place, other in enumerate(participating) if other.place_in_time <= sheet.place_in_time]
    return signed is not None and bool(places) and any(seen.place == places[-1] for seen in signed.seen)


def _listed(
    sheet: SheetOf, key: AgreementKey, signed: Presence | None, used: Mapping[IceList, Sequence[SheetOf]]
) -> PlannedEvent:
    day = sheet.published_on
    if _is_on(signed, sheet, used["participating"]):
        summary = f"ICE's pending list of {day_in_words(day)} shows it too, though its other list shows it as signed."
        return PlannedEvent(EventKind.LISTED, day, day, summary, (sheet.id,))
    awaited = f"a {program_words(key)}" if key[1] else "an agreement"
    summary = f"ICE's pending list of {day_in_words(day)} shows the agency as awaiting {awaited}."
    return PlannedEvent(EventKind.LISTED_PENDING, day, day, summary, (sheet.id,))


def _lapsed(gap: Gap, key: AgreementKey, on_lists: Mapping[AgreementKey, OnLists]) -> PlannedEvent:
    last, missing = gap.last.sheet, gap.first_without
    left = last_and_missing(gap, "ICE's pending list")
    other = next(other_programs(missing, key, on_lists), "The participating list of that time does not show it.")
    summary = f"{left} {other}"
    return PlannedEvent(
        EventKind.PENDING_LAPSED, last.published_on, missing.published_on, summary, (missing.id, last.id)
    )
