"""The filter of the record: one form, read once a request, behind list, map and timeline."""

from collections.abc import Collection
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple, Self, cast

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from agreements.dates import day_in_words
from agreements.filtersets import PageFilter
from agreements.formfields import PlaceField
from agreements.kept import kept
from agreements.kinds import Program, Status
from agreements.models import Agreement, Period
from agreements.models.standing import SORTS
from agreements.queries import query_string
from agreements.record import Record
from agreements.selection import Wanted, select
from municipalities.models import County, State

DATE = forms.DateInput(attrs={"type": "date"})
#: In a query, since "" means "any program".
NOT_STATED = "not-stated"
#: Longer than any name of an agency.
LONGEST_WORDS = 200
#: What an applied filter is called, where its field is called otherwise.
LABELS = {"county": "County", "q": "Name"}
UNREADABLE_DAY = "Enter a valid date, such as 2025-03-07: “%(value)s” is none."


class DayField(forms.DateField):
    """A day, with what was written in the message where it is none."""

    widget = DATE

    def to_python(self, value: Any) -> date | None:
        try:
            return super().to_python(value)
        except forms.ValidationError:
            raise forms.ValidationError(UNREADABLE_DAY, "invalid", {"value": value}) from None


class DayFilter(filters.DateFilter):
    field_class = DayField


class PlaceFilter(filters.Filter):
    field_class = PlaceField


@kept(State)
def _states() -> dict[str, State]:
    return {state.code: state for state in State.objects.all()}


@kept(County)
def _counties_of(state_id: int) -> list[tuple[str, str]]:
    return list(County.objects.filter(state=state_id).order_by("name", "geoid").values_list("geoid", "full_name"))


class AgreementFilterForm(forms.Form):
    """The form behind the filter: what its fields say together must make sense too."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, field in self.fields.items():
            given = set(filter(None, cast(QueryDict, self.data).getlist(name)))
            if len(given) > 1 and not isinstance(field, forms.MultipleChoiceField):
                self.add_error(name, f"Only one can be used here; the address gives {len(given)}.")
        first, last = cleaned.get("from"), cleaned.get("to")
        if first and last and first > last:
            self.add_error("to", "This day is before the one in “Events from”.")
        return cleaned


class AgreementFilter(PageFilter):
    """Agreements by county, state, status, program, days and text, with their status on the record's day.

    county values are GEOIDs, state values postal codes. The day itself, as_of, is read by `asked_day` beforehand.
    assumed: parameters in `data` that the page put there itself and that are not to be listed as applied.
    """

    state = PlaceFilter(
        label="State",
        empty_label="Any state",
        error_messages={"unknown": "There is no state “%(value)s”. A state is given by its postal code, such as FL."},
    )
    county = PlaceFilter(
        label="County",
        empty_label="Any county",
        error_messages={"unknown": "There is no county %(value)s. A county is given by its five-digit GEOID."},
    )
    status = filters.MultipleChoiceFilter(
        choices=Status.choices,
        widget=forms.CheckboxSelectMultiple,
        label="Status",
        help_text="Of the agreement, on the day shown. Places without any are on the pages of their state and county.",
        error_messages={"invalid_choice": "There is no status “%(value)s”."},
    )
    program = filters.MultipleChoiceFilter(
        choices=[(value or NOT_STATED, label) for value, label in Program.choices],
        widget=forms.CheckboxSelectMultiple,
        label="Program",
        error_messages={"invalid_choice": "There is no program “%(value)s”."},
    )
    # The parameter is called from, which Python keeps for itself.
    locals()["from"] = DayFilter(label="Events from", widget=DATE, help_text="Something happened on this day or later.")
    to = DayFilter(label="Events to", widget=DATE, help_text="Something happened on this day or before.")
    q = filters.CharFilter(
        label="Name of a city, county or agency",
        help_text="Accents and hyphens make no difference.",
        max_length=LONGEST_WORDS,
        error_messages={"max_length": "Use at most %(limit_value)d characters; these are %(show_value)d."},
    )

    class Meta:
        model = Agreement
        fields: tuple[str, ...] = ()
        form = AgreementFilterForm

    def __init__(
        self,
        data: QueryDict,
        *,
        record: Record,
        queryset: QuerySet[Agreement] | None = None,
        assumed: Collection[str] = (),
    ) -> None:
        self.record = record
        self.assumed = assumed
        super().__init__(data, queryset=Agreement.objects.all() if queryset is None else queryset)

    @classmethod
    def blank(cls) -> Self:
        return cls(QueryDict(), record=Record(date.min))

    @property
    def form(self) -> forms.Form:
        """The form, with the counties of one state only: all 3,241 would weigh more than the page."""
        is_new = not hasattr(self, "_form")
        form = super().form
        if is_new:
            self._fill(form)
        return form

    def _fill(self, form: forms.Form) -> None:
        """What can be chosen for a state, and for a county once there is a state."""
        state, county = cast(PlaceField, form.fields["state"]), cast(PlaceField, form.fields["county"])
        state.known = self._states
        state.choices = [("", state.empty_label), *((one.code, one.name) for one in self._states.values())]
        asked = self._county
        county.known = {asked.geoid: asked} if asked else {}
        of = self._states.get(self._chosen_state)
        if of is None:
            county.help_text = "Choose a state first: its counties then stand here."
            return
        county.label = f"County in {of.name}"
        state.shown = of.code
        county.choices = [("", county.empty_label), *_counties_of(of.pk)]
        if asked and asked.state_id != of.pk:
            county.choices.append((asked.geoid, str(asked)))

    @cached_property
    def _states(self) -> dict[str, State]:
        return _states()

    @cached_property
    def _county(self) -> County | None:
        """The county that the query names, if there is one."""
        geoid = self._asked("county")
        if not (geoid.isascii() and geoid.isdigit()):
            return None
        return County.objects.filter(geoid=geoid).select_related("state").first()

    def _asked(self, name: str) -> str:
        return (self.data or {}).get(name) or ""

    @property
    def _chosen_state(self) -> str:
        """The code of the state that the query names, by itself or by a county; "" where it names none."""
        asked = self._asked("state")
        if asked in self._states:
            return asked
        return self._county.state.code if self._county else ""

    #: The fields that choose agreements.
    choosing: tuple[str, ...] = ("state", "county", "status", "program", "from", "to", "q")

    def periods(self, without: Collection[str] = ()) -> QuerySet[Period]:
        """How each agreement that passes the filters, but for these, stands on the day. Of a valid filter only."""
        return select(self.record, self.wanted(without))

    def wanted(self, without: Collection[str] = ()) -> Wanted:
        """What the values ask for, but for these fields; nothing where one of them cannot be read."""
        given = self.values
        values = {name: given.get(name) for name in self.choosing if name not in without}
        if programs := values.get("program"):
            values["program"] = ["" if program == NOT_STATED else program for program in programs]
        return cast(Wanted, values)

    def chooses(self) -> bool:
        """Whether a value chooses among agreements."""
        return any(self.wanted().values())

    def filter_queryset(self, queryset: QuerySet[Agreement]) -> QuerySet[Agreement]:
        """The agreements of these periods; see `selection.select`, which lists call by themselves."""
        return queryset.filter(pk__in=self.periods().values("agreement"))

    def applied(self) -> list[tuple[str, str, str]]:
        """What the query filters by: (label, value in words, the query string without it)."""
        rows = []
        for name, value in self.values.items():
            field = self.form.fields[name]
            if not value or name in self.assumed or isinstance(field.widget, forms.HiddenInput):
                continue
            label = LABELS.get(name) or str(field.label)
            if isinstance(value, list):
                words = dict(cast(Any, field).choices)
                rows += [(label, str(words[one]), self._less(name, one)) for one in value]
            else:
                rows.append((label, day_in_words(value) if isinstance(value, date) else str(value), self._less(name)))
        return rows

    def _less(self, name: str, value: str | None = None) -> str:
        """The query without a parameter, or without one of its values. With the state its county goes too."""
        left = [each for each in self.data.getlist(name) if each != value] if value else []
        gone = ["page", "county"] if name == "state" else ["page"]
        return query_string(self.data, {**{each: [] for each in gone}, name: left})


#: The orders in which a list can be asked for: by a column, and with "-" before it the other way round.
ORDERS = [f"{way}{name}" for name in SORTS if name for way in ("", "-")]


class AgreementListFilter(AgreementFilter):
    """The same for a list, with the order that its column heads ask for."""

    sort = filters.ChoiceFilter(
        choices=[(order, order) for order in ORDERS],
        widget=forms.HiddenInput,
        label="Order of the list",
        error_messages={"invalid_choice": "A list cannot be sorted by “%(value)s”, only by one of its columns."},
    )

    def order(self) -> str:
        """One of ORDERS; "" for the municipalities' first."""
        return self.values.get("sort") or ""


class Asked(NamedTuple):
    """The day that a page shows, and why it is not the one asked for; "" where it is.

    trouble: "earlier", "later", "unreadable" or "".
    """

    day: date
    trouble: str = ""


def asked_day(text: str, begin: date, end: date) -> Asked:
    """The day for which a page is asked, within the record; its last where none or one that cannot be read is given.

    Before the record begins nothing is known of who had signed, so no page may say that nobody had.
    """
    if not text:
        return Asked(end)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return Asked(end, "unreadable")
    if day < begin:
        return Asked(begin, "earlier")
    return Asked(end, "later") if day > end else Asked(day)
