"""Days in the editors' forms: typed as one text, read by `typed_days`, and said back in words while one types."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from django.urls import reverse_lazy

from agreements.dates import in_words
from agreements.typed_days import EXAMPLES, Days, DaysError, read

LONGEST = 100


class DaysWidget(AdminTextInputWidget):
    """A text input beneath which a script says how the text is read (static/admin_desk/days.js)."""

    class Media:
        js = ["admin_desk/days.js"]

    def __init__(self) -> None:
        super().__init__({"data-read-at": reverse_lazy("admin:read_days"), "autocomplete": "off", "size": 60})


class DaysField(forms.CharField):
    """Days as an editor types them; nothing typed is nothing known. Its value is Days."""

    widget = DaysWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"required": False, "max_length": LONGEST, "help_text": f"For example {EXAMPLES}.", **kwargs}
        )

    def to_python(self, value: Any) -> Any:
        return value if isinstance(value, Days) else self._read(super().to_python(value) or "")

    def validate(self, value: Any) -> None:
        """Any days will do: what the record allows is said by its model."""

    def run_validators(self, value: Any) -> None:
        """Those of a text are for what was typed, which `_read` has had already."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        """The same days in other words are no change."""
        try:
            return bool(self._read(initial or "") != self._read(data or ""))
        except ValidationError:
            return True

    def _read(self, text: str) -> Days:
        super().run_validators(text)
        try:
            return read(text) if text.strip() else Days(None, None)
        except DaysError as error:
            raise ValidationError(str(error), "invalid") from None


class DaysForm(forms.ModelForm):
    """A form in which the two days of `bounds` are typed into one field, `typed`.

    The model's own rules for them apply, and their messages stand above the form.
    """

    bounds: ClassVar[tuple[str, str]] = ("earliest", "latest")
    typed = DaysField(label="When")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = Days(*(getattr(self.instance, name) for name in self.bounds))
        self.initial.setdefault("typed", days.words if days != (None, None) else "")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "typed" in cleaned:
            for name, day in zip(self.bounds, cleaned["typed"], strict=True):
                setattr(self.instance, name, day)
        return cleaned

    def validate_unique(self) -> None:
        """As every form of a model does; then the rules for the two days, which it leaves out: they are no fields."""
        super().validate_unique()
        if "typed" in self.errors:
            return
        for rule in self.instance._meta.constraints:
            condition = getattr(rule, "condition", None)
            if isinstance(condition, Q) and condition.referenced_base_fields & set(self.bounds):
                try:
                    rule.validate(type(self.instance), self.instance)
                except ValidationError as error:
                    self.add_error(None, error)


class DaysAdmin:
    """The admin of such a form: who may only look sees the days in words."""

    form: type[DaysForm]

    @admin.display(description="When")
    def typed(self, row: Any) -> str:
        return in_words(*(getattr(row, name) for name in self.form.bounds))


def read_days(request: HttpRequest) -> JsonResponse:
    """How a typed text is read: {"words"}, or {"error"} with what is wrong with it."""
    text = request.GET.get("q", "")[: LONGEST + 1]
    try:
        return JsonResponse({"words": read(text).words})
    except DaysError as error:
        return JsonResponse({"error": str(error)})
