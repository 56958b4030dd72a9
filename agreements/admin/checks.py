"""One click that says: this place was looked up today, nothing has changed. It asks for the source that was read."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from agreements.checking import check_unchanged, known_source, without_tracking
from agreements.dates import day_in_words
from agreements.ice.fetch import now_in_washington
from agreements.models import Check, Source
from agreements.models.source import SourceKind
from municipalities.models import Municipality


class SourceByAddressForm(forms.Form):
    """A source by its address: one that we know, or a new one with its title, publisher and kind.

    may_add: whether a new one may be made. Its value is in `source`, not saved yet where it is new.
    """

    url = forms.URLField(label="Address of the source", max_length=500, assume_scheme="https")
    title = forms.CharField(max_length=300, required=False)
    publisher = forms.CharField(max_length=200, required=False)
    kind = forms.ChoiceField(choices=[("", "---------"), *SourceKind.choices], required=False)

    source: Source

    def __init__(self, *args: Any, may_add: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_add = may_add

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "url" not in cleaned:
            return cleaned
        if known := known_source(cleaned["url"]):
            self.source = known
        elif not self.may_add:
            self.add_error("url", "We do not know a source of this address, and you may not add one.")
        else:
            self._make(cleaned)
        return cleaned

    def _make(self, cleaned: dict[str, Any]) -> None:
        said = {name: cleaned.get(name, "") for name in ("title", "publisher", "kind")}
        for name, value in said.items():
            if not value and name not in self.errors:
                self.add_error(name, "The address is new to us: this is needed too.")
        if not self.errors:
            self.source = Source(url=without_tracking(cleaned["url"]), **said)
            try:
                self.source.full_clean()
            except ValidationError as error:
                self.add_error(None, error)


def check_place(request: HttpRequest, place_id: int) -> HttpResponse:
    """Records the check and goes back to the desk, or asks for what is missing."""
    if not request.user.has_perm("agreements.add_check"):
        raise PermissionDenied
    place = get_object_or_404(Municipality.objects.select_related("state"), pk=place_id)
    may_add = request.user.has_perm("agreements.add_source")
    form = SourceByAddressForm(request.POST if request.method == "POST" else None, may_add=may_add)
    if form.is_bound and form.is_valid() and (check := _recorded(form, place, now_in_washington().date())):
        messages.success(request, f"{place} is checked: {check.get_result_display().lower()}, as before.")
        return HttpResponseRedirect(reverse("admin:index"))
    last = place.checks.select_related("source").first()
    context = {
        **admin.site.each_context(request),
        "title": f"Checked today: {place}",
        "form": form,
        "place": place,
        "last": last,
        "last_day": day_in_words(last.day) if last else "",
    }
    return TemplateResponse(request, "admin/desk/check.html", context)


def _recorded(form: SourceByAddressForm, place: Municipality, day: date) -> Check | None:
    """The check, with its source; None, and an error of the form, where the record refuses it."""
    check = None
    try:
        with transaction.atomic():
            if form.source._state.adding:
                form.source.save()
            check = check_unchanged(place=place, source=form.source, day=day)
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
    return check
