"""Rows that public pages show once an event is published: from then on they are changed by those who may publish."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, Q
from django.http import HttpRequest

from agreements.admin.kept import editor
from agreements.models import Citation, Event
from agreements.models.event import Publication

_MAY_PUBLISH = "agreements.publish_event"
#: From a model that such a row may be about to its event's publication.
_OF = {Event: "publication", Citation: "event__publication"}


class ShownAdmin(admin.ModelAdmin):
    """Such a row. A Contributor changes it while its events are drafts, and adds it to drafts only.

    shown: which rows are on public pages.
    """

    shown: Q

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_change_permission(request, obj) and (
            obj is None or editor(request).has_perm(_MAY_PUBLISH) or not self._is_shown(obj)
        )

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        model = db_field.remote_field.model
        if model in _OF and not editor(request).has_perm(_MAY_PUBLISH):
            kwargs["queryset"] = model.objects.exclude(**{_OF[model]: Publication.PUBLISHED})
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _is_shown(self, row: Model) -> bool:
        return type(row)._default_manager.filter(self.shown, pk=row.pk).exists()
