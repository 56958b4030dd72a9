"""What editors answer: a proposal's yes or no, a ruling on a sheet, and what follows from each.

Most answers only need to be kept: the next settling reads them. That two names are one agency's must be carried out
here, since the name that vanished has an address of its own, which has to lead to the agency that it turned out to be.
"""

from collections import Counter
from collections.abc import Collection, Mapping

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from agreements.dates import day_in_words
from agreements.ice.agencies import STATE_KINDS
from agreements.ice.apply import Rules, settle
from agreements.ice.evidence import lock_imports, reread
from agreements.ice.identity import identity
from agreements.ice.writer import merge_agency, merge_agreement
from agreements.kinds import Program
from agreements.models import Agency, AgencyAlias, Agreement, Listing, Proposal, Sheet
from agreements.models.proposal import Answer, ProposalKind
from agreements.models.sheet import IceList, Ruling
from municipalities.models import County, Municipality, State

#: How an answer is kept where the question was no yes or no: the note says what it was.
SETTLED = Answer.YES
RULING_OF = {Answer.YES: Ruling.USE, Answer.NO: Ruling.SET_ASIDE}
#: What to do instead where a question has no yes or no.
NO_YES_OR_NO: Mapping[str, str] = {
    ProposalKind.PLACE: (
        "This question has no yes or no: say where the agency belongs by its municipalities or counties, on its own "
        "page."
    ),
    ProposalKind.SHEET: (
        "This question has no yes or no: see what would follow, and use the sheet or set it aside, on its own page."
    ),
}


def refuse(proposal: Proposal, *, yes: bool) -> None:
    """Raise ValidationError, with what to do instead, where this proposal cannot be answered so."""
    if instead := NO_YES_OR_NO.get(proposal.kind):
        raise ValidationError(instead)
    if proposal.kind == ProposalKind.SAME_AGENCY:
        if proposal.answer == Answer.YES and not yes:
            raise ValidationError("This was answered yes, and the two are one now: a no cannot part them again.")
        if yes:
            _both(proposal)
    if proposal.kind == ProposalKind.DEPARTURE and yes and proposal.answer != Answer.YES:
        asked = Proposal.objects.open().filter(kind=ProposalKind.SAME_AGENCY, agreement=proposal.agreement)
        if other := asked.first():
            # While it may stand under another name, its absence says nothing: a yes would be kept and do nothing.
            raise ValidationError(f"Another question comes first: {other.sentence}")


def stamp(proposal: Proposal) -> str:
    """How a question stands answered, as a form carries it: another stamp by now means that another has answered."""
    return f"{proposal.answer} {proposal.answered_at.isoformat()}" if proposal.answered_at else proposal.answer


def who_answered(proposal: Proposal) -> str:
    """ "Ana answered yes on May 18, 2026, 14:03 UTC." "" while it is open."""
    if not proposal.answer:
        return ""
    who = proposal.answered_by.get_username() if proposal.answered_by else "An answer in the record’s file:"
    said = f"{who} {'answered ' if proposal.answered_by else ''}{proposal.answer}"
    at = proposal.answered_at
    return f"{said} on {day_in_words(at.date())}, {at:%H:%M} UTC." if at else f"{said}."


@transaction.atomic
def as_seen(proposal: Proposal, seen: str | None) -> Proposal:
    """The question, locked until the transaction ends, and importers with it.

    seen: the stamp that it bore when it was read; None takes any. Raises ValidationError where it bears another by now.
    """
    lock_imports()  # first, so that no importer is half-way while names and sheets change
    asked = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if seen is not None and seen != stamp(asked):
        raise ValidationError(f"{who_answered(asked) or 'It was opened again meanwhile.'} Nothing was written.")
    return asked


@transaction.atomic
def answer(
    *, proposal: Proposal, yes: bool, by: User, note: str = "", seen: str | None = None, rules: Rules | None = None
) -> Counter[str]:
    """Keep an editor's answer, do what follows from it, and settle; returns what was written. All or nothing.

    An answer may be corrected by another. seen: the stamp that the question bore when it was read. Raises
    ValidationError where the question cannot be answered so, or has been answered since it was read.
    """
    asked = as_seen(proposal, seen)
    refuse(asked, yes=yes)
    if asked.kind == ProposalKind.SAME_AGENCY and yes:
        _join(*_both(asked), asked.agreement)
    # Saved last: joining moves an agency's proposals, and this one is to keep both of the names that it asked about.
    _keep(asked, Answer.YES if yes else Answer.NO, by, note)
    written = settle(rules or Rules.load())
    proposal.refresh_from_db()
    return written


def _keep(asked: Proposal, said: Answer, by: User, note: str) -> None:
    asked.answer = said
    asked.answered_by, asked.answered_at = by, timezone.now()
    asked.note = note or asked.note
    asked.save()


@transaction.atomic
def stands_for(
    *, proposal: Proposal, agency: Agency, by: User, note: str = "", seen: str | None = None, rules: Rules | None = None
) -> Counter[str]:
    """Answer a question about an agency by another of whose names it is one: that becomes an answer, and all settles.

    Of "Two names, one agency?" the answer is kept as a no where the agency is a third. Raises ValidationError where
    the two cannot be one, or the question has been answered since it was read.
    """
    asked = as_seen(proposal, seen)
    if asked.kind not in (ProposalKind.PLACE, ProposalKind.SAME_AGENCY) or asked.agency is None:
        raise ValidationError("This question is not about an agency's name.")
    other = asked.other_agency
    vanished, kept = _two(asked.agency, agency)
    if vanished == kept:
        raise ValidationError(f"It is {kept} already: choose another.")
    is_as_asked = other is None or _standing(other) == kept
    _join(vanished, kept, asked.agreement)
    _keep(asked, SETTLED if is_as_asked else Answer.NO, by, note or f"It is {kept}.")
    written = settle(rules or Rules.load())
    proposal.refresh_from_db()
    return written


@transaction.atomic
def place(
    *,
    proposal: Proposal,
    municipalities: Collection[Municipality],
    counties: Collection[County],
    by: User,
    note: str = "",
    seen: str | None = None,
    rules: Rules | None = None,
) -> Counter[str]:
    """Answer where an agency belongs by its places: they are an editor's from now on, and all settles.

    Raises ValidationError for no place at all, one of another state, or a question that has been answered since.
    """
    asked = as_seen(proposal, seen)
    if asked.kind != ProposalKind.PLACE or asked.agency is None:
        raise ValidationError("This question is not about a place.")
    agency = _standing(asked.agency)
    if not municipalities and not counties:
        raise ValidationError("Choose a municipality or a county, or the agency that it is.")
    refuse_other_states(agency.state, [*municipalities, *counties])
    agency.municipalities.set(municipalities)
    agency.counties.set(counties)
    agency.placing_note, agency.is_from_list = "", False
    agency.save()
    _keep(asked, SETTLED, by, note or placed_in([*municipalities, *counties]))
    written = settle(rules or Rules.load())
    proposal.refresh_from_db()
    return written


def placed_in(places: Collection[Municipality | County]) -> str:
    return f"It belongs to {', '.join(str(one) for one in places)}." if places else "It has no place of its own."


def refuse_other_states(state: State, places: Collection[Municipality | County]) -> None:
    """Raise ValidationError, naming them, where some of the places are not of that state."""
    strangers = [f"{one} is in {one.state.name}" for one in places if one.state_id != state.pk]
    if strangers:
        raise ValidationError(f"The agency is {state.name}'s, but {'; '.join(strangers)}.")


@transaction.atomic
def name_row(*, listing: Listing, agency: Agency, by: User, rules: Rules | None = None) -> Counter[str]:
    """Say whose a row is that no agency was found for: its name becomes an answer for rows without a state, and all
    settles.

    Raises ValidationError where the row prints no name, has found its agency meanwhile, or would not become this one's:
    as where the name was answered for before, or is that of two agencies which their places tell apart.
    """
    lock_imports()
    row = Listing.objects.select_for_update(of=("self",)).get(pk=listing.pk)
    name, kept = reread(row).agency[:200], _standing(agency)
    if row.agreement:
        raise ValidationError(f"The row has become one of {row.agreement} meanwhile. Nothing was written.")
    if not name:
        raise ValidationError("The row prints no name.")
    AgencyAlias.objects.get_or_create(
        state=None,
        printed_name=name,
        program=Program.NOT_STATED,
        defaults={
            "agency": kept,
            "is_answer": True,
            "reason": f"{by.get_username()} said whose the row without a readable state is.",
        },
    )
    written = settle(rules or Rules.load())
    row.refresh_from_db()
    kept.refresh_from_db()
    if row.agreement is None or _standing(row.agreement.agency) != _standing(kept):
        raise ValidationError(f"The row would not become one of {kept} by its name. Nothing was written.")
    return written


@transaction.atomic
def placed(*, agency: Agency, by: User) -> None:
    """Answer the open questions where an agency belongs, after an editor has said so on its own page.

    They stay open while it has no place, unless it is statewide and needs none.
    """
    places: list[Municipality | County] = [*agency.municipalities.all(), *agency.counties.all()]
    if not places and agency.kind not in STATE_KINDS:
        return
    for asked in agency.proposals.filter(kind=ProposalKind.PLACE, answer=Answer.OPEN, is_current=True):
        _keep(asked, SETTLED, by, placed_in(places))


@transaction.atomic
def rule(*, sheet: Sheet, ruling: str, by: User, rules: Rules | None = None) -> Counter[str]:
    """Keep an editor's ruling on a sheet, answer or reopen its proposal to match, and settle. All or nothing."""
    lock_imports()
    sheet.ruling = ruling
    sheet.full_clean()
    sheet.save(update_fields=["ruling"])
    said = next((answer for answer, meant in RULING_OF.items() if meant == ruling), Answer.OPEN)
    for proposal in Proposal.objects.filter(kind=ProposalKind.SHEET, sheet=sheet).exclude(answer=said):
        proposal.answer = said
        proposal.answered_by = by if said else None
        proposal.answered_at = timezone.now() if said else None
        proposal.save()
    written = settle(rules or Rules.load())
    sheet.refresh_from_db()
    return written


def _standing(agency: Agency) -> Agency:
    """The agency that this one has become, through however many mergers."""
    while agency.merged_into is not None:
        agency = agency.merged_into
    return agency


def _both(proposal: Proposal) -> tuple[Agency, Agency]:
    """The agency that vanished and the one that may be it, as they stand now. Raises ValidationError as _two does."""
    if proposal.agency is None or proposal.other_agency is None:
        raise ValidationError("This question names no two agencies.")
    return _two(proposal.agency, proposal.other_agency)


def _two(vanished: Agency, kept: Agency) -> tuple[Agency, Agency]:
    """Two agencies as they stand now.

    Raises ValidationError for two of one name: places tell them apart, and no name can stand for just one of them.
    """
    vanished, kept = _standing(vanished), _standing(kept)
    if vanished != kept and _folded(vanished) == _folded(kept):
        raise ValidationError(f"Both are printed as {kept.name}: no name can tell which of them a row means.")
    return vanished, kept


def _folded(agency: Agency) -> str:
    return identity(agency.name, agency.state.code)


def _join(vanished: Agency, kept: Agency, agreement: Agreement | None) -> None:
    """Make the names of the agency that vanished stand for the other; all of it merges, or one program's agreement."""
    if vanished == kept:
        return
    program = agreement.program if agreement and _is_otherwise_listed(agreement) else ""
    names = [(vanished.state_id, vanished.name)]
    names += vanished.aliases.filter(program__in=["", program]).values_list("state_id", "printed_name")
    reason = f"An editor answered: {vanished.name} is {kept.name}."[:300]
    for state_id, name in dict.fromkeys(names):
        AgencyAlias.objects.update_or_create(
            state_id=state_id,
            printed_name=name,
            program=program,
            defaults={"agency": kept, "is_answer": True, "reason": reason},
        )
    if program and agreement:
        merge_agreement(kept, agreement)
    else:
        merge_agency(kept, vanished)
    # Addresses lead straight to what stands, not from one merger to the next.
    for model in (Agency, Agreement):
        for earlier in model.objects.filter(merged_into__merged_into__isnull=False).select_related("merged_into"):
            if earlier.merged_into:
                earlier.merged_into = earlier.merged_into.merged_into
                earlier.save()


def _is_otherwise_listed(agreement: Agreement) -> bool:
    """Whether the newest list of either kind still prints another agreement of the same agency."""
    others = Agreement.objects.filter(agency=agreement.agency_id).exclude(pk=agreement.pk)
    for ice_list in IceList.values:
        in_time = list(Sheet.objects.filter(list=ice_list).in_time())
        newest = Sheet.objects.newest(ice_list)
        if newest is None:
            continue
        here = in_time.index(newest)
        if Listing.objects.filter(
            agreement__in=others, first_sheet__in=in_time[: here + 1], last_sheet__in=in_time[here:]
        ).exists():
            return True
    return False
