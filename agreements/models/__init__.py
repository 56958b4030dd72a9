"""The record: who may sign, what was agreed, what happened when, who says so, and what ICE printed."""

from agreements.models.agency import Agency, AgencyAlias, Agreement
from agreements.models.event import Check, Event, Suit
from agreements.models.proposal import Proposal
from agreements.models.sheet import Listing, Sheet
from agreements.models.source import Citation, Claim, Source

__all__ = [
    "Agency",
    "AgencyAlias",
    "Agreement",
    "Check",
    "Citation",
    "Claim",
    "Event",
    "Listing",
    "Proposal",
    "Sheet",
    "Source",
    "Suit",
]
