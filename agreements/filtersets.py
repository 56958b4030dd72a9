"""What every filter of a page has beside its fields: its values, and its form as HTML, at no cost while it is blank."""

from functools import cached_property
from typing import Any, Self, cast

import django_filters as filters
from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe

from agreements.formfields import looks
from agreements.kept import kept
from municipalities.models import State


class PageFilter(filters.FilterSet):
    """A filter read from a query. While it is blank no form is made: most readers ask for nothing."""

    @cached_property
    def is_blank(self) -> bool:
        """Whether the query gives none of the filter's values."""
        data = cast(QueryDict, self.data)
        return not any(value for name in self.filters for value in data.getlist(name))

    def is_valid(self) -> bool:
        return self.is_blank or bool(super().is_valid())

    @property
    def values(self) -> dict[str, Any]:
        """The values as they were read, by name; empty where none is given, or one cannot be read."""
        return {} if self.is_blank or not super().is_valid() else self.form.cleaned_data

    @property
    def fields(self) -> SafeString:
        """The fields of its form as HTML, with what is wrong with them."""
        return _blank_fields(type(self)) if self.is_blank else _fields(self)

    @classmethod
    def blank(cls) -> Self:
        """One without any value."""
        return cls(QueryDict())


@kept(State)
def _blank_fields(of: type[PageFilter]) -> SafeString:
    return _fields(of.blank())


def _fields(of: PageFilter) -> SafeString:
    # Each has its values escaped.
    return mark_safe("\n".join(look.html for look in looks(of.form)))
