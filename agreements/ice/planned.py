"""What a plan is made of: events with the sheets that show them, and proposals for an editor. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from agreements.ice.identify import AgencyKey

#: An agency and its program: Identity is ours, since ICE's lists have none.
AgreementKey: TypeAlias = tuple[AgencyKey, str]
ProposalKind: TypeAlias = Literal["same_agency", "departure", "signed_again", "sheet", "place"]


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A day that another sheet prints for the same event: kept beside it as a claim."""

    sheet: int
    day: date


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """An event that the lists state, between two days, with the ids of the sheets that show it, the used one first.

    earliest: None where nothing bounds it. otherwise: other days that ICE has printed for the same event.
    """

    kind: str
    earliest: date | None
    latest: date
    summary: str
    sheets: tuple[int, ...]
    otherwise: tuple[Otherwise, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """What only an editor can say. key means the same in every database; yes and no are kept under it.

    evidence: sentences to be read beside it. about: the agreement whose departure waits for the answer.
    """

    kind: ProposalKind
    key: str
    sentence: str
    evidence: tuple[str, ...]
    about: AgreementKey | None = None
    other: AgreementKey | None = None
    agency: AgencyKey | None = None
    sheets: tuple[int, ...] = ()
