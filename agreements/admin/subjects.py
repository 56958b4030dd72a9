"""What an event is about, chosen in one field: an agreement, an agency, a municipality, a county or a state.

Its value names model and row, "municipality:123". Without a script words do as well: what they mean beyond doubt is
taken, and else the field offers what it found.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteMixin
from django.contrib.postgres.search import TrigramWordSimilarity
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, JsonResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from agreements.deciding import attach_standings, record_end
from agreements.finding import known_as
from agreements.kinds import Program
from agreements.models import Agency, AgencyAlias, Agreement, Event
from agreements.models.event import SUBJECTS
from municipalities import lookup
from municipalities.models import County, Municipality, State
from municipalities.names import fold

Subject = Agreement | Agency | Municipality | County | State

#: How many of each group are offered.
MOST = {"Places": 8, "Agreements": 12, "Agencies": 8}
#: A name that is less like the words than this share of the likest is offered no more.
NEAR = 0.6
#: No name is longer, and likeness of a long text costs more than a page.
LONGEST = 80

_CODE = re.compile(rf"({'|'.join(SUBJECTS)}):(\d{{1,18}})", re.ASCII)
_PUBLIC_ID = re.compile(r"[Aa]\d{2,11}", re.ASCII)


def _rows(name: str) -> QuerySet[Any]:
    """All rows that a subject of that name can be, with what their labels print."""
    rows: dict[str, QuerySet[Any]] = {
        "agreement": Agreement.objects.select_related("agency__state", "merged_into__agency__state"),
        "agency": Agency.objects.select_related("state", "merged_into__state"),
        "municipality": Municipality.objects.select_related("state", "main_county"),
        "county": County.objects.select_related("state"),
        "state": State.objects.all(),
    }
    return rows[name]


def code_of(subject: Subject) -> str:
    """A subject as the field's value."""
    return f"{subject._meta.model_name}:{subject.pk}"


def subject_of(code: str) -> Subject | None:
    """The subject of such a value; None where it is none, or its row is gone. One query."""
    match = _CODE.fullmatch(code)
    return _rows(match[1]).filter(pk=int(match[2])).first() if match else None


def labels(subjects: Sequence[Subject]) -> list[str]:
    """Each subject so that no two are confused; agreements with where they stand when the record ends."""
    agreements = [one for one in subjects if isinstance(one, Agreement)]
    if agreements and (end := record_end()):
        attach_standings(agreements, end)
    return [_label(one) for one in subjects]


def _label(subject: Subject) -> str:
    match subject:
        case Municipality():
            return f"{subject.name}, {subject.main_county.full_name}, {subject.state.code} ({subject.kind})"
        case County():
            return f"{subject.full_name}, {subject.state.code} (county)"
        case State():
            return f"{subject.name} (state)"
        case Agency():
            return f"{subject.name}, {subject.state.code} (agency: {subject.get_kind_display().lower()})"
    program = Program(subject.program).label if subject.program else "Program not stated"
    status = f", {subject.standing.status.label}" if hasattr(subject, "standing") else ""
    return f"{subject.agency.name}, {subject.agency.state.code}: {program}, {subject.public_id}{status}"


def find_subjects(words: str) -> dict[str, list[Subject]]:
    """What the words may mean, in groups: places, agreements, agencies and states, each the likeliest first.

    Known are near misses of names, other names of places, names under which lists print an agency, and public ids. What
    was merged stands for what it is now. A fixed number of queries.
    """
    words = " ".join(words.replace("\0", " ").split())[:LONGEST]
    if len(words) < 2:
        return {}
    near = lookup.find(words, MOST["Places"])
    likest = max((one.likeness for one in near), default=0.0)
    near = [one for one in near if one.is_exact or one.likeness >= NEAR * likest]
    places: list[Subject] = [*known_as(words), *(one.place for one in near)]
    agencies = _agencies(words)
    states = list(State.objects.filter(Q(code__iexact=words) | Q(name__istartswith=words))[:4])
    found: dict[str, list[Subject]] = {
        "Places": list(dict.fromkeys(places))[: MOST["Places"]],
        "Agreements": [*_agreements(words, agencies)],
        "Agencies": [*agencies],
        "States": [*states],
    }
    if any(words.lower() in (one.code.lower(), one.name.lower()) for one in states):
        found = {"States": found.pop("States"), **found}
    return {name: subjects for name, subjects in found.items() if subjects}


def _agencies(words: str) -> list[Agency]:
    """The agencies whose names, or names on a list, come nearest to the words; a state at their end confines them."""
    name, code = lookup.without_state(words)
    wanted = re.sub(r"\bpd\b", "police", fold(name, keep_kind=True))
    if len(wanted) < 2:
        return []
    known, aliases = Agency.objects.all(), AgencyAlias.objects.all()
    if code:
        known, aliases = known.filter(state__code=code), aliases.filter(state__code=code)
    likeness: dict[int, float] = {}
    for rows, pk, column in ((known, "pk", "name"), (aliases, "agency", "printed_name")):
        near = rows.filter(**{f"{column}__trigram_word_similar": wanted})
        like = near.annotate(like=TrigramWordSimilarity(wanted, column)).order_by("-like", column)
        for agency, how_like in like.values_list(pk, "like")[:40]:
            likeness[agency] = max(likeness.get(agency, 0.0), how_like)
    read = {one.pk: one for one in _rows("agency").filter(pk__in=likeness)}
    ranked = sorted(read.values(), key=lambda one: (-likeness[one.pk], len(one.name), one.name))
    return list(dict.fromkeys(one.merged_into or one for one in ranked))[: MOST["Agencies"]]


def _agreements(words: str, agencies: Sequence[Agency]) -> list[Agreement]:
    """The agreement of that public id; else those of these agencies, in their order."""
    rows = _rows("agreement")
    if _PUBLIC_ID.fullmatch(words):
        named = rows.filter(public_id__istartswith=words).order_by("public_id")[: MOST["Agreements"]]
        return list(dict.fromkeys(one.merged_into or one for one in named))
    place = {one.pk: number for number, one in enumerate(agencies)}
    found = rows.filter(agency__in=place, merged_into=None)
    return sorted(found, key=lambda one: (place[one.agency_id], one.public_id))[: MOST["Agreements"]]


class SubjectSelect(AutocompleteMixin, forms.Select):
    """The admin's own autocomplete, asking `find_subject`. Without a script it takes words, beside what they found."""

    url_name = "%s:find_subject"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(Event._meta.get_field("agreement"), admin.site, attrs)
        #: Offered beside what is chosen: the agreements among which an editor has to choose.
        self.offered: list[Subject] = []

    def optgroups(self, name: str, value: Iterable[Any], attrs: Any = None) -> Any:
        """The chosen subject, what is offered, and what typed words may mean: what can be chosen without a script."""
        typed = next((str(one) for one in value if one), "")
        chosen = subject_of(typed)
        if chosen is None and typed:
            self.offered = [one for group in find_subjects(typed).values() for one in group]
        subjects: list[Subject] = list(dict.fromkeys([*([chosen] if chosen else []), *self.offered]))
        rows = [("", "")] + [(code_of(one), words) for one, words in zip(subjects, labels(subjects), strict=True)]
        options = [
            self.create_option(name, code, words, code == typed or not code and chosen is None, number)
            for number, (code, words) in enumerate(rows)
        ]
        return [(None, options, 0)]

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The select, and for whoever has no script a field for words, with what the select held before."""
        is_code = value is not None and bool(_CODE.fullmatch(str(value)))
        typed, held = ("", value) if is_code else (value or "", "")
        words = (
            '<noscript><input name="{0}_words" value="{1}" class="vTextField" aria-label="Name of it">'
            '<input type="hidden" name="{0}_held" value="{2}"></noscript>'
        )
        return format_html("{3}" + words, name, typed, held, super().render(name, value, attrs, renderer))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """What was chosen; the words, where nothing else was chosen since the page was made."""
        chosen, words = data.get(name, ""), data.get(f"{name}_words", "").strip()
        return words if words and chosen in ("", data.get(f"{name}_held", "")) else chosen


class SubjectField(forms.Field):
    """One subject; its value is the row itself, and its initial value such a row's code."""

    widget = SubjectSelect
    default_error_messages = {"required": "Choose what it is about: an agreement, an agency or a place."}

    def to_python(self, value: Any) -> Subject | None:
        if value in self.empty_values:
            return None
        if subject := subject_of(str(value)):
            return subject
        if _CODE.fullmatch(str(value)):
            raise ValidationError("What was chosen is not in the record any more: choose again.", "gone")
        return self._meant(str(value))

    def _meant(self, words: str) -> Subject:
        """What the words mean, if it is one thing. Raises ValidationError with what they may mean else."""
        found = [one for group in find_subjects(words).values() for one in group]
        if not found:
            raise ValidationError(f"We found nothing with a name like “{words[:LONGEST]}”.", "unknown")
        if len(found) == 1:
            return found[0]
        raise ValidationError(f"“{words[:LONGEST]}” may mean several things: choose one from the list.", "several")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(initial or "") != str(data or "")


def find_subject(request: HttpRequest) -> JsonResponse:
    """What the words of `term` may mean, as the admin's autocomplete reads it: groups of {"id", "text"}."""
    if not admin.site.get_model_admin(Event).has_view_permission(request):
        raise PermissionDenied
    found = find_subjects(request.GET.get("term", ""))
    every = [one for group in found.values() for one in group]
    words = dict(zip(map(code_of, every), labels(every), strict=True))
    groups = [
        {"text": name, "children": [{"id": code_of(one), "text": words[code_of(one)]} for one in group]}
        for name, group in found.items()
    ]
    return JsonResponse({"results": groups, "pagination": {"more": False}})
