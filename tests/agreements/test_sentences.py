"""The sentences that answer a page's question, for none, one and many."""

from datetime import date

import pytest

from agreements.kinds import EventKind, Program, Status
from agreements.sentences import (
    Answer,
    Signer,
    agency_answer,
    agreement_sentences,
    country_answer,
    county_answer,
    notes,
    place_sentences,
    shared_force,
    signer_sentences,
    stands,
    state_answer,
    statewide_sentence,
    unsettled_sentences,
)
from agreements.status import Fact, Standing
from agreements.wording import at, possessive, series, since, state_name, the

ON = date(2026, 5, 18)
DAY = (date(2025, 3, 7), date(2025, 3, 7))
COUNTIES = ("county", "counties")


def fact(kind=EventKind.SIGNED, days=DAY):
    return Fact(1, kind, *days)


def standing(status, kind=EventKind.SIGNED, days=DAY, **values):
    return Standing(status, ON, fact(kind, days), **values)


SIGNED = standing(Status.SIGNED)


@pytest.mark.parametrize(
    ("days", "when", "from_when"),
    [
        (DAY, "on March 7, 2025", "since March 7, 2025"),
        (
            (date(2025, 3, 1), date(2025, 3, 31)),
            "in March 2025 (day not confirmed)",
            "since March 2025 (day not confirmed)",
        ),
        ((date(2025, 1, 1), date(2025, 12, 31)), "in 2025 (month not confirmed)", "since 2025 (month not confirmed)"),
        ((None, date(2025, 7, 1)), "on or before July 1, 2025", "since July 1, 2025 or earlier"),
        ((date(2025, 7, 1), None), "on or after July 1, 2025", "since July 1, 2025 or later"),
        (
            (date(2025, 9, 5), date(2025, 10, 21)),
            "after September 4 and before October 22, 2025",
            "since a day after September 4 and before October 22, 2025",
        ),
        ((None, None), "on a day not known", "since a day not known"),
    ],
)
def test_days_say_what_is_known_of_them(days, when, from_when):
    assert at(fact(days=days)) == when
    assert since(fact(days=days)) == from_when


@pytest.mark.parametrize(("words", "said"), [([], ""), (["A"], "A"), (["A", "B"], "A and B"), ([*"ABC"], "A, B and C")])
def test_series(words, said):
    assert series(words) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Hialeah Police Department", "the Hialeah Police Department"),
        ("Miami-Dade Sheriff's Office", "the Miami-Dade Sheriff's Office"),
        (
            "Office of the State Attorney Sixth Judicial Circuit",
            "the Office of the State Attorney Sixth Judicial Circuit",
        ),
        ("Miami-Dade Corrections and Rehabilitation", "Miami-Dade Corrections and Rehabilitation"),
        ("Nueces County Constable Precinct 4", "Nueces County Constable Precinct 4"),
        ("The Villages Office", "The Villages Office"),
    ],
)
def test_agency_takes_its_article_where_it_has_one(name, said):
    assert the(name) == said


def test_state_names_in_a_sentence():
    assert possessive(state_name("Texas")) == "Texas’"
    assert possessive(state_name("Florida")) == "Florida’s"
    assert possessive(state_name("District of Columbia")) == "the District of Columbia’s"


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (Status.ACTIVE, EventKind.ACTIVE, "with ICE; a source shows officers using it on March 7, 2025"),
        (Status.SIGNED, EventKind.SIGNED, "has had a signed 287(g) agreement with ICE since March 7, 2025"),
        (
            Status.PENDING,
            EventKind.LISTED_PENDING,
            "first on ICE’s pending list on March 7, 2025; ICE has not signed it",
        ),
        (Status.APPROVED, EventKind.VOTE_APPROVED, "approved a 287(g) agreement on March 7, 2025; we have no source"),
        (Status.APPROVED, EventKind.SIGNED_LOCALLY, "signed a 287(g) agreement locally on March 7, 2025; we have no"),
        (Status.COURT, EventKind.LAWSUIT_FILED, "a court was asked on March 7, 2025 whether it must sign one"),
        (Status.DISCUSSION, EventKind.DISCUSSED, "has discussed a 287(g) agreement, first on March 7, 2025; no final"),
        (
            Status.DISCUSSION,
            EventKind.VOTE_SCHEDULED,
            "has had a vote on a 287(g) agreement on an agenda, first on March",
        ),
        (Status.DECLINED, EventKind.DECLINED, "decided not to sign a 287(g) agreement on March 7, 2025"),
        (Status.DECLINED, EventKind.VOTE_RESCINDED, "withdrew its approval of a 287(g) agreement on March 7, 2025"),
        (Status.ENDED, EventKind.ENDED, "has no 287(g) agreement in force; the one it had ended on March 7, 2025"),
        (Status.ENDED, EventKind.VOTE_RESCINDED, "the one it had was voided or rescinded on March 7, 2025"),
        (Status.ENDED, EventKind.DEPARTED, "the one it had left ICE’s list on March 7, 2025"),
    ],
)
def test_stands_says_the_status_with_its_day(status, kind, said):
    assert said in stands(status, standing(status, kind))


def test_only_a_confirmed_departure_left_the_list():
    others = (EventKind.ENDED, EventKind.VOTE_RESCINDED)
    assert not any("left" in stands(Status.ENDED, standing(Status.ENDED, kind)) for kind in others)


def test_status_without_the_event_behind_it_is_an_error():
    with pytest.raises(ValueError, match="signed needs the event"):
        stands(Status.SIGNED, None)


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (
            standing(Status.SIGNED, restored=fact(EventKind.VOTE_REINSTATED)),
            ["It was declared void, and restored on March 7, 2025."],
        ),
        (standing(Status.SIGNED, in_court=True), ["A lawsuit about the duty to sign is open."]),
        (standing(Status.COURT, in_court=True), []),
        (standing(Status.NONE, EventKind.SUIT_ENDED), ["A lawsuit about the duty to sign ended on March 7, 2025."]),
        (standing(Status.NONE, EventKind.PENDING_LAPSED), ["It left ICE’s pending list, unsigned, on March 7, 2025."]),
        (
            standing(Status.DISCUSSION, failed_vote=True, quiet=True),
            ["A motion to join failed.", "No later step is known."],
        ),
    ],
)
def test_notes_say_what_else_must_be_said(one, said):
    assert notes(one.status, one) == said
    assert notes(one.status, None) == []


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ((date(2025, 1, 2),) * 2, "It was declared void on January 2 and restored on March 7, 2025."),
        ((date(2024, 1, 2),) * 2, "It was declared void on January 2, 2024 and restored on March 7, 2025."),
        ((None, date(2025, 1, 2)), "It was declared void on or before January 2, 2025 and restored on March 7, 2025."),
    ],
)
def test_a_restored_agreement_says_when_it_was_void(days, said):
    one = standing(Status.SIGNED, restored=fact(EventKind.VOTE_REINSTATED))
    assert notes(one.status, one, fact(EventKind.VOTE_RESCINDED, days)) == [said]


@pytest.mark.parametrize(
    ("checked_on", "more"), [(date(2026, 5, 1), ["Last checked May 1, 2026."]), (ON, []), (None, [])]
)
def test_place_with_nothing_known_says_when_it_was_checked_unless_that_day(checked_on, more):
    said = place_sentences("Doral", ON, Status.NONE, None, checked_on=checked_on)
    assert said == ["As of May 18, 2026, Doral has no 287(g) agreement that we know of.", *more]


def country(cities, counties, states):
    counts = {"cities_signed": cities, "cities": 19479, "counties_signed": counties, "counties": 3233, "states": states}
    return country_answer(ON, counts, 56).text.removeprefix("As of May 18, 2026, ")


@pytest.mark.parametrize(
    ("counts", "of_cities", "of_counties", "of_states"),
    [
        ((434, 789, 42), "434 of 19,479 * have #", "in 789 of 3,233 counties, & too", "42 of 56"),
        ((1, 1, 1), "1 of 19,479 * has #", "in 1 of 3,233 counties, & too", "1 of 56"),
        ((0, 2, 1), "none of the 19,479 * has # that we know of", "in 2 of 3,233 counties, &", "1 of 56"),
        (
            (0, 0, 0),
            "none of the 19,479 * has # that we know of",
            "no agency of the 3,233 counties has one that we know of",
            "",
        ),
    ],
)
def test_country_answer_for_none_one_and_many(counts, of_cities, of_counties, of_states):
    said = f"{of_cities}; {of_counties}."
    said = said.replace("*", "cities, towns and villages in the United States")
    said = said.replace("#", "a signed 287(g) agreement with ICE").replace(
        "&", "an agency of the county itself has one"
    )
    more = f" Agreements are in force in {of_states} states and territories." if of_states else ""
    assert country(*counts) == said + more


def test_place_not_checked_is_not_a_no():
    [said] = place_sentences("Archer", ON, Status.UNCHECKED, None)
    assert said == "As of May 18, 2026, Archer has not yet been checked by name; this is not a “no”."


@pytest.mark.parametrize(
    ("status", "own", "second"),
    [
        (Status.NONE, None, "Weston has no agreement of its own that we know of."),
        (Status.SIGNED, SIGNED, "Weston has had a signed 287(g) agreement with ICE since March 7, 2025."),
    ],
)
def test_place_that_the_sheriff_polices_says_so_first(status, own, second):
    sheriff = Signer("Broward Sheriff's Office", ((Program.TASK_FORCE, SIGNED),))
    said = place_sentences("Weston", ON, status, own, sheriff=sheriff)
    assert said[0] == (
        "As of May 18, 2026, the Broward Sheriff's Office, which polices Weston, has a signed 287(g) agreement with "
        "ICE (Task Force Model since March 7, 2025)."
    )
    assert said[1] == second


def test_place_of_a_force_that_serves_others_says_whose_it_is():
    both = shared_force("Jacksonville Sheriff's Office", towns=1, is_consolidated=True)
    assert both == "The agreement is of the Jacksonville Sheriff's Office, which serves city and county alike."
    many = shared_force("Northern York County Regional Police Department", towns=9, is_consolidated=False)
    assert many.endswith("which serves 9 municipalities.")
    assert both in place_sentences("Jacksonville", ON, Status.SIGNED, SIGNED, force=both)


def state(**values):
    given = {"signed": 0, "total": 0, "counties_signed": 0, "counties": 0, "kinds": COUNTIES, **values}
    return state_answer("Florida", ON, **given).text.removeprefix("As of May 18, 2026, ")


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((172, 411, 67, 67), "172 of Florida’s 411 municipalities and agencies of 67 of its 67 counties have a signed"),
        ((1, 411, 1, 67), "1 of Florida’s 411 municipalities and agencies of 1 of its 67 counties have a signed"),
        (
            (2, 411, 0, 67),
            "2 of Florida’s 411 municipalities have a signed 287(g) agreement with ICE; no agency of its 67",
        ),
        (
            (1, 411, 0, 67),
            "1 of Florida’s 411 municipalities has a signed 287(g) agreement with ICE; no agency of its 67",
        ),
        (
            (0, 411, 3, 67),
            "none of Florida’s 411 municipalities has a signed 287(g) agreement with ICE that we know of; ag",
        ),
        (
            (0, 411, 0, 67),
            "none of Florida’s 411 municipalities and no agency of its 67 counties has a signed 287(g) agr",
        ),
        (
            (0, 1, 0, 1),
            "Florida’s one municipality has no signed 287(g) agreement that we know of, nor has an agency of",
        ),
        (
            (0, 1, 2, 5),
            "Florida’s one municipality has no signed 287(g) agreement with ICE that we know of; agencies of 2",
        ),
        (
            (1, 1, 1, 1),
            "Florida’s one municipality and agencies of its one county have a signed 287(g) agreement with ICE.",
        ),
        ((0, 0, 0, 78), "no agency of Florida’s 78 counties has a signed 287(g) agreement with ICE that we know of."),
        ((0, 0, 2, 78), "agencies of 2 of Florida’s 78 counties have a signed 287(g) agreement with ICE."),
        ((0, 0, 0, 1), "no agency of Florida’s one county has a signed 287(g) agreement with ICE that we know of."),
        ((0, 0, 1, 1), "agencies of Florida’s one county have a signed 287(g) agreement with ICE."),
        ((1234, 2561, 0, 67), "1,234 of Florida’s 2,561 municipalities have"),
    ],
)
def test_state_answer_for_none_one_and_many(counts, said):
    signed, total, counties_signed, counties = counts
    assert state(signed=signed, total=total, counties_signed=counties_signed, counties=counties).startswith(said)


def test_state_answer_calls_its_counties_by_their_name():
    assert "14 of its 64 parishes" in state(
        signed=9, total=304, counties_signed=14, counties=64, kinds=("parish", "parishes")
    )


@pytest.mark.parametrize(
    ("agencies", "said"),
    [
        (0, ""),
        (1, "1 agency that works across the state has one."),
        (12, "12 agencies that work across the state have one."),
    ],
)
def test_statewide_sentence(agencies, said):
    assert statewide_sentence(agencies) == said


def county(signed, total, unsettled=(), signers=()):
    return county_answer("Monroe County", ON, signed=signed, total=total, unsettled=unsettled, signers=signers)


@pytest.mark.parametrize(
    ("signed", "total", "said"),
    [
        (10, 34, "10 of 34 municipalities in Monroe County have a signed 287(g) agreement with ICE."),
        (1, 34, "1 of 34 municipalities in Monroe County has a signed 287(g) agreement with ICE."),
        (
            0,
            34,
            "none of the 34 municipalities in Monroe County has a signed 287(g) agreement with ICE that we know of.",
        ),
        (0, 1, "the one municipality in Monroe County has no signed 287(g) agreement with ICE that we know of."),
        (1, 1, "the one municipality in Monroe County has a signed 287(g) agreement with ICE."),
        (0, 0, "no municipality of Monroe County is in this record."),
    ],
)
def test_county_answer_for_none_one_and_many(signed, total, said):
    assert (
        county(signed, total).text
        == f"As of May 18, 2026, {said} No agency of Monroe County itself has one that we know of."
    )


def test_county_names_the_unsettled_in_sentences():
    approved = standing(Status.APPROVED, EventKind.VOTE_APPROVED)
    talked = standing(Status.DISCUSSION, EventKind.DISCUSSED)
    said = unsettled_sentences(
        [
            ("Homestead", Status.APPROVED, approved),
            ("Key Biscayne", Status.DISCUSSION, talked),
            ("Miami Shores", Status.DISCUSSION, talked),
        ]
    )
    assert said == [
        "Homestead approved one on March 7, 2025; we have no source that ICE has signed it.",
        "Key Biscayne and Miami Shores have discussed one; no final vote is known.",
    ]


def test_county_says_of_places_what_their_own_pages_say():
    talked = standing(Status.DISCUSSION, EventKind.DISCUSSED)
    scheduled = standing(Status.DISCUSSION, EventKind.VOTE_SCHEDULED)
    local = standing(Status.APPROVED, EventKind.SIGNED_LOCALLY)
    said = unsettled_sentences(
        [
            ("Key Biscayne", Status.DISCUSSION, talked),
            ("Miami", Status.DISCUSSION, scheduled),
            ("Homestead", Status.APPROVED, local),
            ("Medley", Status.APPROVED, local),
        ]
    )
    assert said == [
        "Homestead and Medley signed one locally; we have no source that ICE has signed.",
        "Key Biscayne has discussed one, first on March 7, 2025; no final vote is known.",
        "Miami has had a vote on one on an agenda, first on March 7, 2025; no final vote is known.",
    ]


def test_county_counts_the_unsettled_where_they_are_many():
    talked = standing(Status.DISCUSSION, EventKind.DISCUSSED)
    said = unsettled_sentences([(f"Town {number}", Status.DISCUSSION, talked) for number in range(5)])
    assert said == ["5 have discussed one; no final vote is known."]


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (
            Status.COURT,
            EventKind.LAWSUIT_FILED,
            "South Miami has no agreement in force; a court was asked on March 7, 2025 whether it must sign one.",
        ),
        (Status.DECLINED, EventKind.DECLINED, "South Miami decided not to sign one on March 7, 2025."),
        (Status.ENDED, EventKind.ENDED, "South Miami has no agreement in force; the one it had ended on March"),
        (
            Status.PENDING,
            EventKind.LISTED_PENDING,
            "South Miami has applied for one, first on ICE’s pending list on Mar",
        ),
    ],
)
def test_county_says_the_day_of_the_only_one(status, kind, said):
    [sentence] = unsettled_sentences([("South Miami", status, standing(status, kind))])
    assert sentence.startswith(said)


def test_county_names_two_of_its_agencies_and_counts_the_rest():
    seen = standing(Status.ACTIVE, EventKind.ACTIVE)
    several = [Signer(f"Office {number} of Monroe", ((Program.JAIL, seen),)) for number in range(4)]
    assert signer_sentences("Monroe County", several) == [
        "The Office 0 of Monroe has one: Jail Enforcement Model, in use on March 7, 2025.",
        "The Office 1 of Monroe has one: Jail Enforcement Model, in use on March 7, 2025.",
        "2 more county agencies have one.",
    ]
    assert signer_sentences("Monroe County", several[:3])[-1] == "1 more county agency has one."


def test_county_whose_own_agencies_signed_on_one_day_says_that_day_alone():
    sheriff = Signer("Dade Sheriff's Office", ((Program.TASK_FORCE, SIGNED),))
    jail = Signer("Dade Corrections", ((Program.JAIL, SIGNED), (Program.WARRANT, SIGNED)))
    assert signer_sentences("Dade County", [sheriff, jail]) == [
        "The Dade Sheriff's Office and Dade Corrections signed on March 7, 2025."
    ]
    assert signer_sentences("Dade County", [sheriff]) == [
        "The Dade Sheriff's Office has one: Task Force Model since March 7, 2025."
    ]
    later = Signer("Dade Corrections", ((Program.JAIL, standing(Status.SIGNED, days=(date(2025, 4, 1),) * 2)),))
    assert len(signer_sentences("Dade County", [sheriff, later])) == 2


def test_county_with_a_consolidated_force_says_that_it_serves_both():
    programs = ((Program.JAIL, SIGNED), (Program.TASK_FORCE, standing(Status.ACTIVE, EventKind.ACTIVE)))
    [said] = signer_sentences("Duval County", [Signer("Jacksonville Sheriff's Office", programs, serves_both=True)])
    assert said == (
        "The Jacksonville Sheriff's Office, which serves city and county alike, has 2: Jail Enforcement Model since "
        "March 7, 2025 and Task Force Model, in use on March 7, 2025."
    )


def test_agency_without_an_agreement():
    assert agency_answer("Doral Police Department", ON, []).text == (
        "As of May 18, 2026, the Doral Police Department has no signed 287(g) agreement with ICE that we know of."
    )


def test_agency_with_one_and_with_several():
    one = agency_answer("Doral Police Department", ON, [(Program.TASK_FORCE, SIGNED)])
    assert one.count == "1 signed 287(g) agreement"
    assert one.after == "with ICE: Task Force Model since March 7, 2025."
    pending = standing(Status.PENDING, EventKind.LISTED_PENDING)
    many = agency_answer(
        "Doral Police Department", ON, [(Program.TASK_FORCE, SIGNED), (Program.JAIL, SIGNED), ("", pending)]
    )
    assert many.count == "2 signed 287(g) agreements"
    assert many.more == ("Program not stated: pending with ICE (March 7, 2025).",)


def test_agreement_in_litigation_stays_signed_and_says_so():
    said = agreement_sentences(
        "Doral Police Department", ON, Program.TASK_FORCE, standing(Status.SIGNED, in_court=True)
    )
    assert said[0] == (
        "As of May 18, 2026, the Doral Police Department has had a signed 287(g) agreement (Task Force Model) with ICE "
        "since March 7, 2025."
    )
    assert said[1:] == ["A lawsuit about the duty to sign is open."]
    assert "(program not stated)" in agreement_sentences("Doral Police Department", ON, "", SIGNED)[0]


def test_answer_as_plain_text_has_no_stray_spaces():
    assert Answer("As of today,", "1 of 2", "has.", ("More.",)).text == "As of today, 1 of 2 has. More."
