"""The kinds of event as an editor chooses one: in groups, each with what it means, and which fields belong to it."""

from collections.abc import Iterable
from typing import Any

from django import forms

from agreements.kinds import NEEDS_SECOND_EDITOR, EventKind
from agreements.status import SUIT_KINDS

#: The groups in the order in which things happen; each kind with its meaning, short enough for a list.
GROUPS: dict[str, dict[str, str]] = {
    "Before a decision": {
        EventKind.DISCUSSED: "on an agenda or debated",
        EventKind.VOTE_SCHEDULED: "a vote is on an agenda",
        EventKind.VOTE_DEFERRED: "a vote was put off",
    },
    "Decisions": {
        EventKind.VOTE_APPROVED: "the governing body approved",
        EventKind.APPROVED_BY_STAFF: "an official approved; no vote",
        EventKind.VOTE_FAILED: "it tied or lost; the question stays open",
        EventKind.DECLINED: "it is settled: they will not sign",
        EventKind.VOTE_RESCINDED: "an approval or agreement was taken back",
        EventKind.VOTE_REINSTATED: "what was taken back stands again",
        EventKind.MOTION_FAILED: "a motion about something else than joining",
    },
    "Agreement with ICE": {
        EventKind.SIGNED_LOCALLY: "the agency signed; ICE has not",
        EventKind.SIGNED: "the agency and ICE have both signed",
        EventKind.ACTIVE: "a source shows officers using it",
        EventKind.ENDED: "it ended or lapsed",
    },
    "Courts": {
        EventKind.LAWSUIT_FILED: "a suit was brought",
        EventKind.COURT_FILING: "a motion, brief or ruling",
        EventKind.COURT_HEARING: "a hearing was held or set",
        EventKind.SUIT_ENDED: "dismissed, withdrawn or decided",
    },
    "Lists": {
        EventKind.LISTED_PENDING: "ICE prints it as applied for",
        EventKind.PENDING_LAPSED: "gone from it, unsigned",
        EventKind.LISTED: "ICE prints it as participating",
        EventKind.OFF_LIST: "missing from a list, not known to have ended",
        EventKind.RELISTED: "printed again after an absence",
        EventKind.DEPARTED: "off ICE’s list for good",
    },
    "Other": {
        EventKind.STATE_WARNING: "the state warned or demanded",
        EventKind.STATEMENT: "somebody said something about it",
        EventKind.CHECKED: "somebody looked the place up",
        EventKind.CONTEXT: "what helps to understand the rest",
    },
}
VOTE_KINDS = frozenset(
    {
        EventKind.VOTE_APPROVED,
        EventKind.VOTE_FAILED,
        EventKind.VOTE_DEFERRED,
        EventKind.VOTE_RESCINDED,
        EventKind.VOTE_REINSTATED,
        EventKind.DECLINED,
        EventKind.MOTION_FAILED,
    }
)
COURT_KINDS = SUIT_KINDS | {EventKind.COURT_FILING, EventKind.COURT_HEARING}
#: Fields that belong to some kinds alone: a script hides them for the others while they are empty.
ONLY_FOR: dict[str, Iterable[str]] = {
    "votes_for": VOTE_KINDS,
    "scheduled_for": {EventKind.VOTE_SCHEDULED},
    "suit": COURT_KINDS,
}


def kind_choices() -> list[tuple[str, Any]]:
    """The groups as the choices of a select: "Signed (second editor): the agency and ICE have both signed"."""
    groups = [
        (name, [(str(kind), _label(kind, words)) for kind, words in kinds.items()]) for name, kinds in GROUPS.items()
    ]
    return [("", "Choose what happened"), *groups]


def _label(kind: str, meaning: str) -> str:
    second = " (second editor)" if kind in NEEDS_SECOND_EDITOR else ""
    return f"{EventKind(kind).label}{second}: {meaning}"


class KindSelect(forms.Select):
    """A select that tells the script which fields belong to which kinds (static/admin_desk/entering.js)."""

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        shown = {f"data-{name.replace('_', '-')}": " ".join(sorted(kinds)) for name, kinds in ONLY_FOR.items()}
        super().__init__({**shown, **(attrs or {})}, choices)
