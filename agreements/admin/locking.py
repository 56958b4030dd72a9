"""Nobody saves over what somebody else changed meanwhile without having seen it.

A change page carries what it was made from: a hash of all rows that it writes (the row, its links, its inlines'), and
the newest entry of their history. When it is sent, these rows are locked and compared. Where they are others, nothing
is written, and the page comes back with what was typed, beside what stands now and who changed it when; sent again, it
carries the new state, and is saved.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.choices import flatten_choices

from agreements.admin import changes
from agreements.admin.changes import Change, Track, in_words
from agreements.admin.history import meanwhile
from agreements.ice.evidence import lock_imports
from agreements.typed_days import Days

#: The field of the form in which a change page carries what it was made from.
SEEN = "_seen"
REFUSED = "agreements.changed_meanwhile"


@dataclass(frozen=True)
class Seen:
    """The state of all that a change page writes: its hash, and the newest entry of each history."""

    digest: str
    newest: tuple[int, ...]

    def __str__(self) -> str:
        return "-".join([self.digest, *map(str, self.newest)])

    @classmethod
    def parse(cls, text: str, tables: int) -> "Seen":
        """What a form sent; where it is nothing of ours, a state that never was."""
        digest, *newest = text.split("-")
        if len(newest) != tables or not all(one.isascii() and one.isdigit() and len(one) < 19 for one in newest):
            return cls("", (0,) * tables)
        return cls(digest, tuple(map(int, newest)))


def state(followed: Sequence[Track], *, lock: bool = False) -> Seen:
    """How these tables stand now. lock: nobody else writes the rows until this transaction ends."""
    # The entries first: a change between the two looks makes the state older than it says, never newer.
    newest = tuple(track.newest() for track in followed)
    digest = hashlib.sha256()
    for track in followed:
        columns = [one.attname for one in track.model._meta.concrete_fields if not one.generated]
        rows = track.model._base_manager.filter(**track.rows).order_by("pk")
        if lock:
            rows = rows.select_for_update(no_key=True)
        digest.update(json.dumps([track.model._meta.label, *rows.values_list(*columns)], default=str).encode())
    return Seen(digest.hexdigest()[:32], newest)


@dataclass(frozen=True)
class Difference:
    """One field: what stands now, what was typed, and who changed it meanwhile, "" where nobody did."""

    label: str
    now: str
    typed: str
    by: str


@dataclass(frozen=True)
class Conflict:
    """What somebody else changed since the page was opened."""

    changes: list[Change]

    def by(self, names: Iterable[str], label: str) -> str:
        """Who changed one of these fields of the row last, and when."""
        names = set(names)
        for one in self.changes:
            changed = {each.name for each in one.fields}
            if one.about == label if one.about else names & changed:
                return f"{one.who}, {one.at:%B} {one.at.day}, {one.at:%Y, %H:%M} UTC"
        return ""

    def differences(self, form: forms.BaseModelForm, formsets: Iterable[Any]) -> list[Difference]:
        """Each field in which what was typed is not what stands now, those of the inlines included."""
        found = [
            Difference(label, now, typed, self.by(_columns_of(form, name), label.lower()))
            for name, label, now, typed in _changed(form)
        ]
        for formset in formsets:
            title = formset.model._meta.verbose_name
            for number, each in enumerate(formset.forms, 1):
                if formset.can_delete and formset._should_delete_form(each):
                    found.append(Difference(f"{title} {number}", "It stands.", "You delete it.", ""))
                    continue
                found += [
                    Difference(f"{title} {number}: {label}", now if each.instance.pk else "(no such row)", typed, "")
                    for _, label, now, typed in _changed(each)
                ]
        return found


class RefusedForm(forms.BaseModelForm):
    """A form that is not saved, whatever else is right in it."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.add_error(None, "Somebody changed this since you opened the page. Nothing was saved: see below.")
        return cleaned if cleaned is not None else self.cleaned_data


class LockedAdmin(admin.ModelAdmin):
    """Refuses to save over a newer change, and shows both."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        pk = self._key(object_id)
        if pk is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        followed = changes.tracks(self, request, pk)
        if request.method != "POST":
            # Read before the page reads its rows: a change in between is then one that the page does not know.
            seen = {SEEN[1:]: str(state(followed))}
            return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **seen})
        if not self.has_change_permission(request):
            raise PermissionDenied
        with transaction.atomic():
            # An importer at work holds this, and then the rows: in the other order the two would wait for each other.
            lock_imports()
            now = state(followed, lock=True)
            given = Seen.parse(request.POST.get(SEEN, ""), len(followed))
            if given.digest != now.digest:
                since = list(given.newest if given.digest else now.newest)
                request.META[REFUSED] = Conflict(meanwhile(followed, since))
                self._as_new_rows(request, pk, followed)
            seen = {SEEN[1:]: str(now)}
            return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **seen})

    def _key(self, object_id: str | None) -> Any:
        try:
            return object_id and self.opts.pk.to_python(unquote(object_id))
        except ValidationError:
            return None

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (RefusedForm, form), {}) if REFUSED in request.META else form

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        if conflict := request.META.get(REFUSED):
            formsets = [one.formset for one in context["inline_admin_formsets"]]
            context["conflict"] = conflict
            context["differences"] = conflict.differences(context["adminform"].form, formsets)
        return super().render_change_form(request, context, *args, **kwargs)

    def _as_new_rows(self, request: HttpRequest, pk: Any, followed: Sequence[Track]) -> None:
        """What was typed into rows of inlines that are no more becomes new rows: else it could not be saved at all."""
        posted = request.POST.copy()
        prefixes: dict[str, int] = {}
        for formset, _ in self.get_formsets_with_inlines(request, self.get_object(request, str(pk))):
            prefix = formset.get_default_prefix()
            prefixes[prefix] = prefixes.get(prefix, 0) + 1
            if prefixes[prefix] > 1:  # as the admin numbers them
                prefix = f"{prefix}-{prefixes[prefix]}"
            track = next(one for one in followed if one.about and one.model is formset.model)
            standing = track.model._base_manager.filter(**track.rows).values_list("pk", flat=True)
            renumber(posted, prefix, formset.model._meta.pk.name, {str(one) for one in standing})
        request.POST = QueryDict(posted.urlencode())


def renumber(posted: QueryDict, prefix: str, key: str, standing: set[str]) -> None:
    """Brings the rows of a formset that were sent to those that are standing: rows that are not follow as new ones.

    Those that are no more and that were to be deleted are left out. A formset that is not as a browser sends it is left
    as it is: its own form says so.
    """
    initial = posted.get(f"{prefix}-INITIAL_FORMS", "")
    if not initial.isascii() or not initial.isdigit():
        return
    rows: dict[int, dict[str, list[str]]] = {}
    for name in list(posted):
        if found := re.fullmatch(rf"{re.escape(prefix)}-(\d{{1,4}})-(.+)", name):
            rows.setdefault(int(found[1]), {})[found[2]] = [str(one) for one in posted.pop(name)]
    kept, new = [], []
    for number, row in sorted(rows.items()):
        if number >= int(initial):
            new.append(row)
        elif row.get(key, [""])[-1] in standing:
            kept.append(row)
        elif not row.get("DELETE"):
            new.append({**row, key: [""]})
    for number, row in enumerate([*kept, *new]):
        for name, values in row.items():
            posted.setlist(f"{prefix}-{number}-{name}", values)
    posted[f"{prefix}-INITIAL_FORMS"] = str(len(kept))
    posted[f"{prefix}-TOTAL_FORMS"] = str(len(kept) + len(new))


def _columns_of(form: forms.BaseModelForm, name: str) -> tuple[str, ...]:
    """The columns that a field of a form writes: of days typed as one text, both."""
    return tuple(getattr(form, "bounds", ())) if name == "typed" else (name,)


def _changed(form: forms.BaseModelForm) -> Iterable[tuple[str, str, str, str]]:
    """The fields of a form that hold something else than what stands: (name, label, what stands, what was typed)."""
    for name in form.changed_data:
        bound = form[name]
        if not bound.is_hidden and name != "DELETE":
            yield name, str(bound.label), _said(bound.field, bound.initial), _said(bound.field, bound.data)


def _said(field: forms.Field, value: Any) -> str:
    """A value of a form's field in words, whether it was read from a row or typed."""
    if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
        several = value if isinstance(value, list | tuple | QuerySet) else [value]
        keys = [str(getattr(one, "pk", one)) for one in several if one not in (None, "")]
        rows = field.queryset.filter(pk__in=[key for key in keys if key.isascii() and key.isdigit()])
        return ", ".join(str(field.label_from_instance(row)) for row in rows) or in_words("")
    with suppress(ValidationError):
        value = field.to_python(value)
    if isinstance(value, Days):
        value = value.words if value != Days(None, None) else ""
    choices: Any = field.choices if isinstance(field, forms.ChoiceField) else ()
    named = {one[0]: one[1] for one in list[Any](flatten_choices(choices)) if one[0]}
    if isinstance(value, list):
        return ", ".join(in_words(one, named) for one in value) or in_words("")
    return in_words(value, named)
