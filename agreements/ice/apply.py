"""Writing the plan into the record: agencies, agreements, listings, events, and proposals for what must be asked.

The record is brought to what all sheets together say; doing so twice changes nothing. Rows that an editor has taken
over are left alone: what the lists say otherwise stands beside them as claims. Nothing is deleted: an event that the
lists no longer bear out goes back to a draft.
"""

import functools
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import transaction

from agreements.ice.agencies import plain
from agreements.ice.aliases import Aliases, read_aliases
from agreements.ice.answers import read_answers
from agreements.ice.apply_events import EventWriter
from agreements.ice.evidence import Evidence, evidence, lock_imports
from agreements.ice.holds import Limits
from agreements.ice.identify import AgencyKey, Answer, Answers, KnownAgency
from agreements.ice.match import Placement
from agreements.ice.places import PlaceIndex
from agreements.ice.plan import Plan, plan
from agreements.ice.planned import AgreementKey
from agreements.ice.planned import Proposal as Proposed
from agreements.ice.writer import AgencyWriter, merge_agency
from agreements.kinds import MUNICIPAL_KINDS
from agreements.models import Agency, AgencyAlias, Agreement, Listing, Proposal, Sheet
from agreements.models.revision import IMPORTER, writes_as
from municipalities import reading
from municipalities.models import County, Municipality, State

RECORD = settings.BASE_DIR / "fixtures" / "record"


@functools.lru_cache(maxsize=1)
def place_index(folder: Path) -> PlaceIndex:
    """The index of the places in a folder. It takes a third of settling to build, and no process changes the files."""
    return PlaceIndex.from_places(reading.read(folder))


@dataclass(frozen=True)
class Rules:
    """What the importer goes by: the places, the answers already given, and what is usual."""

    index: PlaceIndex
    aliases: Aliases
    answers: Answers
    limits: Limits

    @classmethod
    def load(cls, record: Path = RECORD, places: Path = settings.BASE_DIR / "fixtures" / "places") -> "Rules":
        return cls(
            index=place_index(places),
            aliases=read_aliases(record / "aliases.csv"),
            answers=read_answers(record / "names.csv"),
            limits=Limits(
                absent_sheets=settings.ICE_ABSENT_SHEETS,
                absent_days=settings.ICE_ABSENT_DAYS,
                brief_sheets=settings.ICE_BRIEF_SHEETS,
                hold_rows=settings.ICE_HOLD_ROWS,
                hold_share=settings.ICE_HOLD_SHARE,
            ),
        )


def planned(known: Evidence, rules: Rules) -> Plan:
    """The plan for the stored sheets, with the answers of editors that are in the database."""
    answers = dict(rules.answers)
    # Every name of an agency that an editor has answered for leads to the name it bears, which no list need print.
    answered = AgencyAlias.objects.filter(is_answer=True).values("agency")
    aliases = AgencyAlias.objects.filter(agency__in=answered).select_related("state", "agency__state")
    for alias in aliases.order_by("is_answer"):
        code = alias.state.code if alias.state else ""
        key = (code, plain(alias.printed_name, code), alias.program)
        in_file = rules.answers.get(key)
        answers[key] = Answer(alias.agency.state.code, alias.agency.name, in_file.until if in_file else None)
    rulings = {one.key: one.answer == "yes" for one in Proposal.objects.exclude(answer="")}
    return plan(known.history, rules.index, rules.aliases, answers, rules.limits, rulings)


@transaction.atomic
def settle(rules: Rules) -> Counter[str]:
    """Bring the record to what the stored sheets say; returns how many rows were written, by kind. All or nothing."""
    lock_imports()
    known = evidence()
    with writes_as(IMPORTER):
        return _Settling(known, planned(known, rules), rules).write()


@dataclass
class _Settling:
    known: Evidence
    plan: Plan
    rules: Rules
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.states = {state.code: state for state in State.objects.all()}
        self.municipalities = dict(Municipality.objects.values_list("key", "pk"))
        self.counties = dict(County.objects.values_list("geoid", "pk"))
        self.writer = AgencyWriter()
        self.agencies: dict[AgencyKey, Agency] = {}
        self.taken: set[int] = set()  # agencies of the record that are one of the plan's already
        self.agreements: dict[AgreementKey, Agreement] = {}

    def write(self) -> Counter[str]:
        with_places = Agency.objects.prefetch_related("municipalities", "counties", "agreements")
        self.in_record = {agency.pk: agency for agency in with_places}
        for agency_key in sorted(self.plan.agencies):
            self.agencies[agency_key] = self._agency(self.plan.agencies[agency_key])
        self._write_aliases()
        for key in sorted(self.plan.agreements, key=self._first_seen):
            self.agreements[key] = self._agreement(key)
        self._write_listings()
        events = EventWriter(self.plan, self.agreements)
        events.write()
        self.counts += events.counts
        self._write_proposals()
        self._write_sheets()
        return self.counts

    def _first_seen(self, key: AgreementKey) -> tuple[object, ...]:
        presences = self.plan.presences[key].values()
        return (min(presence.first.sheet.place_in_time for presence in presences), key)

    def _agency(self, seen: KnownAgency) -> Agency:
        """The agency of the record, found by any of its names, made or brought up to date."""
        state = self.states[seen.state]
        names = [(seen.state, seen.name), *((code, name) for code, name, program in seen.printed if not program)]
        name, placement = seen.name[:200], seen.placement
        municipalities = {self.municipalities[key] for key in placement.municipality_keys}
        counties = {self.counties[geoid] for geoid in self._own_counties(seen)}
        note = placement.question or placement.note
        found = [pk for pk in self._found(names) if pk not in self.taken]
        if len(seen.key) > 2:  # one of several of that name: only where it is
            found = [pk for pk in found if self._places(pk) == (municipalities, counties)]
        if not found:
            self.counts["agencies added"] += 1
            agency = self.writer.create(
                state=state,
                name=name,
                kind=placement.kind,
                municipalities=municipalities,
                counties=counties,
                placing_note=note,
                is_from_list=True,
            )
            self.in_record[agency.pk] = agency
        else:
            agency = self.in_record[found[0]]
            for pk in found[1:]:
                if self.in_record[pk].is_from_list:
                    merge_agency(agency, self.in_record[pk])
                    self.counts["agencies merged"] += 1
            if agency.is_from_list:
                self._update(agency, name=name, kind=placement.kind, placing_note=note)
                have = self._places(agency.pk)
                for link, wanted, linked in (
                    ("municipalities", municipalities, have[0]),
                    ("counties", counties, have[1]),
                ):
                    if linked != wanted:
                        getattr(agency, link).set(wanted)
                        self.counts["agencies moved"] += 1
        self.taken.add(agency.pk)
        for code, printed in names:
            self.writer.remember(self.states[code], printed, agency)
        return agency

    def _found(self, names: list[tuple[str, str]]) -> list[int]:
        """Ids of the record's agencies of any of these names, those first to which an answer gives one."""
        found = [agency.pk for code, name in names for agency in self.writer.find_all(self.states[code], name)[:1]]
        also = [agency.pk for code, name in names for agency in self.writer.find_all(self.states[code], name)]
        return list(dict.fromkeys([*sorted(found), *sorted(also)]))

    def _places(self, pk: int) -> tuple[set[int], set[int]]:
        agency = self.in_record[pk]
        return {one.pk for one in agency.municipalities.all()}, {one.pk for one in agency.counties.all()}

    def _own_counties(self, seen: KnownAgency) -> tuple[str, ...]:
        """A town's own agency has the counties of its town, whatever they become; all others have their own.

        A consolidated government's force has both, by an alias that says so.
        """
        placement: Placement = seen.placement
        alias = self.rules.aliases.get((seen.state, plain(seen.name, seen.state)))
        is_of_a_town = placement.kind in MUNICIPAL_KINDS and placement.municipality_keys
        stated = alias.county_geoids if alias else ()
        return stated or (() if is_of_a_town else placement.county_geoids)

    def _update(self, row: Agency | Agreement, **values: object) -> None:
        if changed := {name: value for name, value in values.items() if getattr(row, name) != value}:
            for name, value in changed.items():
                setattr(row, name, value)
            row.save(update_fields=list(changed))
            self.counts[f"{row._meta.verbose_name_plural} changed"] += 1

    def _write_aliases(self) -> None:
        """Every name printed becomes the agency's, so that an editor finds it by each of them."""
        have = {(one.state_id, one.printed_name, one.program): one for one in AgencyAlias.objects.all()}
        new = []
        named = set()
        for key in sorted(self.plan.agencies):  # of two agencies of one name, the first in this order has it
            agency = self.agencies[key]
            for code, printed, program in self.plan.agencies[key].printed:
                name = (self.states[code].pk, printed[:200], program)
                if name in named:
                    continue
                named.add(name)
                alias = have.get(name)
                answer = self.rules.answers.get((code, plain(printed, code), program))
                reason = answer.reason[:300] if answer else ""
                if alias is None:
                    new.append(
                        AgencyAlias(
                            agency=agency,
                            state=self.states[code],
                            printed_name=printed[:200],
                            program=program,
                            is_answer=answer is not None,
                            reason=reason,
                        )
                    )
                elif alias.agency_id != agency.pk and not alias.is_answer:
                    alias.agency = agency
                    alias.save()
                elif alias.is_answer and reason and not alias.reason:
                    alias.reason = reason
                    alias.save()
                    self.counts["reasons added"] += 1
        AgencyAlias.objects.bulk_create(new)
        self.counts["names added"] += len(new)

    def _agreement(self, key: AgreementKey) -> Agreement:
        seen = self.plan.agreements[key]
        agreement = self.writer.agreement(
            self.agencies[key[0]], key[1], is_from_list=True, takes_over=(key[0], "") not in self.plan.agreements
        )
        if agreement.is_from_list:
            self._update(agreement, moa_url=seen.moa_url, addendum_urls=list(seen.addendum_urls))
        return agreement

    def _write_listings(self) -> None:
        changed = []
        for number, listings in self.known.listings.items():
            key = self.plan.agreement_of[number]
            wanted = self.agreements[key].pk if key in self.agreements else None
            for listing in listings:
                if listing.agreement_id != wanted:
                    listing.agreement_id = wanted
                    changed.append(listing)
        Listing.objects.bulk_update(changed, ["agreement"], batch_size=1000)
        self.counts["listings matched"] += len(changed)

    def _write_proposals(self) -> None:
        have = {one.key: one for one in Proposal.objects.all()}
        current = set()
        for asked in self.plan.proposals:
            current.add(asked.key)
            wanted = self._proposal(asked)
            proposal = have.get(asked.key)
            if proposal is None:
                Proposal.objects.create(key=asked.key, **wanted)
                self.counts["proposals added"] += 1
            elif any(getattr(proposal, name) != value for name, value in wanted.items()):
                for name, value in wanted.items():
                    setattr(proposal, name, value)
                proposal.save()
        for key, proposal in have.items():
            if proposal.is_current and key not in current:
                proposal.is_current = False
                proposal.save()
                self.counts["proposals settled"] += 1

    def _proposal(self, asked: Proposed) -> dict[str, object]:
        agency = asked.agency or (asked.about[0] if asked.about else None)
        about = self.agreements.get(asked.about) if asked.about else None
        return {
            "kind": asked.kind,
            "sentence": asked.sentence[:300],
            "evidence": list(asked.evidence),
            "agreement_id": about.pk if about else None,
            "agency_id": self.agencies[agency].pk if agency else None,
            "other_agency_id": self.agencies[asked.other[0]].pk if asked.other else None,
            "sheet_id": asked.sheets[-1] if asked.kind == "sheet" else None,
            "is_current": True,
        }

    def _write_sheets(self) -> None:
        for sheet in Sheet.objects.all():
            reason = self.plan.held.get(sheet.pk, "")[:300]
            if not sheet.is_settled or sheet.held_because != reason:
                sheet.is_settled, sheet.held_because = True, reason
                sheet.save(update_fields=["is_settled", "held_because"])
                self.counts["sheets settled"] += 1
