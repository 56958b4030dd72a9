"""The filter of the record: one form, read once a request, behind list, map and timeline."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

import django_filters as filters
from django import forms
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Exists, OuterRef, QuerySet

from agreements.kinds import Program, Status
from agreements.models import Agency, Agreement, Event
from agreements.record import Record
from municipalities.models import County, State
from municipalities.names import squash

DATE = forms.DateInput(attrs={"type": "date"})
#: In a query, since "" means "any program".
NOT_STATED = "not-stated"
FIRST_STATE = "FL"


class AgreementFilterForm(forms.Form):
    """The form behind the filter: what its fields say together must make sense too."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("from"), cleaned.get("to")
        if first and last and first > last:
            self.add_error("to", "This day is before the one in “Events from”.")
        return cleaned


class AgreementFilter(filters.FilterSet):
    """Agreements by county, state, status, program, days and text, with their status on the record's day.

    county values are GEOIDs, state values postal codes. The day itself, as_of, is read by `asked_day` beforehand.
    """

    county = filters.ModelChoiceFilter(
        queryset=County.objects.select_related("state"),
        to_field_name="geoid",
        method="in_county",
        empty_label="Any county",
        error_messages={"invalid_choice": "There is no county %(value)s. A county is given by its five-digit GEOID."},
    )
    state = filters.ModelChoiceFilter(
        queryset=State.objects.all(),
        to_field_name="code",
        field_name="agency__state",
        empty_label="Any state",
        label="State",
    )
    status = filters.MultipleChoiceFilter(
        choices=Status.choices, method="at_status", widget=forms.CheckboxSelectMultiple, label="Status"
    )
    program = filters.MultipleChoiceFilter(
        choices=[(value or NOT_STATED, label) for value, label in Program.choices],
        method="of_program",
        widget=forms.CheckboxSelectMultiple,
        label="Program",
    )
    # The parameter is called from, which Python keeps for itself.
    locals()["from"] = filters.DateFilter(method="with_events", label="Events from", widget=DATE)
    to = filters.DateFilter(method="with_events", label="Events to", widget=DATE)
    q = filters.CharFilter(method="with_words", label="Name of a city, county or agency")

    class Meta:
        model = Agreement
        fields: tuple[str, ...] = ()
        form = AgreementFilterForm

    def __init__(self, data: object, *, record: Record, queryset: QuerySet[Agreement] | None = None) -> None:
        self.record = record
        super().__init__(data, queryset=Agreement.objects.all() if queryset is None else queryset)

    @property
    def form(self) -> forms.Form:
        """The form, with the counties of one state only: all 3,241 would weigh more than the page."""
        is_new = not hasattr(self, "_form")
        form = super().form
        if is_new:
            state = self.chosen_state()
            counties = County.objects.filter(state__code=state).order_by("name", "geoid")
            form.fields["county"].widget.choices = [
                ("", "Any county"),
                *((county.geoid, county.full_name) for county in counties),
            ]
            form.fields["county"].label = f"County ({state})"
        return form

    def chosen_state(self) -> str:
        """The code of the state that the query names, by itself or by a county; Florida's where it names none."""
        data = self.data or {}
        asked, geoid = data.get("state") or "", data.get("county") or ""
        if asked.isalnum() and State.objects.filter(code=asked).exists():
            return str(asked)
        counties = County.objects.filter(geoid=geoid if geoid.isalnum() else "")
        return counties.values_list("state__code", flat=True).first() or FIRST_STATE

    def in_county(self, queryset: QuerySet[Agreement], name: str, county: County) -> QuerySet[Agreement]:
        """Those of agencies that serve the county or a municipality any part of which lies in it, each once."""
        serves = Agency.counties.through.objects.filter(agency=OuterRef("agency"), county=county)
        within = Agency.municipalities.through.objects.filter(agency=OuterRef("agency"), municipality__counties=county)
        return queryset.filter(Exists(serves) | Exists(within))

    def at_status(self, queryset: QuerySet[Agreement], name: str, statuses: list[str]) -> QuerySet[Agreement]:
        if not statuses:
            return queryset
        return queryset.filter(pk__in=[one.pk for one in self.record.agreements if one.standing.status in statuses])

    def of_program(self, queryset: QuerySet[Agreement], name: str, programs: list[str]) -> QuerySet[Agreement]:
        if not programs:
            return queryset
        return queryset.filter(program__in=["" if program == NOT_STATED else program for program in programs])

    def with_events(self, queryset: QuerySet[Agreement], name: str, day: date) -> QuerySet[Agreement]:
        """Those of which a published event can have happened from the one day to the other, both included."""
        cleaned = self.form.cleaned_data
        if name == "to" and cleaned.get("from"):
            return queryset  # done with the other end
        days = DateRange(cleaned.get("from"), cleaned.get("to"), "[]")
        events = Event.objects.published().filter(agreement=OuterRef("pk"), days__overlap=days, is_being_checked=False)
        return queryset.filter(Exists(events))

    def with_words(self, queryset: QuerySet[Agreement], name: str, words: str) -> QuerySet[Agreement]:
        """Those whose agency, municipality or county has the words in its name; accents, hyphens and case aside."""
        wanted = squash(words)
        if not wanted:
            return queryset
        return queryset.filter(pk__in=[pk for pk, text in self._texts() if wanted in text])

    def _texts(self) -> Iterable[tuple[int, str]]:
        agencies = {one.agency_id for one in self.record.agreements}
        names: dict[int, list[str]] = {agency_id: [] for agency_id in agencies}
        for model, column in ((Agency.municipalities, "municipality__name"), (Agency.counties, "county__full_name")):
            for agency_id, place in model.through.objects.filter(agency__in=agencies).values_list("agency_id", column):
                names[agency_id].append(place)
        for one in self.record.agreements:
            yield one.pk, " ".join(squash(name) for name in (one.agency.name, *names[one.agency_id]))

    def applied(self) -> list[tuple[str, str, str]]:
        """What the query filters by: (label, value in words, the query string without it)."""
        if not self.form.is_bound or not self.form.is_valid():
            return []
        rows = []
        for name, value in self.form.cleaned_data.items():
            if not value:
                continue
            field, parameter = self.form.fields[name], self.form.add_prefix(name)
            for one in value if isinstance(value, list) else [value]:
                words = dict(getattr(field, "choices", ())).get(one, one) if isinstance(value, list) else one
                rest = self.data.copy()
                given = [each for each in rest.getlist(parameter) if each != one] if isinstance(value, list) else []
                rest.setlist(parameter, given)
                rest.pop("page", None)
                rows.append((str(field.label), str(words), rest.urlencode()))
        return rows


class Asked(NamedTuple):
    """The day that a page shows, and why it is not the one asked for: "later", "unreadable", or "" where it is."""

    day: date
    trouble: str = ""


def asked_day(text: str, end: date) -> Asked:
    """The day for which a page is asked; the day on which the record ends where none, a bad or a later one is given."""
    if not text:
        return Asked(end)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return Asked(end, "unreadable")
    return Asked(end, "later") if day > end else Asked(day)
