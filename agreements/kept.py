"""Values that follow from a few tables alone, kept in the memory of the process until one of these tables changes.

    @kept(State)
    def states() -> list[State]: ...

A page is made anew after every change of the record, but few changes touch the states, the places or ICE's lists.
"""

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from typing import Generic, ParamSpec, TypeVar

from django.db.models import Model

from agreements.models.edition import edition_of

P = ParamSpec("P")
T = TypeVar("T")


class Kept(Generic[P, T]):
    """A function whose last values are kept; tables: what they follow from."""

    def __init__(self, function: Callable[P, T], tables: Collection[str], most: int) -> None:
        functools.update_wrapper(self, function)
        self.function = function
        self.tables = sorted(tables)
        self._most = most
        self._values: OrderedDict[Hashable, tuple[str, T]] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        asked = (args, tuple(kwargs.items()))
        # Read first: a commit while the value is worked out makes it too new for this edition, never too old.
        edition = edition_of(self.tables)
        if edition is None:
            return self.function(*args, **kwargs)
        with self._lock:
            found = self._values.get(asked)
            if found is not None and found[0] == edition:
                self._values.move_to_end(asked)
                return found[1]
        value = self.function(*args, **kwargs)
        with self._lock:
            self._values[asked] = edition, value
            self._values.move_to_end(asked)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value


def kept(*models: type[Model], most: int = 64) -> Callable[[Callable[P, T]], Kept[P, T]]:
    """Works the function out once for each state of these models' tables, and for each of its arguments.

    The function reads no other table, its arguments are hashable, and nobody changes what it returns: it is handed to
    all who ask. most: of how many arguments values are kept, those that were asked for last.
    """
    tables = {model._meta.db_table for model in models}
    return lambda function: Kept(function, tables, most)
