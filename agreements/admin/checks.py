"""One click that says: this place was looked up today, nothing has changed. It asks for the source that was read."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from agreements.admin.cited import AddressField, known_sources, new_source, written
from agreements.checking import check_unchanged
from agreements.dates import day_in_words
from agreements.ice.fetch import now_in_washington
from agreements.models import Check, Source
from agreements.models.source import SourceKind
from municipalities.models import Municipality


class SourceByAddressForm(forms.Form):
    """A source by its address: one that we know, chosen where there are several, or a new one with what it needs.

    may_add: whether a new one may be made. Its value is in `source`, not written yet where it is new.
    """

    address = AddressField(label="Address of the source", max_length=2000)
    which = forms.ModelChoiceField(
        Source.objects.none(), required=False, label="Which of them", widget=forms.HiddenInput
    )
    title = forms.CharField(max_length=300, required=False)
    publisher = forms.CharField(max_length=200, required=False)
    source_kind = forms.ChoiceField(
        choices=[("", "---------"), *SourceKind.choices], required=False, label="Kind of source"
    )

    source: Source | None = None

    def __init__(self, *args: Any, may_add: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_add = may_add
        self._known: list[Source] = []

    def clean_address(self) -> str:
        """The field that is cleaned next offers the sources at this address: ICE prints list after list at one."""
        address = str(self.cleaned_data["address"])
        self._known = known_sources(address)
        which = self.fields["which"]
        if len(self._known) > 1 and isinstance(which, forms.ModelChoiceField):
            newest_first = Source.objects.order_by(F("published_latest").desc(nulls_last=True), "-pk")
            which.widget = forms.Select()
            which.queryset = newest_first.filter(pk__in=[one.pk for one in self._known])
        return address

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "address" not in cleaned:
            return cleaned
        if self._known:
            self.source = self._known[0] if len(self._known) == 1 else cleaned.get("which")
            if self.source is None and "which" not in self.errors:
                self.add_error("which", f"{len(self._known)} sources have this address: choose the one that you read.")
        elif self.may_add:
            self.source = new_source(self, cleaned)
        else:
            self.add_error("address", "We do not know a source of this address, and you may not add one.")
        return cleaned


def check_place(request: HttpRequest, place_id: int) -> HttpResponse:
    """Records the check and goes back to the desk, or asks for what is missing."""
    if not request.user.has_perm("agreements.add_check"):
        raise PermissionDenied
    place = get_object_or_404(Municipality.objects.select_related("state"), pk=place_id)
    last = place.checks.select_related("source").first()
    may_add = request.user.has_perm("agreements.add_source")
    form = SourceByAddressForm(request.POST if request.method == "POST" else None, may_add=may_add)
    if form.is_bound and form.is_valid() and (check := _recorded(form, place, now_in_washington().date())):
        messages.success(request, _said(check, last))
        return HttpResponseRedirect(reverse("admin:index"))
    shown = {"title": f"Checked today: {place}", "form": form, "place": place, "last": last}
    last_day = day_in_words(last.day) if last else ""
    context = {**admin.site.each_context(request), **shown, "last_day": last_day}
    return TemplateResponse(request, "admin/desk/check.html", context)


def _recorded(form: SourceByAddressForm, place: Municipality, day: date) -> Check | None:
    """The check, with its source; None, and an error of the form, where the record refuses it."""
    assert form.source is not None
    check = None
    try:
        with transaction.atomic():
            source = form.source if form.source.pk else written(form.source)
            check = check_unchanged(place=place, source=source, day=day)
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
    return check


def _said(check: Check, last: Check | None) -> str:
    as_before = ", as before" if last and last.result == check.result else ""
    return f"{check.municipality} is checked: {check.get_result_display().lower()}{as_before}."
