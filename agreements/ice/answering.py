"""What editors answer: a proposal's yes or no, a ruling on a sheet, and what follows from each.

Most answers only need to be kept: the next settling reads them. That two names are one agency's must be carried out
here, since the name that vanished has an address of its own, which has to lead to the agency that it turned out to be.
"""

from collections import Counter

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from agreements.ice.apply import Rules, settle
from agreements.ice.evidence import lock_imports
from agreements.ice.identity import identity
from agreements.ice.writer import merge_agency, merge_agreement
from agreements.models import Agency, AgencyAlias, Agreement, Listing, Proposal, Sheet
from agreements.models.proposal import Answer, ProposalKind
from agreements.models.sheet import IceList, Ruling

RULING_OF = {Answer.YES: Ruling.USE, Answer.NO: Ruling.SET_ASIDE}


def refuse(proposal: Proposal, *, yes: bool) -> None:
    """Raise ValidationError, with what to do instead, where this proposal cannot be answered so."""
    if proposal.kind == ProposalKind.PLACE:
        raise ValidationError(
            "This question has no yes or no: say where the agency belongs by its municipalities or counties, on its "
            "own page."
        )
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


@transaction.atomic
def answer(*, proposal: Proposal, yes: bool, by: User, note: str = "", rules: Rules | None = None) -> Counter[str]:
    """Keep an editor's answer, do what follows from it, and settle; returns what was written. All or nothing.

    An answer may be corrected by another. Raises ValidationError where the question cannot be answered so.
    """
    lock_imports()  # first, so that no importer is half-way while names and sheets change
    asked = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    refuse(asked, yes=yes)
    if asked.kind == ProposalKind.SAME_AGENCY and yes:
        _join(asked)
    elif asked.kind == ProposalKind.SHEET and asked.sheet:
        asked.sheet.ruling = RULING_OF[Answer.YES if yes else Answer.NO]
        asked.sheet.save(update_fields=["ruling"])
    # Saved last: joining moves an agency's proposals, and this one is to keep both of the names that it asked about.
    asked.answer = Answer.YES if yes else Answer.NO
    asked.answered_by, asked.answered_at = by, timezone.now()
    asked.note = note or asked.note
    asked.save()
    written = settle(rules or Rules.load())
    proposal.refresh_from_db()
    return written


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
    """The agency that vanished and the one that may be it, as they stand now.

    Raises ValidationError for two of one name: places tell them apart, and no name can stand for just one of them.
    """
    if proposal.agency is None or proposal.other_agency is None:
        raise ValidationError("This question names no two agencies.")
    vanished, kept = _standing(proposal.agency), _standing(proposal.other_agency)
    if vanished != kept and _folded(vanished) == _folded(kept):
        raise ValidationError(f"Both are printed as {kept.name}: no name can tell which of them a row means.")
    return vanished, kept


def _folded(agency: Agency) -> str:
    return identity(agency.name, agency.state.code)


def _join(proposal: Proposal) -> None:
    """Make the names of the agency that vanished stand for the other; all of it merges, or one program's agreement."""
    vanished, kept = _both(proposal)
    if vanished == kept:
        return
    agreement = proposal.agreement
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
