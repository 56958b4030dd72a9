"""The record: who may sign, what was agreed, what happened when, who says so, and what ICE printed."""

from agreements.models.agency import Agency, AgencyAlias, Agreement
from agreements.models.edition import Edition
from agreements.models.event import Check, Event, Suit
from agreements.models.link import LinkCheck
from agreements.models.proposal import Proposal
from agreements.models.review import Review
from agreements.models.revision import Revision
from agreements.models.sheet import Listing, Sheet
from agreements.models.source import Citation, Claim, Source
from agreements.models.standing import ChangeDay, Period, Reckoning, Shift, Stale, Tally

__all__ = [
    "Agency",
    "AgencyAlias",
    "Agreement",
    "ChangeDay",
    "Check",
    "Citation",
    "Claim",
    "Edition",
    "Event",
    "LinkCheck",
    "Listing",
    "Period",
    "Proposal",
    "Reckoning",
    "Review",
    "Revision",
    "Sheet",
    "Shift",
    "Source",
    "Stale",
    "Suit",
    "Tally",
]
