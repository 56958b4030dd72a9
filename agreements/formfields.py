"""The fields of a filter's form: places to choose from, and each field as HTML, which costs a tenth of a template."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString, mark_safe


class PlaceField(forms.Field):
    """One of the places that its filter has read, by code: its value is the State or County itself, or None.

    shown: the code that the form shows as chosen where none was sent.
    """

    widget = forms.Select
    default_error_messages = {"unknown": "There is no place %(value)s."}

    def __init__(self, *, empty_label: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.empty_label = empty_label
        self.known: Mapping[str, Any] = {}
        self.choices: list[tuple[str, str]] = []
        self.shown = ""

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if value not in self.known:
            raise ValidationError(self.error_messages["unknown"], "unknown", {"value": str(value).replace("\0", "")})
        return self.known[value]


@dataclass(frozen=True, slots=True)
class FieldLook:
    """A field of a form as a page shows it.

    kind: "select", "checks", "date", "text", "hidden", or "none" where nothing can be chosen yet and the hint says why.
    options: (value, label, whether it is chosen) of a select or of check boxes.
    """

    name: str
    id: str
    label: str
    hint: str
    kind: str
    value: str
    options: list[tuple[str, str, bool]]
    errors: list[str]

    @property
    def described_by(self) -> str:
        """The ids of what belongs to it, in the order of reading."""
        return " ".join(f"{self.id}-{part}" for part, text in (("hint", self.hint), ("error", self.errors)) if text)

    @property
    def target(self) -> str:
        """The id to which a message about it leads: that of what can be focused."""
        return f"{self.id}-0" if self.kind == "checks" else self.id

    @property
    def html(self) -> SafeString:
        """The field with its label, its hint and what is wrong with it. A template took four times as long."""
        # Every value is escaped where it is put in.
        return mark_safe(_WRITERS.get(self.kind, _input)(self))


def _words(look: FieldLook) -> str:
    hint = f'<p class="hint" id="{look.id}-hint">{escape(look.hint)}</p>' if look.hint else ""
    wrong = f'<p class="error" id="{look.id}-error">{escape(" ".join(look.errors))}</p>' if look.errors else ""
    return hint + wrong


def _described(look: FieldLook) -> str:
    return f' aria-describedby="{look.described_by}"' if look.described_by else ""


def _hidden(look: FieldLook) -> str:
    return f'<input type="hidden" name="{look.name}" id="{look.id}" value="{escape(look.value)}">' if look.value else ""


def _checks(look: FieldLook) -> str:
    boxes = "".join(
        f'<label><input type="checkbox" name="{look.name}" id="{look.id}-{number}" value="{escape(value)}"'
        f"{' checked' if chosen else ''}> {escape(label)}</label>"
        for number, (value, label, chosen) in enumerate(look.options)
    )
    return (
        f'<fieldset class="whole"{_described(look)}><legend>{escape(look.label)}</legend>{_words(look)}\n'
        f'<div class="checks">{boxes}</div></fieldset>'
    )


def _nothing(look: FieldLook) -> str:
    return f'<div id="{look.id}" tabindex="-1"><span class="label">{escape(look.label)}</span>{_words(look)}</div>'


def _select(look: FieldLook) -> str:
    options = "".join(
        f'<option value="{escape(value)}"{" selected" if chosen else ""}>{escape(label)}</option>'
        for value, label, chosen in look.options
    )
    return _labelled(look, f'<select name="{look.name}" id="{look.id}"{_state(look)}>{options}</select>')


def _input(look: FieldLook) -> str:
    attributes = f'type="{look.kind}" name="{look.name}" id="{look.id}" value="{escape(look.value)}"'
    return _labelled(look, f"<input {attributes}{_state(look)}>")


def _state(look: FieldLook) -> str:
    return _described(look) + (' aria-invalid="true"' if look.errors else "")


def _labelled(look: FieldLook, control: str) -> str:
    return f'<div><label for="{look.id}">{escape(look.label)}</label>{_words(look)}\n{control}</div>'


_WRITERS = {"hidden": _hidden, "checks": _checks, "none": _nothing, "select": _select}


def looks(form: forms.Form) -> Iterator[FieldLook]:
    """The fields of a form in their order, with the values that were sent, right or wrong."""
    for bound in form:
        kind = _kind(bound)
        chosen = _chosen(bound)
        choices = getattr(bound.field, "choices", ()) if kind in {"select", "checks"} else ()
        yield FieldLook(
            name=bound.html_name,
            id=bound.auto_id or f"id_{bound.html_name}",
            label=str(bound.label),
            hint=str(bound.help_text),
            kind=kind,
            value=chosen[0] if chosen else "",
            options=[(str(value), str(label), str(value) in chosen) for value, label in choices],
            errors=[str(error) for error in bound.errors],
        )


def _chosen(bound: BoundField) -> list[str]:
    value = bound.value() or getattr(bound.field, "shown", None)
    if value is None:
        return []
    return [str(each).replace("\0", "") for each in (value if isinstance(value, list | tuple) else [value])]


def _kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, forms.HiddenInput):
        return "hidden"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checks"
    if isinstance(widget, forms.Select):
        return "select" if getattr(bound.field, "choices", ()) else "none"
    if isinstance(widget, forms.DateInput):
        # A browser empties a date field that holds no day: what cannot be read stays to be seen as text.
        return "date" if _is_day(str(bound.value() or "")) else "text"
    return "text"


def _is_day(text: str) -> bool:
    try:
        return not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
