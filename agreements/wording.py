"""Words within a sentence: when something happened, names with their article, and series of names. Pure."""

import re
from collections.abc import Sequence

from agreements.dates import day_in_words, in_words
from agreements.status import Fact


def at(fact: Fact) -> str:
    """When something happened, to stand after a verb: "on March 7, 2025", "in March 2025 (day not confirmed)"."""
    words = in_words(fact.earliest, fact.latest)
    if fact.earliest is not None and fact.earliest == fact.latest:
        return f"on {words}"
    if words.endswith("not confirmed"):
        known, _, unknown = words.partition(", ")
        return f"in {known} ({unknown})"
    return "on a day not known" if words == "date not known" else words


def since(fact: Fact) -> str:
    """Since when something stands: "since March 7, 2025", "since July 1, 2025 or earlier"."""
    if fact.earliest is None and fact.latest is not None:
        return f"since {day_in_words(fact.latest)} or earlier"
    if fact.latest is None and fact.earliest is not None:
        return f"since {day_in_words(fact.earliest)} or later"
    words = at(fact)
    if words.startswith(("on a day", "after")):
        return f"since a day {words.removeprefix('on a day ')}"
    return f"since {words.partition(' ')[2]}"


def series(words: Sequence[str]) -> str:
    """A, B and C."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


#: What an agency is called where it takes an article; a constable's precinct, say, takes none.
_WITH_ARTICLE = re.compile(
    r"\bof\b|\b(Department|Office|Police|Patrol|Jail|Center|Bureau|Division|Commission|Authority|Agency|Board|Guard)$"
)


def the(name: str) -> str:
    """An agency with its article, where it takes one: the Hialeah Police Department, Miami-Dade Corrections."""
    takes_it = _WITH_ARTICLE.search(name) and not name.lower().startswith("the ")
    return f"the {name}" if takes_it else name


def state_name(name: str) -> str:
    """A state as it stands within a sentence."""
    return f"the {name}" if name.startswith(("District", "Northern", "U.S.")) else name


def possessive(name: str) -> str:
    return f"{name}’" if name.endswith("s") else f"{name}’s"
