"""Draft, ready, published: the buttons of an event's page, who may press them, and the corrections beneath it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import path

from agreements import corrections, revisions
from agreements.admin.base import ReadAdmin
from agreements.admin.kept import editor
from agreements.groups import PUBLISH
from agreements.models import Event, Revision
from agreements.models.event import Publication

#: The buttons, by their names in the form that is sent. Without any it is looked at, or proposed.
DRAFT, READY, PUBLISH_NOW, PROPOSE = "_draft", "_ready", "_publish", "_propose"
KEPT = "Kept as a proposal. "
CORRECTED = "The correction is published: readers see it now, with its reason."
PROPOSED = "The correction is proposed: readers see it once an Editor publishes it."
NOTED = "The editors’ note is saved. Nothing that readers see was changed."
NO_REASON = "Say in a sentence why it is corrected: readers see it."
NO_PERMISSION = "Your account may write, but not publish: an Editor does that."


def lacks_reason(event: Event, data: Mapping[str, Any]) -> bool:
    """Whether what is sent corrects a published event, and does not say why."""
    is_sent = event.publication == Publication.PUBLISHED and {PUBLISH_NOW, PROPOSE} & data.keys()
    return bool(is_sent) and not data.get("reason", "").strip()


class PublishingForm(forms.ModelForm):
    """An event's form that knows which button was pressed, and refuses what its user may not do."""

    user: User | AnonymousUser = AnonymousUser()
    reason = forms.CharField(
        max_length=280,
        required=False,
        label="Reason for the correction",
        help_text="Public, in the log of corrections. Needed to change what is published.",
        widget=forms.Textarea({"rows": 2, "class": "vLargeTextField"}),
    )

    @property
    def is_correction(self) -> bool:
        """Whether what it changes is public."""
        return self.instance.publication == Publication.PUBLISHED

    @property
    def publishes(self) -> bool:
        return PUBLISH_NOW in self.data

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if set(self.changed_data) - {"reason"} and lacks_reason(self.instance, self.data):
            self.add_error("reason", NO_REASON)
        if self.publishes:
            self._refuse_to_publish(cleaned)
        return cleaned

    def _refuse_to_publish(self, cleaned: dict[str, Any]) -> None:
        kinds = [kind for kind in (self.initial.get("kind"), cleaned.get("kind")) if kind]
        is_own = self.is_correction or self.has_changed() or self.instance.written_by in (None, self.user)
        if not self.user.has_perm(PUBLISH):
            self.add_error(None, NO_PERMISSION)
        elif is_own and revisions.needs_second_editor(*kinds):
            button = "Propose the correction" if self.is_correction else "Ready for a second editor"
            self.add_error(None, f"A second editor publishes an event of this kind: press “{button}”.")


class PublishingAdmin(admin.ModelAdmin):
    """Saves drafts as they are; what is public is changed by a revision, all of it or nothing."""

    readonly_fields = ("publication",)
    form: type[PublishingForm]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"user": request.user})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None and obj.publication == Publication.PUBLISHED:
            return [*fieldsets, ("Why it is corrected", {"fields": ("reason",)})]
        return fieldsets

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was once public stays, with all that was said of it; it can be withdrawn."""
        was_public = obj is not None and (obj.publication == Publication.PUBLISHED or obj.revisions.exists())
        return super().has_delete_permission(request, obj) and not was_public

    def save_model(self, request: HttpRequest, obj: Event, form: Any, change: bool) -> None:
        if form.is_correction:
            return  # with its sources, by `save_related`
        if DRAFT in request.POST:
            obj.publication = Publication.DRAFT
        elif READY in request.POST or form.publishes:
            obj.publication = Publication.READY
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        if form.is_correction:
            self._correct(request, form, formsets)
            return
        super().save_related(request, form, formsets, change)
        is_changed = form.has_changed() or any(formset.has_changed() for formset in formsets)
        if is_changed or form.instance.written_by is None:
            form.instance.written_by = editor(request)
            form.instance.save(update_fields=["written_by"])
        if form.publishes:
            with _said(request, "Kept as ready. ", "It is published: readers see it now."):
                _say_opened(request, revisions.publish_new(event=form.instance, by=editor(request)))

    def _correct(self, request: HttpRequest, form: Any, formsets: Any) -> None:
        for formset in formsets:
            formset.make_sources()  # what is tried out is taken back, and these are to stay
        with revisions.tried_out():
            super().save_model(request, form.instance, form, True)
            super().save_related(request, form, formsets, True)
            state = revisions.state_of(form.instance)
        if sum(formset.save_notes() for formset in formsets) and state.reads_as(revisions.state_of(form.instance)):
            messages.success(request, NOTED)
            return
        with _said(request):
            reason = form.cleaned_data["reason"]
            wish = revisions.propose(event=form.instance, state=state, reason=reason, by=editor(request))
            self._decided(request, wish, is_published=form.publishes)

    def response_change(self, request: HttpRequest, obj: Event) -> HttpResponse:
        """Of a correction its own message says what came of it: Django's would say that the event was changed."""
        if obj.publication == Publication.PUBLISHED:
            return redirect("admin:agreements_event_change", obj.pk)
        return super().response_change(request, obj)

    def get_urls(self) -> list[Any]:
        decide = self.admin_site.admin_view(self.decide)
        return [
            path("<int:event>/revisions/<int:revision>/<slug:what>/", decide, name="decide_revision"),
            path("<int:event>/withdraw/", self.admin_site.admin_view(self.withdraw), name="withdraw_event"),
            *super().get_urls(),
        ]

    def decide(self, request: HttpRequest, event: int, revision: int, what: str) -> HttpResponse:
        """Publish or discard a proposed correction, or restore what was public once. POST only."""
        found = self._asked(request, event)
        if isinstance(found, HttpResponse):
            return found
        one = get_object_or_404(Revision, pk=revision, event=found)
        by, may_publish = editor(request), request.user.has_perm(PUBLISH)
        with _said(request):
            if what == "discard" and (may_publish or one.written_by == by):
                revisions.discard(revision=one)
            elif what == "publish" and may_publish:
                _say_opened(request, revisions.publish(revision=one, by=by))
                messages.success(request, CORRECTED)
            elif what == "restore":
                wish = revisions.restore(revision=one, reason=_reason(request), by=by)
                self._decided(request, wish, is_published=may_publish)
            else:
                raise PermissionDenied(NO_PERMISSION)
        return redirect("admin:agreements_event_change", event)

    def withdraw(self, request: HttpRequest, event: int) -> HttpResponse:
        """Take an event out of what the public reads. POST only."""
        found = self._asked(request, event)
        if isinstance(found, HttpResponse):
            return found
        with _said(request):
            wish = revisions.withdraw(event=found, reason=_reason(request), by=editor(request))
            self._decided(request, wish, is_published=request.user.has_perm(PUBLISH))
        return redirect("admin:agreements_event_change", event)

    def _asked(self, request: HttpRequest, event: int) -> Event | HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        found = get_object_or_404(Event, pk=event)
        if not self.has_change_permission(request, found):
            raise PermissionDenied
        return found

    def _decided(self, request: HttpRequest, revision: Revision, *, is_published: bool) -> None:
        if is_published:
            with _said(request, KEPT, CORRECTED):
                _say_opened(request, revisions.publish(revision=revision, by=editor(request)))
        else:
            messages.success(request, PROPOSED)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        event = kwargs.get("obj")
        context |= {
            "is_public": event is not None and event.publication == Publication.PUBLISHED,
            "may_publish": request.user.has_perm(PUBLISH),
            "revisions": corrections.of_event(event) if event is not None and event.pk else [],
        }
        return super().render_change_form(request, context, *args, **kwargs)


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()


def _say_opened(request: HttpRequest, revision: Revision) -> None:
    if revision.opened:
        messages.info(request, f"A record was opened: {revision.opened}.")


@contextmanager
def _said(request: HttpRequest, otherwise: str = "", done: str = "") -> Iterator[None]:
    """A refusal within it becomes a message on the next page, and takes back what was written within it.

    otherwise: what is said before the refusal. done: what is said if there is none.
    """
    try:
        with transaction.atomic():
            yield
    except ValidationError as error:
        messages.warning(request, otherwise + " ".join(error.messages))
    else:
        if done:
            messages.success(request, done)


@admin.register(Revision)
class RevisionAdmin(ReadAdmin):
    """What was published or proposed of any event: read here, decided on the event's own page."""

    list_display = ("event", "standing", "number", "reason", "written_by", "checked_by", "published_at")
    list_filter = ("standing",)
    list_select_related = ("event", "written_by", "checked_by")
    search_fields = ("reason", "event__summary")
