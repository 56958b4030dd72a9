"""The sentence that answers the page of the list: how many of how many agreements are what was asked for. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from agreements.dates import day_in_words
from agreements.kinds import Status

#: The comma that follows a county's state, where a sentence goes on with a mark of its own or ends.
_DOUBLE = re.compile(r",(?=[,:]|$)")


class Answer(NamedTuple):
    """A sentence without its beginning ("As of May 18, 2026,") and end: how many, set in bold, and what of them."""

    subject: str
    rest: str


@dataclass(frozen=True)
class Asked:
    """What a list is filtered by: a place ("Florida"; "Miami-Dade County, Florida,"), programs, days, text, statuses.

    Programs are in words, statuses are their values.
    """

    place: str = ""
    programs: Sequence[str] = ()
    first: date | None = None
    last: date | None = None
    words: str = ""
    statuses: Sequence[str] = ()

    @property
    def adjectives(self) -> list[str]:
        """What all but the statuses say, as it follows "agreements"."""
        return [
            *([f"in {self.place}"] if self.place else []),
            *([f"under {_under(self.programs)}"] if self.programs else []),
            *([f"with an event {_days(self.first, self.last)}"] if self.first or self.last else []),
            *([f"with “{self.words}” in a name"] if self.words else []),
        ]

    def predicates(self, number: int) -> list[str]:
        """The same as it follows the number of agreements that are so."""
        be, have = ("is", "has") if number < 2 else ("are", "have")
        return [
            *([f"{be} in {self.place}"] if self.place else []),
            *([f"{be} under {_under(self.programs)}"] if self.programs else []),
            *([f"{have} an event {_days(self.first, self.last)}"] if self.first or self.last else []),
            *([f"{have} “{self.words}” in a name"] if self.words else []),
        ]


def answer(asked: Asked, number: int, of: int, municipal: int) -> Answer:
    """How many agreements pass the filters, of those that pass all but the statuses (`of`), else of all.

    municipal: how many of the number are of municipalities' own agencies.
    """
    subject, rest = _answer(asked, number, of, _whose(number, municipal))
    return Answer(subject, _DOUBLE.sub("", rest))


def answer_of_all(in_force: int, municipal: int, of: int) -> Answer:
    """The same where nothing is asked for: how many agreements of the record are in force."""
    be = "is" if in_force < 2 else "are"
    return Answer(f"{_of(in_force, of)} in this record", f"{be} signed and in force{_whose(in_force, municipal)}")


def _answer(asked: Asked, number: int, of: int, whose: str) -> tuple[str, str]:
    be = "is" if number < 2 else "are"
    if asked.statuses:
        statuses = _or([_status(one) for one in asked.statuses])
        kind = asked.adjectives or ["in this record"]
        if not of:
            return " ".join(["no agreement", *kind]), "is in this record"
        if not number and of > 1:
            labels = _or([Status(one).label for one in asked.statuses])
            return " ".join(["no agreement", *kind]), f"is recorded as {labels}"
        if of == 1:
            return " ".join(["the one agreement", *kind]), f"is {'' if number else 'not '}{statuses}{whose}"
        return " ".join([_of(number, of), *kind]), f"{be} {statuses}{whose}"
    if predicates := asked.predicates(number):
        return f"{_of(number, of)} in this record", f"{_and(predicates)}{whose}"
    raise ValueError("Nothing is asked for: see answer_of_all.")


def described(asked: Asked, number: int) -> str:
    """So many agreements of what is asked for, for the words of a link: "2 agreements in Florida, declined"."""
    be = "that is" if number == 1 else "that are"
    statuses = [f"{be} {_or([_status(one) for one in asked.statuses])}"] if asked.statuses else []
    return _DOUBLE.sub("", " ".join([_agreements(number), *asked.adjectives, *statuses]))


def _agreements(number: int) -> str:
    return f"{number:,} agreement{'' if number == 1 else 's'}"


def _of(number: int, of: int) -> str:
    if not number:
        return f"none of the {of:,} agreements"
    if number == of:
        return "the one agreement" if of == 1 else "both agreements" if of == 2 else f"all {of:,} agreements"
    return f"{number:,} of the {of:,} agreements"


def _whose(number: int, municipal: int) -> str:
    """Whose they are: the cities' and the others', which are never counted as cities."""
    others = number - municipal
    if not number:
        return ""
    if number == 1:
        return ", of a municipality’s own agency" if municipal else ", of a county, campus, state or other agency"
    if not others:
        return ", all of municipalities’ own agencies"
    if not municipal:
        return ", none of them of a municipality’s own agency"
    return f": {municipal:,} of municipalities’ own agencies, {others:,} of county, campus, state and other agencies"


def _status(status: str) -> str:
    """A status as it follows "is" or "are"."""
    return {
        Status.PENDING: "pending with ICE",
        Status.APPROVED: "approved locally",
        Status.COURT: "before a court",
        Status.DISCUSSION: "under discussion",
        Status.NONE: "at “No agreement known”",
        Status.UNCHECKED: "at “Not yet checked”",
    }.get(Status(status), Status(status).label.lower())


def _under(programs: Sequence[str]) -> str:
    return _or([f"the {one}" if one != "Not stated" else "a program not stated" for one in programs])


def _days(first: date | None, last: date | None) -> str:
    if first and last:
        return f"on {day_in_words(first)}" if first == last else f"from {day_in_words(first)} to {day_in_words(last)}"
    return f"on or after {day_in_words(first)}" if first else f"on or before {day_in_words(last)}" if last else ""


def _or(words: Sequence[str]) -> str:
    return _listed(words, "or")


def _and(words: Sequence[str]) -> str:
    return _listed(words, "and")


def _listed(words: Sequence[str], last: str) -> str:
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
