"""Rows that public pages show once an event is published: from then on not everybody changes them, or not here."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from agreements.admin.kept import editor
from agreements.groups import PUBLISH
from agreements.ice.evidence import lock_imports
from agreements.models import Citation, Claim, Event
from agreements.models.event import Publication


class ShownAdmin(admin.ModelAdmin):
    """What several events may share: once one of them is published, it is changed by those who may publish.

    shown: which rows are on public pages.
    """

    shown: Q

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_change_permission(request, obj) and (
            obj is None or editor(request).has_perm(PUBLISH) or not self._is_shown(obj)
        )

    def _is_shown(self, row: Model) -> bool:
        return type(row)._default_manager.filter(self.shown, pk=row.pk).exists()


class BesidePublished(admin.ModelAdmin):
    """What belongs to one event: of a published one it is changed on the event's own page alone, as a correction.

    Whoever changes it of a draft is the draft's writer: somebody else publishes what needs a second editor.
    """

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not _is_published(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not _is_published(obj) and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        if form.has_changed():
            before = [self.model._default_manager.get(pk=obj.pk)] if change else []  # it may leave another event
            _note_writer(request, [*before, obj])
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        if any(formset.has_changed() for formset in formsets):
            _note_writer(request, [form.instance])
        super().save_related(request, form, formsets, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        _note_writer(request, [obj])
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            _note_writer(request, queryset)
            super().delete_queryset(request, queryset)


def refuse_published(form: forms.ModelForm, name: str, event: Event | None) -> None:
    """An error of that field where it names a published event."""
    if event is not None and event.publication == Publication.PUBLISHED:
        form.add_error(name, "This event is published: correct it on its own page, with a reason.")


def _is_published(row: Citation | Claim | None) -> bool:
    return row is not None and _event_of(row).publication == Publication.PUBLISHED


def _event_of(row: Citation | Claim) -> Event:
    return row.event if isinstance(row, Citation) else row.citation.event


def _note_writer(request: HttpRequest, rows: Iterable[Any]) -> None:
    """Name who is at work as the writer of these rows' drafts. Refused where one of them was published meanwhile."""
    lock_imports()  # before the rows, as an importer does: in the other order the two would wait for each other
    ids = {_event_of(row).pk for row in rows}
    drafts = Event.objects.filter(pk__in=ids).exclude(publication=Publication.PUBLISHED)
    if drafts.update(written_by=editor(request)) < len(ids):
        raise PermissionDenied
