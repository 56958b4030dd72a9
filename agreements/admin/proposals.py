"""The questions that ICE's lists raise: read with their evidence, and answered yes or no."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from agreements.admin.base import ToldAdmin
from agreements.admin.history import change_page
from agreements.admin.kept import editor, say_what_followed
from agreements.ice import answering
from agreements.models import Proposal
from agreements.models.proposal import Answer

Choices = list[tuple[str, str]]


class AnswerForm(forms.ModelForm):
    """Yes or No, by the button that was pressed, and a note."""

    pressed = forms.ChoiceField(choices=[(Answer.YES, "Yes"), (Answer.NO, "No")], required=False)

    class Meta:
        model = Proposal
        fields = ("note",)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("pressed"):
            raise ValidationError("Answer Yes or No.")
        # Asked before anything is written, so that a refusal is an error of this form.
        answering.refuse(self.instance, yes=cleaned["pressed"] == Answer.YES)
        return cleaned


class StandingFilter(admin.SimpleListFilter):
    title = "standing"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("open", "Open"), ("answered", "Answered"), ("settled", "Settled by later lists")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Proposal]) -> QuerySet[Proposal]:
        if self.value() == "open":
            return queryset.filter(is_current=True, answer=Answer.OPEN)
        if self.value() == "answered":
            return queryset.exclude(answer=Answer.OPEN)
        if self.value() == "settled":
            return queryset.filter(is_current=False, answer=Answer.OPEN)
        return queryset


@admin.register(Proposal)
class ProposalAdmin(ToldAdmin):
    form = AnswerForm
    list_display = ("sentence", "kind", "about", "is_current", "answer")
    list_filter = (StandingFilter, "kind", ("agency__state", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("agreement", "agency__state", "sheet")
    ordering = ("-is_current", "answer", "kind", "key")  # open ones first
    search_fields = ("sentence", "key", "agency__name", "other_agency__name", "agreement__public_id")
    fieldsets = (
        ("The question", {"fields": ("sentence", "kind", "evidence_in_words", "links")}),
        ("The answer", {"fields": ("note", "answer", "answered_by", "answered_at")}),
        ("In the record", {"fields": ("is_current", "key")}),
    )
    readonly_fields = (
        "sentence",
        "kind",
        "evidence_in_words",
        "links",
        "answer",
        "answered_by",
        "answered_at",
        "is_current",
        "key",
    )

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        proposal = kwargs.get("obj")
        context["instead"] = answering.NO_YES_OR_NO.get(proposal.kind) if proposal else None
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Proposal, form: forms.ModelForm, change: bool) -> None:
        written = answering.answer(
            proposal=obj,
            yes=form.cleaned_data["pressed"] == Answer.YES,
            by=editor(request),
            note=form.cleaned_data["note"],
        )
        say_what_followed(request, written)

    @admin.display(description="About")
    def about(self, proposal: Proposal) -> str:
        names = [proposal.agreement and proposal.agreement.public_id, proposal.agency, proposal.sheet]
        return " ".join(str(one) for one in names if one)

    @admin.display(description="Evidence")
    def evidence_in_words(self, proposal: Proposal) -> SafeString:
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((one,) for one in proposal.evidence)))

    @admin.display(description="Look at")
    def links(self, proposal: Proposal) -> SafeString:
        """The public page of the agreement, and where editors change what the question is about."""
        found: Choices = []
        if proposal.agreement:
            found.append((proposal.agreement.get_absolute_url(), f"{proposal.agreement} (page)"))
        for agency in (proposal.agency, proposal.other_agency):
            if agency:
                found += [(agency.get_absolute_url(), f"{agency} (page)"), (change_page(agency), f"{agency} (change)")]
        if proposal.sheet:
            found.append((change_page(proposal.sheet), str(proposal.sheet)))
        return format_html("<ul>{}</ul>", format_html_join("", '<li><a href="{}">{}</a></li>', found))
