"""Hints on the wording of a summary: plain, neutral, and who did it. Hints only: nothing is refused for them. Pure."""

import re
from typing import NamedTuple

#: No sentence needs more words to say who did what.
MOST_WORDS = 28


class Hint(NamedTuple):
    """What to look at, as it stands in the text ("" where it is the whole), and why."""

    words: str
    reason: str


#: Words that take a side or say more than a source shows, each with what to do instead.
LOADED: list[tuple[str, str]] = [
    (
        r"illegals?|illegal (?:aliens?|immigrants?)|aliens?",
        "takes a side unless quoted: say “people without legal status”",
    ),
    (r"sanctuary(?: cit(?:y|ies))?", "means many things: say what the city did or refused to do"),
    (r"collaborat\w+|complicit|colluded?|colluding", "blames: say “agreed”, “signed” or “joined”"),
    (r"caved?|bowed|surrendered|capitulated", "takes a side: say what was decided"),
    (r"crackdown|raids?|round-?ups?", "takes a side unless quoted: say what was done"),
    (r"slammed|blasted|lashed out|doubled down", "is a headline's word: say “criticized” or what was said"),
    (r"controversial|notorious|infamous|draconian", "judges: leave it out"),
    (r"refused to", "may blame: say “voted not to” or “did not”"),
    (r"finally|only now|merely|of course|clearly|obviously", "comments: leave it out"),
]
_LOADED = [(re.compile(rf"\b(?:{words})\b", re.IGNORECASE), reason) for words, reason in LOADED]
_PASSIVE = re.compile(
    r"\b(?:it )?(?:was|were|has been|have been) (?:\w+ly )?(?:\w+ed|held|taken|made|put|given|sent)\b",
    re.IGNORECASE,
)
_BY_WHOM = re.compile(r"\bby\b", re.IGNORECASE)
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"])")


def hints(text: str) -> list[Hint]:
    """What an editor may want to look at again in a summary, in the order of the text's own faults."""
    found = [Hint(match[0], f"“{match[0]}” {reason}.") for match, reason in _loaded(text)]
    for sentence in filter(None, _SENTENCE_ENDS.split(text.strip())):
        words = len(sentence.split())
        if words > MOST_WORDS:
            found.append(Hint("", f"A sentence of {words} words: two shorter ones read more easily."))
        if (passive := _PASSIVE.search(sentence)) and not _BY_WHOM.search(sentence[passive.end() :]):
            found.append(Hint(passive[0], f"“{passive[0]}” does not say by whom: name who did it."))
    letters = [letter for letter in text if letter.isalpha()]
    if len(letters) > 12 and sum(letter.isupper() for letter in letters) * 2 > len(letters):
        found.append(Hint("", "Capital letters throughout are hard to read: write it as a sentence."))
    return found


def _loaded(text: str) -> list[tuple[re.Match[str], str]]:
    matches = [(match, reason) for pattern, reason in _LOADED for match in pattern.finditer(text)]
    return sorted(matches, key=lambda each: each[0].start())
