"""The form and page on which an event is entered or changed: what it is about, when, in which words, who says so."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse

from agreements.admin import cited, subjects
from agreements.admin.days import DaysForm, read_days
from agreements.admin.kept import StandingForm
from agreements.admin.kind_choices import KindSelect, kind_choices
from agreements.admin.preview import PREVIEW, Preview, looked_at, preview_of, problems_of
from agreements.admin.subjects import SubjectField
from agreements.kinds import EventKind, Program
from agreements.models import Agency, Agreement, Event
from agreements.models.event import SUBJECTS, Publication
from agreements.opening import agreements_of, moves_a_status
from agreements.status import SUIT_KINDS
from municipalities.models import Municipality

SUMMARY = 280
#: The cookie that tells the script of a page that what was typed there is saved (static/admin_desk/keep.js).
SAVED_COOKIE = "desk_saved"


class SubjectForm(forms.ModelForm):
    """An event about exactly one subject, chosen in one field.

    One that can move a status is about an agreement: chosen for a municipality or an agency, it is about their one
    agreement; where there is none, `opens` is for whom publishing will make it (agreements/revisions.py).
    """

    about = SubjectField(label="About", help_text="A place, an agency, or an agreement’s name or number.")
    opens: Agency | Municipality | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial.setdefault("about", subjects.code_of(self.instance.subject))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        about = cleaned.get("about")
        if about is not None and "about" not in self.errors:
            about = self._agreement_of(about, cleaned)
            for name in SUBJECTS:
                setattr(self.instance, name, about if name == about._meta.model_name else None)
        return cleaned

    def _agreement_of(self, about: Any, cleaned: dict[str, Any]) -> Any:
        is_public = self.instance.publication == Publication.PUBLISHED
        is_settled = is_public and not {"about", "kind", "suit"} & set(self.changed_data)
        moves = moves_a_status(cleaned.get("kind", ""), cleaned.get("suit"))
        if is_settled or not moves or not isinstance(about, Agency | Municipality):
            return about
        known = agreements_of(about)
        if not known:
            self.opens = about
        if len(known) > 1:
            self._ask_which(about, known)
        return known[0] if len(known) == 1 else about

    def _ask_which(self, about: Agency | Municipality, known: list[Agreement]) -> None:
        named = [f"{one.public_id} ({one.agency.name}, {Program(one.program).label})" for one in known]
        words = f"{about} has {len(known)} agreements. Choose the one that it is about: {'; '.join(named)}."
        self.add_error("about", ValidationError(words, "several"))
        widget = self.fields["about"].widget
        assert isinstance(widget, subjects.SubjectSelect)
        widget.offered = list(known)


class EnteringForm(SubjectForm, DaysForm, StandingForm):
    """An event as it is typed: its days in one field, its subject in one, its kind in groups."""

    kind = forms.ChoiceField(
        choices=kind_choices,
        widget=KindSelect,
        label="Kind",
        error_messages={"required": "Choose what kind of event it is."},
    )
    summary = forms.CharField(
        max_length=SUMMARY,
        label="What happened",
        error_messages={"required": "Say what happened, in a sentence."},
        help_text=f"Who did what, in plain words, {SUMMARY} characters at most. The public reads it.",
        widget=forms.Textarea({"rows": 3, "class": "vLargeTextField", "data-most": SUMMARY}),
    )

    def clean_summary(self) -> str:
        """In one line, as it is printed."""
        return " ".join(str(self.cleaned_data["summary"]).split())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("kind") in SUIT_KINDS and not cleaned.get("suit") and "suit" not in self.errors:
            self.add_error("suit", "Name the lawsuit that was filed or ended.")
        if cleaned.get("scheduled_for") and cleaned.get("kind") not in (None, EventKind.VOTE_SCHEDULED):
            self.add_error("scheduled_for", "Only a scheduled vote has a day of meeting.")
        return cleaned

    def is_valid(self) -> bool:
        """A form that was sent to be looked at is not saved: its page comes back with the preview."""
        return super().is_valid() and PREVIEW not in self.data


class EnteringAdmin(admin.ModelAdmin):
    """The page of an event: the form, beside it the preview, and what was typed kept until it is saved."""

    change_form_template = "admin/agreements/event/change_form.html"
    inlines = (cited.CitationInline,)
    fieldsets = (
        ("What happened", {"fields": ("about", "kind", "typed", "scheduled_for", "summary")}),
        ("Votes and court", {"fields": (("votes_for", "votes_against", "votes_absent"), "suit")}),
        ("Standing", {"fields": ("is_being_checked", "publication", "sequence", "is_from_list")}),
    )

    class Media:
        css = {"all": ["admin_desk/entering.css"]}
        js = [forms.Script(f"admin_desk/{name}.js", defer=True) for name in ("entering", "preview")]

    def get_urls(self) -> list[Any]:
        views = {
            "read-days": read_days,
            "find-subject": subjects.find_subject,
            "known-source": cited.known_source,
            "preview-event": self.preview_event,
        }
        own = [
            path(f"{at}/", self.admin_site.admin_view(view), name=at.replace("-", "_")) for at, view in views.items()
        ]
        return [*own, *super().get_urls()]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """As always; after a save the page's script is told that it may forget what was typed."""
        response = super().changeform_view(request, *args, **kwargs)
        kept = request.POST.get("_kept", "")
        if request.method == "POST" and response.status_code == 302 and kept.isalnum() and len(kept) <= 40:
            response.set_cookie(SAVED_COOKIE, kept, max_age=86_400, path=reverse("admin:index"), samesite="Lax")
        return response

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        form = context["adminform"].form
        formsets = [each.formset for each in context["inline_admin_formsets"]]
        event = kwargs.get("obj")
        of_event = f"?event={event.pk}" if event else ""
        if kwargs.get("add"):
            context["title"] = "Add what happened"
        context |= {
            "preview_url": reverse("admin:preview_event") + of_event,
            "problems": problems_of(form, formsets) if form.is_bound else [],
            "preview": self._preview(form, formsets) if PREVIEW in request.POST else None,
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def preview_event(self, request: HttpRequest) -> HttpResponse:
        """POST the form, get the part of the page that says how it will be printed. Writes nothing."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        asked = request.GET.get("event", "")
        event = get_object_or_404(Event, pk=int(asked)) if asked.isdecimal() and len(asked) < 19 else None
        if not (self.has_change_permission(request, event) if event else self.has_add_permission(request)):
            raise PermissionDenied
        fields = flatten_fieldsets(self.get_fieldsets(request, event))
        form = self.get_form(request, event, change=event is not None, fields=fields)(request.POST, instance=event)
        formsets = [
            formset(**self.get_formset_kwargs(request, form.instance, inline, formset.get_default_prefix()))
            for formset, inline in self.get_formsets_with_inlines(request, event)
        ]
        return render(request, "admin/agreements/event/preview.html", {"preview": self._preview(form, formsets)})

    def _preview(self, form: Any, formsets: Any) -> Preview:
        with looked_at():
            return preview_of(form, formsets)
