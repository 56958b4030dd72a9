"""Keeping the table of periods: where each agreement stands from when to when, by the rules of `agreements.status`.

Triggers note which agreements changed (models/standing.py). `bring_up_to_date` works these out again, and counts; it is
called by whatever reads the periods, and nearly always finds nothing to do, in two queries.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from operator import attrgetter
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from agreements.deciding import checks_from, facts_by_agreement, record_end
from agreements.kinds import MUNICIPAL_KINDS
from agreements.models import Agency, Agreement, Period, Reckoning
from agreements.models.event import FIRST_DAY
from agreements.statements import rows
from agreements.status import Fact, Standing, periods, rank_of
from agreements.tallies import count_again
from municipalities.names import squash

_LOCK = 287_004
#: Agreements read and written at a time.
_BATCH = 5_000
_COLUMNS = [field.attname for field in Period._meta.concrete_fields if not field.primary_key]
_row = attrgetter(*_COLUMNS)


def bring_up_to_date(end: date | None = None) -> date | None:
    """Work out again where those agreements stand that changed since, and what the new end of the record changes.

    end: that end, where it is known already. Returned; None where the record is empty. Many may call at once: one does
    the work, the others wait for it.
    """
    end = end or record_end()
    if end is None or not _is_behind(end):
        return end
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("DELETE FROM agreements_stale RETURNING agreement")
        changed = sorted({agreement for (agreement,) in cursor.fetchall()})
        for start in range(0, len(changed), _BATCH):
            _work_out(changed[start : start + _BATCH], end)
        _move_end(end)
        count_again()
    return end


def _is_behind(end: date) -> bool:
    ((is_behind,),) = rows(
        "SELECT EXISTS (SELECT FROM agreements_stale)"
        " OR NOT EXISTS (SELECT FROM agreements_reckoning WHERE record_end = %(end)s)",
        {"end": end},
    )
    return bool(is_behind)


def _work_out(agreement_ids: Sequence[int], end: date) -> None:
    """Write the periods of these agreements where they differ."""
    with connection.cursor() as cursor:
        # Nobody deletes one of them before its periods are written.
        cursor.execute("SELECT FROM agreements_agreement WHERE id = ANY(%s) FOR KEY SHARE", [list(agreement_ids)])
    known: dict[int, list[Period]] = defaultdict(list)
    for period in Period.objects.filter(agreement__in=agreement_ids).order_by("first"):
        known[period.agreement_id].append(period)
    made = _periods(agreement_ids, end)
    differ = [pk for pk in agreement_ids if list(map(_row, known.get(pk, ()))) != list(map(_row, made.get(pk, ())))]
    Period.objects.filter(agreement__in=differ).delete()
    Period.objects.bulk_create([period for pk in differ for period in made.get(pk, ())], batch_size=1_000)


def _periods(agreement_ids: Sequence[int], end: date) -> dict[int, list[Period]]:
    """Agreement id → its periods; none for one that was merged into another."""
    agreements = Agreement.objects.standing_alone().filter(pk__in=agreement_ids).select_related("agency__state")
    agencies = {agreement.agency_id for agreement in agreements}
    towns = _names(Agency.municipalities.through, "municipality", "municipality__name", agencies)
    counties = _names(Agency.counties.through, "county", "county__full_name", agencies)
    facts = facts_by_agreement(agreement_ids)
    checks = checks_from()
    found = {}
    for agreement in agreements:
        agency = agreement.agency
        own, around = towns.get(agency.pk, []), counties.get(agency.pk, [])
        names = [name for _, name in own], [name for _, name in around]
        keys = {
            "agreement_id": agreement.pk,
            "is_beside": agency.kind not in MUNICIPAL_KINDS,
            "state_id": agency.state_id,
            "state_name": agency.state.name,
            "agency_name": agency.name,
            "place_name": ", ".join(names[0] or names[1])[:200],
            "program": agreement.program,
            "search": " ".join(map(squash, (agency.name, *names[0], *names[1]))),
        }
        checked = min((checks[pk] for pk, _ in own if pk in checks), default=None)
        found[agreement.pk] = [
            Period(**keys, **_stretch(stretch.first, stretch.until, end), **_columns(stretch.standing))
            for stretch in periods(facts.get(agreement.pk, ()), FIRST_DAY, checked)
        ]
    return found


def _names(links: Any, place: str, name: str, agencies: set[int]) -> dict[int, list[tuple[int, str]]]:
    """Agency id → (id, name) of its places, by name."""
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    rows = links.objects.filter(agency__in=agencies).order_by(name, place)
    for agency_id, place_id, words in rows.values_list("agency_id", f"{place}_id", name):
        found[agency_id].append((place_id, words))
    return found


def _stretch(first: date, until: date | None, end: date) -> dict[str, Any]:
    is_current = first <= end and (until is None or until > end)
    return {"first": first, "until": until, "is_current": is_current}


def _columns(standing: Standing) -> dict[str, Any]:
    """A standing as the columns of a period."""
    since: Fact | None = standing.since
    restored: Fact | None = standing.restored
    return {
        "status": standing.status.value,
        "rank": rank_of(standing.status),
        "since": since.id if since else None,
        "since_kind": since.kind if since else "",
        "since_earliest": since.earliest if since else None,
        "since_latest": since.latest if since else None,
        "since_sequence": since.sequence if since else 0,
        "restored": restored.id if restored else None,
        "restored_earliest": restored.earliest if restored else None,
        "restored_latest": restored.latest if restored else None,
        "in_court": standing.in_court,
        "failed_vote": standing.failed_vote,
        "quiet": standing.quiet,
    }


def _move_end(end: date) -> None:
    """Which periods are current where the record has a new end."""
    if Reckoning.objects.filter(record_end=end).exists():
        return
    holds = (Q(until__isnull=True) | Q(until__gt=end)) & Q(first__lte=end)
    Period.objects.filter(holds, is_current=False).update(is_current=True)
    Period.objects.filter(~holds, is_current=True).update(is_current=False)
    Reckoning.objects.all().delete()
    Reckoning.objects.create(record_end=end)
