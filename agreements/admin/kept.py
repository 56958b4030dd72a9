"""What the importer keeps until an editor takes it over, and what has been merged into something else."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.db import models
from django.http import HttpRequest

from agreements.admin.base import DeskAdmin
from agreements.ice.evidence import lock_imports
from agreements.ice.report import in_words
from agreements.models import Agency, Agreement


def editor(request: HttpRequest) -> User:
    """Who is at work: the admin lets nobody in who has no account."""
    assert isinstance(request.user, User)
    return request.user


def say_what_followed(request: HttpRequest, written: Mapping[str, int]) -> None:
    """Tell an editor what settling has written, by the counts of `settle`."""
    done = ", ".join(in_words(written))
    messages.info(request, f"The record follows the answer: {done}." if done else "Nothing else had to change.")


class KeptAdmin(DeskAdmin):
    """A row that follows ICE's lists until an editor changes what the importer keeps of it.

    kept: the fields that the importer would bring back to the lists; None where it is any.
    """

    kept: frozenset[str] | None = None

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> tuple[str, ...]:
        own = ("is_from_list", "merged_into") if hasattr(self.model, "merged_into") else ("is_from_list",)
        return (*super().get_readonly_fields(request, obj), *own)

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        # The places of an agency are many-to-many: the form knows of their change before they are written.
        changed = set(form.changed_data)
        lock_imports()  # an importer at work has read this row already: it writes first, and what is typed here stands
        if obj.is_from_list and (changed if self.kept is None else changed & self.kept):
            obj.is_from_list = False
        super().save_model(request, obj, form, change)


class StandingForm(forms.ModelForm):
    """Refuses to name an agency or agreement that was merged: nothing would show there what is said of it."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in self.changed_data:
            chosen = cleaned.get(name)
            if isinstance(chosen, Agency | Agreement) and chosen.merged_into:
                self.add_error(name, f"It turned out to be {chosen.merged_into}: choose that.")
        return cleaned
