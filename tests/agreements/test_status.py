"""The rules of status, case by case, on bare facts."""

from datetime import date
from itertools import permutations

import pytest

from agreements.kinds import EventKind as K
from agreements.kinds import Status
from agreements.pages import rule_rows
from agreements.status import RULES, Fact, Standing, furthest, standing


def facts(*rows):
    """Facts from (kind, day) or (kind, earliest, latest), days as ISO text; a suit's are about the duty to sign."""
    made = []
    for number, (kind, *days) in enumerate(rows, start=1):
        earliest, latest = (days * 2)[:2]
        in_court = kind in {K.LAWSUIT_FILED, K.SUIT_ENDED}
        made.append(Fact(number, kind, _day(earliest), _day(latest), suit=1 if in_court else None, about_duty=in_court))
    return made


def _day(text):
    return date.fromisoformat(text) if text else None


def status_on(made, day):
    return standing(made, date.fromisoformat(day)).status


def test_status_without_events_is_none():
    assert standing([], date(2026, 1, 1)) == Standing(Status.NONE, date(2026, 1, 1))


def test_status_climbs_from_approval_over_pending_to_signed():
    hialeah = facts((K.VOTE_APPROVED, "2025-03-11"), (K.LISTED_PENDING, "2025-04-03"), (K.SIGNED, "2025-07-02"))
    assert status_on(hialeah, "2025-03-10") == Status.NONE
    assert status_on(hialeah, "2025-03-11") == Status.APPROVED
    assert status_on(hialeah, "2025-07-01") == Status.PENDING
    assert status_on(hialeah, "2025-07-02") == Status.SIGNED


def test_status_does_not_depend_on_the_order_of_rows():
    made = facts((K.VOTE_APPROVED, "2025-03-11"), (K.LISTED_PENDING, "2025-04-03"), (K.SIGNED, "2025-07-02"))
    assert {standing(order, date(2025, 8, 1)) for order in permutations(made)} == {standing(made, date(2025, 8, 1))}


@pytest.mark.parametrize("later", [K.DISCUSSED, K.VOTE_SCHEDULED, K.VOTE_APPROVED, K.VOTE_FAILED, K.LISTED_PENDING])
def test_status_after_signing_is_not_undone_by_talk(later):
    made = facts((K.SIGNED, "2025-03-07"), (later, "2025-03-11"))
    assert standing(made, date(2025, 4, 1)).status == Status.SIGNED
    assert standing(made, date(2025, 4, 1)).since.id == 1


def test_status_of_a_void_and_a_reinstatement_gives_back_the_signature():
    key_west = facts((K.SIGNED, "2025-03-05"), (K.VOTE_RESCINDED, "2025-06-30"), (K.VOTE_REINSTATED, "2025-07-08"))
    assert status_on(key_west, "2025-06-29") == Status.SIGNED
    assert status_on(key_west, "2025-06-30") == Status.ENDED
    assert status_on(key_west, "2025-07-07") == Status.ENDED
    back = standing(key_west, date(2025, 7, 8))
    assert (back.status, back.since.id) == (Status.SIGNED, 1)


def test_status_of_a_reinstatement_gives_back_no_more_than_was_taken():
    made = facts((K.VOTE_APPROVED, "2025-03-05"), (K.VOTE_RESCINDED, "2025-06-30"), (K.VOTE_REINSTATED, "2025-07-08"))
    assert status_on(made, "2025-07-08") == Status.APPROVED


def test_status_of_a_reinstatement_does_not_undo_an_ending():
    made = facts((K.SIGNED, "2025-03-05"), (K.ENDED, "2025-06-30"), (K.VOTE_REINSTATED, "2025-07-08"))
    assert status_on(made, "2025-07-08") == Status.ENDED


def test_status_of_an_approval_rescinded_before_signing_is_declined():
    made = facts((K.VOTE_APPROVED, "2025-03-05"), (K.VOTE_RESCINDED, "2025-06-30"))
    assert status_on(made, "2025-07-01") == Status.DECLINED


def test_status_of_a_signature_on_the_day_of_its_reset_is_the_reset():
    made = facts((K.SIGNED, "2025-06-30"), (K.ENDED, "2025-06-30"))
    assert status_on(made, "2025-06-30") == Status.ENDED


def test_status_of_one_day_follows_a_stated_order():
    ended, signed = (
        Fact(1, K.ENDED, _day("2025-06-30"), _day("2025-06-30")),
        Fact(2, K.SIGNED, _day("2025-06-30"), _day("2025-06-30"), sequence=1),
    )
    assert status_on([ended, signed], "2025-06-30") == Status.SIGNED


def test_status_of_a_rescission_and_reinstatement_on_one_day_is_given_back():
    made = facts((K.VOTE_REINSTATED, "2025-06-30"), (K.VOTE_RESCINDED, "2025-06-30"), (K.SIGNED, "2025-03-05"))
    assert status_on(made, "2025-06-30") == Status.SIGNED


def test_status_signed_again_after_an_ending_is_signed_since_the_new_day():
    made = facts((K.SIGNED, "2025-03-05"), (K.DEPARTED, "2025-07-30"), (K.SIGNED, "2025-08-04"))
    assert status_on(made, "2025-08-03") == Status.ENDED
    assert standing(made, date(2025, 8, 4)).since.id == 3


SOUTH_MIAMI = [
    (K.DISCUSSED, "2025-03-18", "2025-03-25"),
    (K.LAWSUIT_FILED, "2025-03-27"),
    (K.SUIT_ENDED, "2025-09-05", "2025-10-21"),
]


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2025-03-24", Status.NONE),
        ("2025-03-25", Status.DISCUSSION),
        ("2025-03-26", Status.DISCUSSION),
        ("2025-03-27", Status.COURT),
        ("2025-10-20", Status.COURT),
        ("2025-10-21", Status.NONE),
    ],
)
def test_status_of_a_suit_lasts_to_the_last_day_on_which_it_can_have_ended(day, status):
    assert status_on(facts(*SOUTH_MIAMI), day) == status


def test_status_says_that_an_inexact_event_may_have_happened():
    assert [fact.id for fact in standing(facts(*SOUTH_MIAMI), date(2025, 10, 1)).maybe] == [3]
    assert standing(facts(*SOUTH_MIAMI), date(2025, 9, 4)).maybe == ()
    assert standing(facts(*SOUTH_MIAMI), date(2025, 10, 21)).maybe == ()


def test_status_after_a_suit_gives_back_an_approval():
    made = facts((K.VOTE_APPROVED, "2025-03-01"), (K.LAWSUIT_FILED, "2025-03-27"), (K.SUIT_ENDED, "2025-10-21"))
    assert status_on(made, "2025-05-01") == Status.COURT
    assert status_on(made, "2025-10-21") == Status.APPROVED


def test_status_of_a_signed_agreement_before_a_court_stays_signed_with_a_flag():
    made = facts((K.SIGNED, "2025-03-01"), (K.LAWSUIT_FILED, "2025-03-27"))
    sued = standing(made, date(2025, 5, 1))
    assert (sued.status, sued.in_court) == (Status.SIGNED, True)


def test_status_is_not_moved_by_a_suit_about_another_law():
    other = [Fact(1, K.LAWSUIT_FILED, _day("2019-07-16"), _day("2019-07-16"), suit=2, about_duty=False)]
    assert status_on(other, "2025-01-01") == Status.NONE


def test_status_stays_before_a_court_while_one_of_two_suits_is_open():
    def in_suit(number, kind, day, suit):
        return Fact(number, kind, _day(day), _day(day), suit=suit, about_duty=True)

    made = [
        in_suit(1, K.LAWSUIT_FILED, "2025-01-01", 1),
        in_suit(2, K.LAWSUIT_FILED, "2025-02-01", 2),
        in_suit(3, K.SUIT_ENDED, "2025-03-01", 1),
    ]
    assert status_on(made, "2025-03-01") == Status.COURT
    assert standing(made, date(2025, 3, 1)).since.id == 2


def test_status_of_a_tie_is_under_discussion_with_the_failed_vote_said():
    fort_myers = facts((K.VOTE_FAILED, "2025-03-17"), (K.VOTE_APPROVED, "2025-03-21"))
    tied = standing(fort_myers, date(2025, 3, 18))
    assert (tied.status, tied.failed_vote) == (Status.DISCUSSION, True)
    assert not standing(fort_myers, date(2025, 3, 21)).failed_vote


@pytest.mark.parametrize("kind", [K.MOTION_FAILED, K.STATEMENT, K.STATE_WARNING, K.CONTEXT, K.LISTED, K.CHECKED])
def test_status_is_not_moved_by_what_is_no_stage(kind):
    assert kind not in RULES
    made = facts((K.SIGNED, "2025-03-10"), (kind, "2025-10-22"))
    assert standing(made, date(2025, 11, 1)) == standing(made[:1], date(2025, 11, 1))


@pytest.mark.parametrize("kind", [K.SIGNED_LOCALLY, K.APPROVED_BY_STAFF, K.VOTE_APPROVED])
def test_status_of_a_local_yes_is_approved_locally(kind):
    assert status_on(facts((kind, "2025-03-05")), "2025-03-06") == Status.APPROVED


def test_status_of_a_month_counts_from_its_last_day():
    made = facts((K.SIGNED, "2025-03-01", "2025-03-31"), (K.VOTE_APPROVED, "2025-03-11"))
    assert status_on(made, "2025-03-30") == Status.APPROVED
    assert status_on(made, "2025-03-31") == Status.SIGNED


def test_status_of_a_year_counts_from_its_last_day():
    made = facts((K.SIGNED, "2025-01-01", "2025-12-31"))
    assert status_on(made, "2025-12-30") == Status.NONE
    assert status_on(made, "2025-12-31") == Status.SIGNED


def test_status_of_an_event_without_a_last_day_never_counts():
    assert status_on(facts((K.SIGNED, "2025-03-01", None)), "2026-05-18") == Status.NONE


def test_status_of_a_lapsed_application_falls_back_to_the_approval():
    made = facts((K.VOTE_APPROVED, "2025-03-01"), (K.LISTED_PENDING, "2025-04-01"), (K.PENDING_LAPSED, "2025-06-01"))
    assert status_on(made, "2025-06-01") == Status.APPROVED


def test_status_declined_then_discussed_again_is_under_discussion():
    made = facts((K.VOTE_APPROVED, "2025-03-01"), (K.DECLINED, "2025-04-01"), (K.DISCUSSED, "2025-05-01"))
    assert status_on(made, "2025-04-15") == Status.DECLINED
    assert status_on(made, "2025-05-01") == Status.DISCUSSION


@pytest.mark.parametrize(("day", "is_quiet"), [("2025-10-05", False), ("2025-10-06", True)])
def test_standing_below_signed_goes_quiet_after_180_days(day, is_quiet):
    made = facts((K.VOTE_DEFERRED, "2025-04-08"))
    assert standing(made, date.fromisoformat(day)).quiet is is_quiet


def test_standing_signed_never_goes_quiet():
    assert not standing(facts((K.SIGNED, "2025-04-08")), date(2030, 1, 1)).quiet


def at(status, day="2025-03-01", number=1):
    return Standing(status, date(2026, 1, 1), since=Fact(number, K.SIGNED, _day(day), _day(day)))


@pytest.mark.parametrize(
    ("others", "chosen"),
    [
        ([Status.SIGNED, Status.ACTIVE], Status.ACTIVE),
        ([Status.ENDED, Status.SIGNED], Status.SIGNED),
        ([Status.COURT, Status.APPROVED], Status.APPROVED),
        ([Status.DISCUSSION, Status.COURT], Status.COURT),
        ([Status.NONE, Status.DECLINED], Status.DECLINED),
    ],
)
def test_furthest_of_two_agencies_speaks_for_the_place(others, chosen):
    assert furthest([at(status) for status in others]).status == chosen


def test_furthest_of_declined_and_ended_is_the_later():
    assert furthest([at(Status.ENDED, "2025-03-01"), at(Status.DECLINED, "2025-06-01")]).status == Status.DECLINED
    assert furthest([at(Status.ENDED, "2025-07-01"), at(Status.DECLINED, "2025-06-01")]).status == Status.ENDED


def test_furthest_of_nothing_is_nothing():
    assert furthest([]) is None


def test_docs_print_the_rules_as_the_code_has_them(settings):
    text = (settings.BASE_DIR / "docs" / "status.md").read_text(encoding="utf-8")
    table = text.split("<!-- rules -->\n")[1].split("<!-- /rules -->")[0]
    rows = [f"| {' | '.join(cell or '–' for cell in row)} |" for row in rule_rows(RULES)]
    assert table.splitlines()[2:] == rows


def test_status_of_a_second_rescission_does_not_hide_what_the_first_took():
    made = facts(
        (K.SIGNED, "2025-03-05"),
        (K.VOTE_RESCINDED, "2025-06-01"),
        (K.VOTE_RESCINDED, "2025-06-30"),
        (K.VOTE_REINSTATED, "2025-07-08"),
    )
    assert status_on(made, "2025-06-30") == Status.ENDED
    assert status_on(made, "2025-07-08") == Status.SIGNED


def test_status_of_a_rescission_after_an_ending_stays_ended():
    made = facts((K.SIGNED, "2025-03-05"), (K.ENDED, "2025-06-01"), (K.VOTE_RESCINDED, "2025-06-30"))
    assert status_on(made, "2025-06-30") == Status.ENDED


def test_status_of_a_lapsed_application_alone_is_none_known_since_the_lapse():
    lapsed = standing(facts((K.LISTED_PENDING, "2025-04-01"), (K.PENDING_LAPSED, "2025-06-01")), date(2025, 6, 1))
    assert (lapsed.status, lapsed.since.kind) == (Status.NONE, K.PENDING_LAPSED)


def test_standing_names_the_reinstatement_that_gave_it_back():
    key_west = facts((K.SIGNED, "2025-03-05"), (K.VOTE_RESCINDED, "2025-06-30"), (K.VOTE_REINSTATED, "2025-07-08"))
    assert standing(key_west, date(2025, 7, 8)).restored.id == 3
    assert standing(key_west, date(2025, 7, 7)).restored is None


def test_standing_before_a_court_is_not_quiet():
    assert not standing(facts(*SOUTH_MIAMI), date(2025, 10, 20)).quiet
