"""Rows that public pages show once an event is published: from then on not everybody changes them, or not here."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, Q
from django.http import HttpRequest

from agreements.admin.kept import editor
from agreements.models import Citation, Claim, Event
from agreements.models.event import Publication

_MAY_PUBLISH = "agreements.publish_event"


class ShownAdmin(admin.ModelAdmin):
    """What several events may share: once one of them is published, it is changed by those who may publish.

    shown: which rows are on public pages.
    """

    shown: Q

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_change_permission(request, obj) and (
            obj is None or editor(request).has_perm(_MAY_PUBLISH) or not self._is_shown(obj)
        )

    def _is_shown(self, row: Model) -> bool:
        return type(row)._default_manager.filter(self.shown, pk=row.pk).exists()


class BesidePublished(admin.ModelAdmin):
    """What belongs to one event: of a published one it is changed on the event's own page alone, as a correction."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not _is_published(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not _is_published(obj) and super().has_delete_permission(request, obj)


def refuse_published(form: forms.ModelForm, name: str, event: Event | None) -> None:
    """An error of that field where it names a published event."""
    if event is not None and event.publication == Publication.PUBLISHED:
        form.add_error(name, "This event is published: correct it on its own page, with a reason.")


def _is_published(row: Citation | Claim | None) -> bool:
    event = row.event if isinstance(row, Citation) else row.citation.event if row else None
    return event is not None and event.publication == Publication.PUBLISHED
