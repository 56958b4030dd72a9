"""The words of the record: kinds of agency, programs, kinds of event, statuses.

Plain choices, without models, so that the pure modules (status, ice, figures) can share them.
"""

from django.db.models import TextChoices


class AgencyKind(TextChoices):
    MUNICIPAL_POLICE = "municipal_police", "Municipal police"
    REGIONAL_POLICE = "regional_police", "Regional police"
    MUNICIPAL_GOVERNMENT = "municipal_government", "Municipal government"
    SHERIFF = "sheriff", "Sheriff"
    COUNTY_JAIL = "county_jail", "County jail"
    COUNTY_OTHER = "county_other", "Other county agency"
    STATE_POLICE = "state_police", "State police"
    STATE_CORRECTIONS = "state_corrections", "State corrections"
    STATE_OTHER = "state_other", "Other state agency"
    CAMPUS = "campus", "Campus"
    SCHOOL_DISTRICT = "school_district", "School district"
    AIRPORT_PORT = "airport_port", "Airport or port"
    CONSTABLE = "constable", "Constable"
    PROSECUTOR = "prosecutor", "Prosecutor"
    TRIBAL = "tribal", "Tribal"


#: Agencies that are a municipality's own: the only ones that give a city its status.
MUNICIPAL_KINDS = frozenset(
    {
        AgencyKind.MUNICIPAL_POLICE,
        AgencyKind.REGIONAL_POLICE,
        AgencyKind.MUNICIPAL_GOVERNMENT,
    }
)
#: Agencies of a county's government: they stand beside the cities and give the county its status.
COUNTY_KINDS = frozenset({AgencyKind.SHERIFF, AgencyKind.COUNTY_JAIL, AgencyKind.COUNTY_OTHER})


class Program(TextChoices):
    """ICE's "support type". Empty until someone states it: a vote before any list often does not."""

    TASK_FORCE = "tfm", "Task Force Model"
    JAIL = "jem", "Jail Enforcement Model"
    WARRANT = "wso", "Warrant Service Officer"
    TRIBAL_TASK_FORCE = "ttfm", "Tribal Task Force Model"
    NOT_STATED = "", "Not stated"


class EventKind(TextChoices):
    DISCUSSED = "discussed", "Discussed"
    VOTE_SCHEDULED = "vote_scheduled", "Vote scheduled"
    VOTE_DEFERRED = "vote_deferred", "Vote deferred"
    VOTE_FAILED = "vote_failed", "Motion to join failed"
    VOTE_APPROVED = "vote_approved", "Vote to approve"
    APPROVED_BY_STAFF = "approved_by_staff", "Approved by staff"
    SIGNED_LOCALLY = "signed_locally", "Signed locally"
    LISTED_PENDING = "listed_pending", "On ICE's pending list"
    SIGNED = "signed", "Signed"
    ACTIVE = "active", "Officers using it"
    DECLINED = "declined", "Decided not to sign"
    VOTE_RESCINDED = "vote_rescinded", "Voided or rescinded"
    VOTE_REINSTATED = "vote_reinstated", "Reinstated"
    ENDED = "ended", "Ended"
    OFF_LIST = "off_list", "Not on ICE's list"
    RELISTED = "relisted", "Back on ICE's list"
    DEPARTED = "departed", "Left ICE's list, confirmed"
    PENDING_LAPSED = "pending_lapsed", "Left ICE's pending list"
    LAWSUIT_FILED = "lawsuit_filed", "Lawsuit filed"
    SUIT_ENDED = "suit_ended", "Lawsuit ended"
    COURT_FILING = "court_filing", "Court filing"
    COURT_HEARING = "court_hearing", "Court hearing"
    STATE_WARNING = "state_warning", "Warning by the state"
    STATEMENT = "statement", "Statement"
    MOTION_FAILED = "motion_failed", "Another motion failed"
    LISTED = "listed", "Seen on ICE's list"
    CHECKED = "checked", "Checked"
    CONTEXT = "context", "Background"


#: What a second editor has to read before it is published: that something was signed, ended, voided or reinstated, or
#: is before a court. A false one does the most harm.
NEEDS_SECOND_EDITOR = frozenset(
    {
        EventKind.SIGNED,
        EventKind.ENDED,
        EventKind.DEPARTED,
        EventKind.VOTE_RESCINDED,
        EventKind.VOTE_REINSTATED,
        EventKind.LAWSUIT_FILED,
        EventKind.SUIT_ENDED,
        EventKind.COURT_FILING,
        EventKind.COURT_HEARING,
    }
)


class Status(TextChoices):
    """Where an agreement or a place stands on a day. In the order in which a place takes the first that applies."""

    ACTIVE = "active", "Active"
    SIGNED = "signed", "Signed"
    PENDING = "pending", "Pending with ICE"
    APPROVED = "approved", "Approved locally"
    COURT = "court", "Before a court"
    DISCUSSION = "discussion", "Under discussion"
    DECLINED = "declined", "Declined"
    ENDED = "ended", "Ended"
    NONE = "none", "No agreement known"
    UNCHECKED = "unchecked", "Not yet checked"


STATUS_MEANINGS: dict[str, str] = {
    Status.ACTIVE: "Signed, and a source shows officers using it.",
    Status.SIGNED: "The agency and ICE have both signed. We have no source yet that officers are using it.",
    Status.PENDING: "The agency has applied. ICE has not signed.",
    Status.APPROVED: "Approved or signed locally. We have no source that ICE has signed.",
    Status.COURT: "No agreement in force; a court was asked whether one must be signed.",
    Status.DISCUSSION: "On an agenda or debated; no final vote.",
    Status.DECLINED: "Decided not to sign.",
    Status.ENDED: "No longer stands: it ended, was voided, lapsed, or left ICE’s list for good.",
    Status.NONE: "We checked on the date shown and found none. We may not know of one.",
    Status.UNCHECKED: "We have not looked at this place by name. This is not a “no”.",
}
