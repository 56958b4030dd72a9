"""The review of a sheet: its plan, bringing it in, and the questions that follow, answered one by one."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from agreements.admin.kept import editor, say_what_followed
from agreements.admin.review_pages import planned_page, ruled_page, ruling_page
from agreements.admin.review_questions import QuestionForm, question_form, questions_of, unmatched_rows
from agreements.admin.uploads import require_reviewer
from agreements.ice import answering, reviewing
from agreements.ice.evidence import EvidenceError
from agreements.ice.parse import SheetError
from agreements.models import Agency, Listing, Proposal, Review, Sheet
from agreements.models.proposal import Answer
from agreements.models.sheet import Ruling
from agreements.snapshots import Lists

ANOTHER_PLAN = (
    "Nothing was written: the record has changed since this plan was worked out. Below is the plan as it is now; look "
    "at it and bring the sheet in again."
)


def review_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """A review: the plan while it waits, the questions once it has been brought in."""
    require_reviewer(request)
    reviews = Review.objects.defer("content").select_related("uploaded_by", "brought_in_by", "sheet")
    review = get_object_or_404(reviews, pk=pk)
    if request.method == "POST":
        return _act(request, review)
    questions = questions_of(review) if review.sheet else {}
    planned = planned_page(review, request.GET.get("kind", ""), request.GET.get("page", "1"))
    return _page(request, "review", str(review), {"review": review, **planned, **questions})


def _page(request: HttpRequest, name: str, title: str, context: dict[str, Any]) -> HttpResponse:
    shown = {**admin.site.each_context(request), "title": title, "opts": Sheet._meta, **context}
    return render(request, f"admin/agreements/sheet/{name}.html", shown)


def _act(request: HttpRequest, review: Review) -> HttpResponse:
    """Carry out the button that was pressed; what is refused is said on the page that follows."""
    actions: Mapping[str, Callable[[HttpRequest, Review], str]] = {
        "bring_in": _bring_in,
        "discard": _discard,
        "again": _again,
    }
    action = actions.get(request.POST.get("pressed", ""), _nothing)
    try:
        return HttpResponseRedirect(action(request, review))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except (SheetError, EvidenceError) as error:
        messages.error(request, f"{error} Nothing was written.")
    is_left = Review.objects.filter(pk=review.pk).exists()
    return HttpResponseRedirect(_to(review) if is_left else reverse("admin:upload_sheet"))


def _to(review: Review) -> str:
    return reverse("admin:review_sheet", args=[review.pk])


def _nothing(request: HttpRequest, review: Review) -> str:
    raise ValidationError("Press one of the buttons: nothing was written.")


def _bring_in(request: HttpRequest, review: Review) -> str:
    if reviewing.bring_in(review=review, seen=request.POST.get("seen", ""), by=editor(request)):
        messages.success(request, f"{review} is in the record, as the plan said.")
    else:
        messages.warning(request, ANOTHER_PLAN)
    return _to(review)


def _discard(request: HttpRequest, review: Review) -> str:
    reviewing.discard(review=review)
    messages.success(request, f"{review} was discarded. The record is as it was.")
    return reverse("admin:upload_sheet")


def _again(request: HttpRequest, review: Review) -> str:
    reviewing.plan_again(review=review)
    messages.success(request, "The plan was worked out anew.")
    return _to(review)


@require_POST
def answer_question(request: HttpRequest, pk: int, question: int) -> HttpResponse:
    """An answer to one of a review's questions: Yes or No, the agency that it is, or where it belongs."""
    require_reviewer(request)
    review = get_object_or_404(Review.objects.defer("content", "plan"), pk=pk)
    proposal = get_object_or_404(Proposal, pk=question, key__in=review.questions)
    try:
        with reviewing.with_what_follows(review):
            written = _answered(request, proposal)
    except ValidationError as error:
        messages.error(request, f"{proposal.sentence} {' '.join(error.messages)}")
    else:
        say_what_followed(request, written)
    return HttpResponseRedirect(f"{_to(review)}#question-{proposal.pk}")


def _answered(request: HttpRequest, proposal: Proposal) -> Counter[str]:
    """Carry out the answer. Raises ValidationError with what is wrong, nothing being written."""
    said = request.POST.get("pressed", "")
    kept: dict[str, Any] = {
        "proposal": proposal,
        "by": editor(request),
        "note": request.POST.get("note", "").strip(),
        "seen": request.POST.get("seen", ""),
    }
    if said in (Answer.YES, Answer.NO):
        return answering.answer(yes=said == Answer.YES, **kept)
    form = question_form(proposal, request.POST)
    if not form.is_valid():
        raise ValidationError([text for errors in form.errors.values() for text in errors])
    if said == "agency" and form.cleaned_data.get("agency"):
        return answering.stands_for(agency=form.cleaned_data["agency"], **kept)
    if said == "place":
        municipalities, counties = (list(form.cleaned_data.get(name) or ()) for name in ("municipalities", "counties"))
        return answering.place(municipalities=municipalities, counties=counties, **kept)
    raise ValidationError("Choose first, then press the button beneath. Nothing was written.")


@require_POST
def name_row(request: HttpRequest, pk: int, listing: int) -> HttpResponse:
    """Whose a row is that no agency was found for."""
    require_reviewer(request)
    review = get_object_or_404(Review.objects.defer("content", "plan"), pk=pk)
    row = get_object_or_404(Listing, pk=listing, pk__in=[one.pk for one in unmatched_rows(review, Lists())])
    try:
        with reviewing.with_what_follows(review):
            written = answering.name_row(listing=row, agency=_chosen_agency(request), by=editor(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        say_what_followed(request, written)
    return HttpResponseRedirect(f"{_to(review)}#unmatched")


def _chosen_agency(request: HttpRequest) -> Agency:
    """The agency that was chosen for a row. Raises ValidationError where none was."""
    form = QuestionForm(request.POST)
    if not form.is_valid() or not form.cleaned_data.get("agency"):
        raise ValidationError("Choose the agency first.")
    agency: Agency = form.cleaned_data["agency"]
    return agency


def rule_on_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Why a sheet is held and what it prints; what would follow from using it or setting it aside, and doing so."""
    require_reviewer(request)
    sheet = get_object_or_404(Sheet, pk=pk)
    ruled = {}
    if request.method == "POST" and request.POST.get("ruling") in Ruling.values:
        shown = _ruled(request, sheet)
        if shown is None:
            return HttpResponseRedirect(request.path)
        ruled = ruled_page(*shown)
    context = ruling_page(sheet, request.GET.get("kind", ""), request.GET.get("page", "1"))
    return _page(request, "ruling", f"{sheet}: use it, or set it aside", {"sheet": sheet, **context, **ruled})


def _ruled(request: HttpRequest, sheet: Sheet) -> tuple[reviewing.Ruled, Ruling] | None:
    """What would follow from the ruling that was asked for; None where it was looked at before and is written now."""
    ruling, seen = Ruling(request.POST["ruling"]), request.POST.get("seen", "")
    ruled, is_written = reviewing.rule_if_seen(sheet=sheet, ruling=ruling, by=editor(request), seen=seen)
    if is_written:
        messages.success(request, f"{sheet}. Ruling: {ruling.label.lower()}. The record follows it.")
        return None
    if seen:
        messages.warning(request, "Nothing was written: what follows has changed. This is how it is now.")
    return ruled, ruling
