"""Agencies and agreements of the record, found by any name they bear, and made where there are none."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import IntegerField, Max
from django.db.models.functions import Cast, Substr
from django.utils.text import slugify

from agreements.ice.identity import identity
from agreements.kinds import Program
from agreements.models import Agency, AgencyAlias, Agreement
from agreements.models.revision import IMPORTER, writes_as
from municipalities.models import County, Municipality, State


def last_number() -> int:
    """The highest number of a public id; 0 where there is none."""
    number = Cast(Substr("public_id", 2), IntegerField())
    return Agreement.objects.aggregate(last=Max(number))["last"] or 0


def public_id(number: int) -> str:
    return f"A{number:04d}"


@dataclass
class AgencyWriter:
    """Finds agencies by any name under which they are known, and makes those that are not. Never renames one."""

    _known: dict[tuple[int, str], list[Agency]] = field(default_factory=dict, init=False)
    _slugs: set[tuple[int, str]] = field(default_factory=set, init=False)
    _last: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        for agency in Agency.objects.select_related("state").order_by("pk"):
            self._slugs.add((agency.state_id, agency.slug))
            if agency.merged_into_id is None:
                self.remember(agency.state, agency.name, agency)
        aliases = AgencyAlias.objects.filter(program="", agency__merged_into=None)
        # Answers last: they go before what was merely read, and before the name itself.
        for alias in aliases.select_related("agency__state", "state").order_by("is_answer", "pk"):
            if alias.state:
                self.remember(alias.state, alias.printed_name, alias.agency)
        self._last = last_number()

    def find(self, state: State, name: str) -> Agency | None:
        return next(iter(self.find_all(state, name)), None)

    def find_all(self, state: State, name: str) -> list[Agency]:
        """Every agency that bears the name, the one that an answer gives it to first."""
        return self._known.get((state.pk, identity(name, state.code)), [])

    def remember(self, state: State, name: str, agency: Agency) -> None:
        """From now on this name finds that agency first."""
        known = self._known.setdefault((state.pk, identity(name, state.code)), [])
        known[:] = [agency, *(one for one in known if one.pk != agency.pk)]

    def create(
        self,
        *,
        state: State,
        name: str,
        kind: str,
        municipalities: Iterable[Municipality | int],
        counties: Iterable[County | int],
        placing_note: str = "",
        is_from_list: bool = False,
    ) -> Agency:
        """A new agency of that name; its address takes a number where another of the state has the same."""
        slug = base = slugify(name)[:190] or "agency"
        number = 2
        while (state.pk, slug) in self._slugs:
            slug, number = f"{base}-{number}", number + 1
        agency = Agency.objects.create(
            state=state, name=name, kind=kind, slug=slug, placing_note=placing_note, is_from_list=is_from_list
        )
        agency.municipalities.set(municipalities)
        agency.counties.set(counties)
        self._slugs.add((state.pk, slug))
        self.remember(state, name, agency)
        return agency

    def agreement(
        self, agency: Agency, program: str, *, is_from_list: bool = False, takes_over: bool = True
    ) -> Agreement:
        """The agency's agreement of that program. One whose program was not stated takes the first one stated, if it
        may: not where rows without a program stand beside it."""
        known = {one.program: one for one in agency.agreements.all()}
        if program in known:
            found = known[program]
            return found.merged_into or found
        if program and takes_over and Program.NOT_STATED in known:
            agreement = known[Program.NOT_STATED]
            agreement.program = program
            agreement.save()
            return agreement
        self._last += 1
        return Agreement.objects.create(
            agency=agency, program=program, public_id=public_id(self._last), is_from_list=is_from_list
        )


@writes_as(IMPORTER)
def merge_agreement(kept: Agency, agreement: Agreement) -> None:
    """Make one agreement another agency's: what was told of it goes to that agency's own of its program, if any."""
    known = Agreement.objects.filter(agency=kept, program=agreement.program).first()
    same = known and (known.merged_into or known)
    if same is None:
        agreement.agency = kept
    else:
        agreement.events.update(agreement=same)
        agreement.listings.update(agreement=same)
        agreement.proposals.update(agreement=same)
        agreement.merged.update(merged_into=same)
        agreement.merged_into = same
    agreement.save()


@writes_as(IMPORTER)
def merge_agency(kept: Agency, other: Agency) -> None:
    """Make `other` a name of `kept`: its agreements, events and listings go there, and its addresses lead there."""
    for agreement in Agreement.objects.filter(agency=other):
        merge_agreement(kept, agreement)
    other.events.update(agency=kept)
    other.aliases.update(agency=kept)
    other.proposals.update(agency=kept)
    other.merged.update(merged_into=kept)
    other.merged_into = kept
    other.save()
    for agency in (kept, other):  # what was read of them before is no longer so
        vars(agency).pop("_prefetched_objects_cache", None)
