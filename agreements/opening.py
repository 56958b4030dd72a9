"""Opening a record: the agreement that an event of a municipality or an agency moves, made where there is none yet.

A council may vote long before any list names its police. What it decides is then of its government, and of an agreement
whose program nobody has stated; the first program that is stated takes that agreement over.
"""

from django.db import transaction

from agreements.ice.evidence import lock_imports
from agreements.ice.writer import AgencyWriter
from agreements.kinds import AgencyKind, Program
from agreements.models import Agency, Agreement, Suit
from agreements.status import RULES, SUIT_KINDS
from municipalities.models import Municipality


def moves_a_status(kind: str, suit: Suit | None) -> bool:
    """Whether events of that kind, in that suit, can move the status of an agreement."""
    return kind in RULES and (kind not in SUIT_KINDS or bool(suit and suit.is_about_duty_to_sign))


def government_name(place: Municipality) -> str:
    """A municipality's government as an agency is called: City of South Miami."""
    return f"{place.kind.capitalize()} of {place.name}"


def agreements_of(subject: Agency | Municipality) -> list[Agreement]:
    """The agreements of an agency, or of a municipality's own agencies, without those merged into others. One query."""
    known = Agreement.objects.standing_alone().select_related("agency__state").order_by("public_id")
    if isinstance(subject, Agency):
        return list(known.filter(agency=subject))
    return list(known.filter(agency__municipalities=subject))


@transaction.atomic
def open_record(*, subject: Agency | Municipality) -> Agreement:
    """The agreement of an agency, or of a municipality's own: made, with its agency, where somebody else has not yet.

    Holds the lock of the importer until the transaction ends, so that two editors at once open one record.
    """
    lock_imports()
    if known := agreements_of(subject):
        return known[0]
    writer = AgencyWriter()
    if isinstance(subject, Municipality):
        agency = _government(writer, subject)
    else:
        agency = Agency.objects.select_related("merged_into").get(pk=subject.pk)
    return writer.agreement(agency.merged_into or agency, Program.NOT_STATED)


def _government(writer: AgencyWriter, place: Municipality) -> Agency:
    name = government_name(place)
    return place.agencies.filter(name=name).first() or writer.create(
        state=place.state, name=name, kind=AgencyKind.MUNICIPAL_GOVERNMENT, municipalities=[place], counties=[]
    )
