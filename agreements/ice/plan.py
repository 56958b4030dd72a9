"""From ICE's sheets to the record: holds, agencies, agreements, dated events, and what an editor must say. Pure.

The plan is worked out from the whole history at once. The same sheets give the same plan, whether they were read in
order, out of order, or twice; a sheet that arrives late simply takes its place.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from agreements.ice.aliases import Aliases
from agreements.ice.doubts import doubts
from agreements.ice.history import LISTS, History, SheetOf
from agreements.ice.holds import Limits, held
from agreements.ice.identify import EARLIER, AgencyKey, Answers, Identified, KnownAgency, identify
from agreements.ice.identity import identity
from agreements.ice.pending import pending_events
from agreements.ice.places import PlaceIndex
from agreements.ice.planned import AgreementKey, PlannedEvent, Proposal
from agreements.ice.presence import OnLists, presence
from agreements.ice.signing import participating_events


@dataclass(frozen=True)
class PlannedAgreement:
    """One agency and program as the lists show it: the newest links, and its events in order of time."""

    key: AgreementKey
    moa_url: str
    addendum_urls: tuple[str, ...]
    events: tuple[PlannedEvent, ...]


@dataclass(frozen=True)
class Plan:
    """What the record should hold of ICE's lists.

    held: sheet id → why none of its rows count. agreement_of: form → its agreement; None where its state is not known.
    """

    held: Mapping[int, str]
    agencies: Mapping[AgencyKey, KnownAgency]
    agreements: Mapping[AgreementKey, PlannedAgreement]
    agreement_of: tuple[AgreementKey | None, ...]
    proposals: tuple[Proposal, ...] = ()
    presences: Mapping[AgreementKey, OnLists] = field(default_factory=dict)


def plan(
    history: History,
    index: PlaceIndex,
    aliases: Aliases,
    answers: Answers,
    limits: Limits,
    rulings: Mapping[str, bool] | None = None,
) -> Plan:
    """The plan for a history. rulings: the key of a question → an editor's yes or no."""
    identified = identify(history, index, aliases, answers)
    agreement_of = _agreements_of(history, identified)
    held_because = held(history, agreement_of, limits)
    counted = history.without(held_because)
    if held_because:  # a held sheet names and moves no agency; whose its rows are is known all the same
        identified = identify(counted, index, aliases, answers)
        of_counted = _agreements_of(counted, identified)
        agreement_of = tuple(of_counted[n] if n in counted.last_seen else of for n, of in enumerate(agreement_of))
    rulings, used = _rekeyed(rulings or {}, identified), counted.sheets
    present = {name: presence(used[name], history, agreement_of) for name in LISTS}
    keys = sorted({key for by_key in present.values() for key in by_key})
    on_lists = {key: {name: present[name][key] for name in LISTS if key in present[name]} for key in keys}
    same = doubts(identified, on_lists, used["participating"], rulings)
    in_doubt = {one.about for one in same}
    agreements: dict[AgreementKey, PlannedAgreement] = {}
    proposals = [*same, *_hold_proposals(history, held_because), *_placing_proposals(identified)]
    for key in keys:
        events: list[PlannedEvent] = []
        for find in (participating_events, pending_events):
            found, asked = find(key, on_lists, used, limits, rulings, key in in_doubt)
            events += found
            proposals += asked
        moa_url, addendum_urls = _links(key, on_lists[key])
        agreements[key] = PlannedAgreement(key, moa_url, addendum_urls, tuple(sorted(events, key=_in_time)))
    return Plan(
        held=held_because,
        agencies=identified.agencies,
        agreements=agreements,
        agreement_of=agreement_of,
        proposals=tuple(sorted(proposals, key=lambda one: one.key)),
        presences=on_lists,
    )


def _agreements_of(history: History, identified: Identified) -> tuple[AgreementKey | None, ...]:
    """The agreement of each form. A row without a program is of the agency's only program, where it has but one."""
    programs: dict[AgencyKey, set[str]] = defaultdict(set)
    for number, key in enumerate(identified.agency_of):
        if key is not None and history.forms[number].program:
            programs[key].add(history.forms[number].program)
    found: list[AgreementKey | None] = []
    for number, key in enumerate(identified.agency_of):
        if key is None:
            found.append(None)
            continue
        only = programs[key] if len(programs[key]) == 1 else {""}
        found.append((key, history.forms[number].program or min(only)))
    return tuple(found)


def _rekeyed(rulings: Mapping[str, bool], identified: Identified) -> dict[str, bool]:
    """Rulings under the keys that their agencies have today: a name that was joined to another keeps its answers."""
    today = {
        "/".join((state, identity(name, state))): "/".join(agency.key)
        for agency in identified.agencies.values()
        for state, name, program in agency.printed
        if not program
    }
    found = dict(rulings)
    for key, ruling in rulings.items():
        kind, *about, program, day = key.split("/")
        if kind in ("departure", "signed_again") and (now := today.get("/".join(about))):
            found.setdefault("/".join((kind, now, program, day)), ruling)
    return found


def _links(key: AgreementKey, on_lists: OnLists) -> tuple[str, tuple[str, ...]]:
    """The newest memorandum's address and every addendum's, oldest first: what vanishes from a sheet stays known."""
    moa_url, addenda = "", []
    for name in ("pending", "participating"):
        if name in on_lists:
            for seen in on_lists[name].seen:
                for row in seen.rows:
                    moa_url = row.moa_url or moa_url
                    addenda += [row.addendum_url] if row.addendum_url else []
    return moa_url, tuple(dict.fromkeys(addenda))


def _in_time(event: PlannedEvent) -> tuple[object, ...]:
    return (event.latest, event.kind, event.summary)


def _hold_proposals(history: History, held_because: Mapping[int, str]) -> list[Proposal]:
    sheets: dict[int, SheetOf] = {sheet.id: sheet for name in LISTS for sheet in history.sheets[name]}
    return [
        Proposal(
            kind="sheet",
            key="/".join(("sheet", sheet.list, sheet.published_on.isoformat(), sheet.half_day, str(sheet.order))),
            sentence="This sheet is held whole. Use it?",
            evidence=(reason,),
            sheets=(sheet_id,),
        )
        for sheet_id, reason in held_because.items()
        if (sheet := sheets[sheet_id]).ruling == ""
    ]


def _placing_proposals(identified: Identified) -> list[Proposal]:
    return [
        Proposal(
            kind="place",
            key="/".join(("place", *agency.key)),
            sentence=f"Where does {agency.name} belong?",
            evidence=(agency.placement.question or agency.placement.note,),
            agency=agency.key,
        )
        for agency in identified.agencies.values()
        if agency.placement.question or agency.placement.note.startswith(EARLIER)
    ]
