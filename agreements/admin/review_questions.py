"""The questions that a sheet raises, as its review asks them: each with its evidence, and a form that answers it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple

from agreements.admin.review_pages import Named, named
from agreements.ice import answering
from agreements.ice.history import LISTS
from agreements.ice.parse import COLUMNS, IceList
from agreements.ice.shown import about, stood_on
from agreements.models import Agency, Agreement, Listing, Proposal, Review, Sheet
from agreements.models.proposal import ProposalKind
from agreements.snapshots import Lists, list_of
from municipalities.models import County, Municipality


class QuestionForm(forms.Form):
    """What answers a question that has no yes or no: the agency that it is, or the places that it belongs to."""

    agency = forms.ModelChoiceField(
        Agency.objects.standing_alone(),
        required=False,
        widget=AutocompleteSelect(Agreement._meta.get_field("agency"), admin.site),
        label="It is another name of",
    )
    municipalities = forms.ModelMultipleChoiceField(
        Municipality.objects.all(),
        required=False,
        widget=AutocompleteSelectMultiple(Agency._meta.get_field("municipalities"), admin.site),
        label="Municipalities",
    )
    counties = forms.ModelMultipleChoiceField(
        County.objects.all(),
        required=False,
        widget=AutocompleteSelectMultiple(Agency._meta.get_field("counties"), admin.site),
        label="Counties",
    )


def question_form(proposal: Proposal, data: Any = None) -> QuestionForm:
    """The form of one question, its fields' ids its own."""
    return QuestionForm(data, auto_id=f"id_q{proposal.pk}_%s")


@dataclass(frozen=True)
class Printed:
    """One printed row that bears on a question, where it stood last, and its links."""

    of: str
    url: str
    cells: list[tuple[str, str]]
    links: list[str]
    sheets: list[Named]


@dataclass(frozen=True)
class Question:
    """A question with its evidence, as it stands."""

    proposal: Proposal
    stamp: str
    said: str
    printed: list[Printed]
    form: QuestionForm | None

    @property
    def about(self) -> str:
        return about(self.proposal)

    @property
    def is_done(self) -> bool:
        return bool(self.proposal.answer) or not self.proposal.is_current

    @property
    def is_yes_or_no(self) -> bool:
        return self.proposal.kind not in answering.NO_YES_OR_NO

    @property
    def has_places(self) -> bool:
        return self.proposal.kind == ProposalKind.PLACE


def questions_of(review: Review) -> dict[str, Any]:
    """A review's questions, those that are open first, and how many are done. Few queries, however many there are."""
    lists = Lists()
    with_subjects = Proposal.objects.select_related(
        "agreement__agency__state", "agency__state", "other_agency__state", "sheet", "answered_by"
    )
    asked = list(with_subjects.filter(key__in=review.questions))
    printed = _printed_for(asked, lists)
    questions = [
        Question(
            one,
            answering.stamp(one),
            answering.who_answered(one),
            printed[one.pk],
            question_form(one) if one.kind in (ProposalKind.PLACE, ProposalKind.SAME_AGENCY) else None,
        )
        for one in asked
    ]
    questions.sort(key=lambda one: one.is_done)
    rows = unmatched_rows(review, lists)
    return {
        "questions": questions,
        "done": sum(one.is_done for one in questions),
        "unmatched": [(one, QuestionForm(auto_id=f"id_r{one.pk}_%s")["agency"]) for one in rows],
        "media": QuestionForm().media,
        "others_open": Proposal.objects.open().exclude(key__in=review.questions).count(),
    }


def unmatched_rows(review: Review, lists: Lists) -> list[Listing]:
    """The rows of a review's sheet that no agency is found for; none of a sheet that is held."""
    if review.sheet is None or review.sheet.held_because:
        return []
    return lists.without_agreement(review.sheet)


def _printed_for(proposals: Sequence[Proposal], lists: Lists) -> dict[int, list[Printed]]:
    """The newest printed rows of each agreement that a question is about, by the question's id.

    Of one that may have been signed again both rows, with the days; of any other the newest of each list.
    """
    agencies = {pk for one in proposals for pk in (one.agency_id, one.other_agency_id) if pk}
    known = Agreement.objects.standing_alone().filter(agency__in=agencies).select_related("agency__state")
    agreements = {one.pk: one for one in (*known, *(one.agreement for one in proposals if one.agreement))}
    runs = _newest_runs(lists, agreements)
    stood = {name: lists.stood_on(name, list(agreements)) for name in LISTS}
    found: dict[int, list[Printed]] = {}
    for one in proposals:
        most = 2 if one.kind == ProposalKind.SIGNED_AGAIN else 1
        found[one.pk] = [
            _printed(agreements[pk], name, run, [lists.sheet(run.last_sheet_id)] if older else stood[name].get(pk, []))
            for pk in _about(one, agreements.values())
            for name in LISTS
            for older, run in enumerate(runs.get((pk, name), [])[:most])
        ]
    return found


def _newest_runs(lists: Lists, agreements: Iterable[int]) -> dict[tuple[int, IceList], list[Listing]]:
    """By agreement and list the runs of rows with different days of signing, the newest first. Of those alike the
    newest stands; one that stands on held sheets only is none."""
    found: dict[tuple[int, IceList], list[Listing]] = {}
    for run in lists.newest_first(Listing.objects.filter(agreement__in=agreements).order_by()):
        first, last = lists.sheet(run.first_sheet_id), lists.sheet(run.last_sheet_id)
        known = found.setdefault((run.agreement_id or 0, list_of(last)), [])
        is_counted = first.is_counted or last.is_counted
        if is_counted and run.signed_on not in [one.signed_on for one in known]:
            known.append(run)
    return found


def _about(proposal: Proposal, agreements: Iterable[Agreement]) -> list[int]:
    """The ids of the agreements whose rows are evidence: the one in question, and another agency's of its program."""
    program = proposal.agreement.program if proposal.agreement else None
    found = [proposal.agreement.pk] if proposal.agreement else []
    for one in agreements:
        is_own = proposal.agreement is None and one.agency_id == proposal.agency_id
        is_other = one.agency_id == proposal.other_agency_id and program in (None, one.program)
        if is_own or is_other:
            found.append(one.pk)
    return list(dict.fromkeys(found))


def _printed(agreement: Agreement, name: IceList, run: Listing, sheets: Iterable[Sheet]) -> Printed:
    return Printed(
        of=f"{agreement} ({name} list)",
        url=agreement.get_absolute_url(),
        cells=[(column, run.printed[column]) for column in COLUMNS if column in run.printed],
        links=[link for link in (run.moa_url, run.addendum_url) if link],
        sheets=[named(stood_on(sheet)) for sheet in sheets],
    )
