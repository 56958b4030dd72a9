from datetime import date
from itertools import chain

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction

from agreements.kinds import EventKind, Program
from agreements.models import Agency, Citation, Event, Listing, Review
from agreements.models.event import Publication
from agreements.models.revision import RECORD, writes_as
from agreements.models.source import ClaimField
from tests import factories as make

pytestmark = pytest.mark.django_db

DAY, LATER = date(2025, 3, 7), date(2025, 3, 8)

#: Constraint → factory, values on the wrong side, values on the right side.
CHECKS = {
    "agency_kind_known_value": (make.make_agency, {"kind": "posse"}, {"kind": "sheriff"}),
    "agreement_public_id_form": (make.make_agreement, {"public_id": "A999"}, {"public_id": "A99999"}),
    "agreement_program_known_value": (make.make_agreement, {"program": "xxx"}, {"program": ""}),
    "event_earliest_not_after_latest": (
        make.make_event,
        {"earliest": LATER, "latest": DAY},
        {"earliest": DAY, "latest": LATER},
    ),
    "event_not_before_1996": (
        make.make_event,
        {"earliest": date(1995, 12, 31), "latest": None},
        {"earliest": date(1996, 1, 1), "latest": None},
    ),
    "event_kind_known_value": (make.make_event, {"kind": "rumored"}, {"kind": "ended"}),
    "event_publication_known_value": (make.make_event, {"publication": "hidden"}, {"publication": "ready"}),
    "event_scheduled_day_only_for_a_vote": (
        make.make_event,
        {"kind": EventKind.DISCUSSED, "scheduled_for": DAY},
        {"kind": EventKind.VOTE_SCHEDULED, "scheduled_for": DAY},
    ),
    "event_of_a_suit_names_it": (
        make.make_event,
        {"kind": EventKind.LAWSUIT_FILED},
        {"kind": EventKind.COURT_FILING},
    ),
    "check_covers_the_past": (
        make.make_check,
        {"day": DAY, "covers_from": LATER},
        {"day": DAY, "covers_from": DAY},
    ),
    "check_result_known_value": (make.make_check, {"result": "perhaps"}, {"result": "found"}),
    "source_url_is_web_address": (
        make.make_source,
        {"url": "ftp://example.org/a"},
        {"url": "http://example.org/a"},
    ),
    "source_publication_days_in_order": (
        make.make_source,
        {"published_earliest": LATER, "published_latest": DAY},
        {"published_earliest": DAY, "published_latest": DAY},
    ),
    "source_kind_known_value": (make.make_source, {"kind": "gossip"}, {"kind": "court"}),
    "citation_confidence_known_value": (make.make_citation, {"confidence": "total"}, {"confidence": "low"}),
    "claim_has_its_value": (
        make.make_claim,
        {"field": ClaimField.DAY, "value": "May", "earliest": DAY},
        {"field": ClaimField.DAY, "value": "", "earliest": DAY},
    ),
    "claim_earliest_not_after_latest": (
        make.make_claim,
        {"field": ClaimField.DAY, "value": "", "earliest": LATER, "latest": DAY},
        {"field": ClaimField.DAY, "value": "", "earliest": DAY, "latest": LATER},
    ),
    "claim_field_known_value": (make.make_claim, {"field": "mood"}, {"field": ClaimField.COURT}),
    "sheet_list_and_half_day_known_value": (make.make_sheet, {"half_day": "xm"}, {"half_day": "pm"}),
    "sheet_ruling_known_value": (make.make_sheet, {"ruling": "burn"}, {"ruling": "set_aside"}),
    "listing_form_is_md5": (make.make_listing, {"form": "A" * 32}, {"form": "a" * 32}),
    "proposal_kind_and_answer_known_value": (make.make_proposal, {"answer": "hmm"}, {"answer": "yes"}),
    "sheet_sha256_form": (make.make_sheet, {"sha256": "A" * 64}, {"sha256": "a" * 64}),
}
#: Cases of the same constraint besides.
MORE_CHECKS = [
    ("event_not_before_1996", make.make_event, {"earliest": None, "latest": date(1995, 12, 31)}),
    ("source_publication_days_in_order", make.make_source, {"published_earliest": DAY}),
    ("source_publication_days_in_order", make.make_source, {"published_latest": DAY}),
    ("claim_has_its_value", make.make_claim, {"field": ClaimField.VOTES, "value": ""}),
    ("claim_has_its_value", make.make_claim, {"field": ClaimField.DAY, "value": ""}),
    ("claim_has_its_value", make.make_claim, {"field": ClaimField.VOTES, "value": "5–2", "latest": DAY}),
    ("sheet_list_and_half_day_known_value", make.make_sheet, {"list": "waiting"}),
    ("sheet_list_and_half_day_known_value", make.make_sheet, {"layout": "waiting"}),
    ("listing_form_is_md5", make.make_listing, {"form": "a" * 31}),
    ("proposal_kind_and_answer_known_value", make.make_proposal, {"kind": "riddle"}),
    ("event_of_a_suit_names_it", make.make_event, {"kind": EventKind.SUIT_ENDED}),
]
#: Constraint → factory, its fields, and another value for the last of them, under which both rows may stand.
UNIQUE = {
    "agency_slug_unique_in_state": (make.make_agency, ("state", "slug"), "another"),
    "alias_names_one_agency": (make.make_agency_alias, ("state", "printed_name", "program"), Program.JAIL),
    "agreement_one_per_agency_and_program": (make.make_agreement, ("agency", "program"), Program.JAIL),
    "check_once_a_day_and_source": (make.make_check, ("municipality", "source", "day"), date(2026, 5, 19)),
    "source_once": (make.make_source, ("url", "title"), "Another title"),
    "citation_once": (make.make_citation, ("source", "event"), make.make_event),
    "claim_once_per_field": (make.make_claim, ("citation", "field"), ClaimField.COURT),
    "sheet_once": (make.make_sheet, ("list", "order"), 800_000),
    "listing_once_per_form": (make.make_listing, ("first_sheet", "form", "occurrence"), 2),
}
#: Tested by themselves: below, and those of revisions beside what else is asked of them (test_revisions.py).
APART = {
    "event_exactly_one_subject",
    "agency_not_merged_into_itself",
    "agreement_not_merged_into_itself",
    "revision_checked_by_another",
    "revision_number_once",
    "revision_published_has_its_number",
    "revision_says_why",
}
#: It follows from the sheets alone, so that no history of it is kept.
WITHOUT_HISTORY = {Listing}


def _broken(make_row, **values) -> str:
    """The name of the constraint that refuses a row of these values."""
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        make_row(**values)
    return refused.value.__cause__.diag.constraint_name


def _refused_at_commit() -> str:
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return refused.value.__cause__.diag.constraint_name


def _commit() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _record_models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_app_config("agreements").get_models()
        if (hasattr(model, "history") or model in WITHOUT_HISTORY) and not model._meta.proxy and model is not Review
    ]


def test_every_model_has_a_factory():
    assert set(make.FACTORIES) == set(_record_models())


@pytest.mark.parametrize("model", make.FACTORIES, ids=lambda model: model.__name__)
def test_factory_makes_a_valid_row(model):
    row = make.FACTORIES[model]()

    row.full_clean(exclude=["days"])
    assert str(row)


def test_every_constraint_is_broken_here_and_says_what_is_wrong():
    constraints = list(chain.from_iterable(model._meta.constraints for model in _record_models()))

    assert {one.name for one in constraints} == {*CHECKS, *UNIQUE, *APART}
    assert [one.name for one in constraints if one.violation_error_message == one.default_violation_error_message] == []


@pytest.mark.parametrize(
    ("name", "make_row", "wrong"), [*((name, row[0], row[1]) for name, row in CHECKS.items()), *MORE_CHECKS]
)
def test_check_refuses_the_wrong_side(name, make_row, wrong):
    assert _broken(make_row, **wrong) == name


@pytest.mark.parametrize(("make_row", "right"), [(row[0], row[2]) for row in CHECKS.values()], ids=CHECKS)
def test_check_takes_the_right_side(make_row, right):
    assert make_row(**right).pk


@pytest.mark.parametrize(("name", "make_row", "fields", "other"), [(name, *row) for name, row in UNIQUE.items()])
def test_unique_refuses_the_second_and_takes_another(name, make_row, fields, other):
    first = make_row()
    same = {field: getattr(first, field) for field in fields}

    assert _broken(make_row, **same) == name
    assert make_row(**{**same, fields[-1]: other() if callable(other) else other}).pk


def test_agency_slug_may_stand_in_another_state():
    first = make.make_agency()

    assert make.make_agency(slug=first.slug, state=type(first.state).objects.get(code="GA")).pk


@pytest.mark.parametrize("name", ["agency", "agreement"])
def test_not_merged_into_itself_but_into_another(name):
    make_row = {"agency": make.make_agency, "agreement": make.make_agreement}[name]
    one, other = make_row(), make_row()

    one.merged_into = one
    assert _broken(one.save) == f"{name}_not_merged_into_itself"

    one.merged_into = other
    one.save()
    assert list(other.merged.all()) == [one]


@pytest.mark.parametrize("subjects", [(), ("agency", "municipality"), ("agreement", "agency")])
def test_event_exactly_one_subject(subjects):
    event = make.make_event()
    given = {"agency": make.make_agency(), "municipality": make.south_miami(), "agreement": event.agreement}
    values = {"agreement": None, **{name: given[name] for name in subjects}}

    for name, value in values.items():
        setattr(event, name, value)

    with pytest.raises(ValidationError, match="exactly one agreement"):
        event.full_clean(exclude=["days"])
    assert _broken(event.save) == "event_exactly_one_subject"


@pytest.mark.parametrize("name", ["agency", "municipality", "county", "state", "agreement"])
def test_event_about_each_subject(name):
    place = make.south_miami()
    subject = {
        "agency": make.make_agency,
        "agreement": make.make_agreement,
        "municipality": make.south_miami,
        "county": lambda: place.main_county,
        "state": make.florida,
    }[name]()

    event = make.make_event(**{name: subject})

    assert event.subject == subject


def test_event_days_are_the_range_of_both_bounds():
    event = make.make_event(earliest=date(2025, 9, 5), latest=date(2025, 10, 21))

    assert Event.objects.filter(pk=event.pk, days__contains=date(2025, 10, 21)).exists()
    assert not Event.objects.filter(pk=event.pk, days__contains=date(2025, 10, 22)).exists()


def test_published_event_without_source_is_refused_at_commit():
    make.make_event(publication=Publication.PUBLISHED)

    assert _refused_at_commit() == "published_event_has_a_source"
    with writes_as(RECORD):
        Event.objects.latest("pk").delete()


def test_publishing_a_draft_without_source_by_sql_is_refused_at_commit():
    event = make.make_event()
    with writes_as(RECORD):
        Event.objects.filter(pk=event.pk).update(publication=Publication.PUBLISHED)

        assert _refused_at_commit() == "published_event_has_a_source"
        event.delete()


def test_event_and_source_in_either_order():
    event = make.make_event(publication=Publication.PUBLISHED)
    make.make_citation(event=event)

    _commit()


def test_draft_needs_no_source():
    make.make_event(publication=Publication.READY)

    _commit()


@pytest.mark.parametrize("take_away", ["delete", "move"])
def test_last_source_of_a_published_event_stays(take_away):
    event = make.make_event(publication=Publication.PUBLISHED)
    citation = make.make_citation(event=event)
    _commit()

    if take_away == "delete":
        Citation.objects.filter(pk=citation.pk).delete()
    else:
        Citation.objects.filter(pk=citation.pk).update(event=make.make_event())

    assert _refused_at_commit() == "published_event_has_a_source"
    with writes_as(RECORD):
        event.delete()


def test_one_of_two_sources_may_go():
    event = make.make_event(publication=Publication.PUBLISHED)
    citation, _ = make.make_citation(event=event), make.make_citation(event=event)
    _commit()

    citation.delete()

    _commit()


def test_source_may_take_the_place_of_another():
    event = make.make_event(publication=Publication.PUBLISHED)
    citation = make.make_citation(event=event)
    _commit()

    citation.delete()
    make.make_citation(event=event)

    _commit()


def test_published_event_goes_with_its_sources():
    event = make.make_event(publication=Publication.PUBLISHED)
    citation = make.make_citation(event=event)
    _commit()

    with writes_as(RECORD):
        event.delete()

    _commit()
    assert not Citation.objects.filter(pk=citation.pk).exists()


def test_history_keeps_raw_sql():
    agency = make.make_agency(name="Before")

    with connection.cursor() as cursor:
        cursor.execute("UPDATE agreements_agency SET name = 'After' WHERE id = %s", [agency.pk])
        cursor.execute("DELETE FROM agreements_agency WHERE id = %s", [agency.pk])

    history = Agency.history.rel.related_model.objects.filter(pgh_obj_id=agency.pk).order_by("pgh_id")
    assert [(one.pgh_label, one.name) for one in history] == [
        ("insert", "Before"),
        ("update", "After"),
        ("delete", "After"),
    ]


@pytest.mark.parametrize(
    "model", [one for one in make.FACTORIES if one not in WITHOUT_HISTORY], ids=lambda model: model.__name__
)
def test_history_of_every_model(model):
    row = make.FACTORIES[model]()

    assert [one.pgh_label for one in row.history.all()] == ["insert"]


def test_history_keeps_links_made_and_cut():
    agency = make.make_agency()

    agency.municipalities.add(make.south_miami())
    agency.municipalities.clear()

    history = apps.get_model("agreements", "AgencyMunicipalityHistory").objects.filter(agency_id=agency.pk)
    assert [one.pgh_label for one in history.order_by("pgh_id")] == ["insert", "delete"]


def test_claim_in_words():
    day = make.make_claim(field=ClaimField.DAY, value="", earliest=date(2025, 3, 1), latest=date(2025, 3, 31))
    votes = make.make_claim(citation=day.citation)

    assert (day.in_words, votes.in_words) == ("March 2025, day not confirmed", "5–2")


@pytest.mark.parametrize(
    ("votes", "printed"), [((6, 0, None), "6–0"), ((4, 1, 2), "4–1, 2 absent"), ((4, None, None), "")]
)
def test_event_votes(votes, printed):
    event = Event(votes_for=votes[0], votes_against=votes[1], votes_absent=votes[2])

    assert event.votes == printed


def test_event_established_needs_a_used_and_trusted_source():
    events = {}
    for name, values in {
        "high": {"confidence": "high"},
        "low": {"confidence": "low"},
        "beside": {"confidence": "high", "is_used": False},
    }.items():
        events[name] = make.make_event(publication=Publication.PUBLISHED)
        make.make_citation(event=events[name], **values)
    checked = make.make_event(publication=Publication.PUBLISHED, is_being_checked=True)
    draft = make.make_event()
    for event in (checked, draft):
        make.make_citation(event=event)

    mine = Event.objects.filter(pk__in=[checked.pk, draft.pk, *(event.pk for event in events.values())])

    assert list(mine.established()) == [events["high"]]
