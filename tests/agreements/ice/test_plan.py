"""What sheets in a row come to: the history of an agreement, without a database."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from agreements.ice.agencies import plain
from agreements.ice.holds import Limits
from agreements.ice.identify import Answer
from agreements.ice.identity import identity
from tests.agreements.ice.sheets import RULES, WSO, events, planned, row, sheet

DAY = date(2025, 7, 1)
SIGNED = date(2025, 6, 20)


def day(number: int) -> date:
    return DAY + timedelta(days=number)


def other(signed: date = SIGNED) -> list[object]:
    return row("Hialeah Police Department", signed)


def test_plan_pending_then_signed():
    result = planned(
        sheet(day(0), row(), listed="pending"),
        sheet(day(1), row(), listed="pending"),
        sheet(day(2), row(signed=day(1))),
        sheet(day(2), other(), listed="pending"),
    )

    assert events(result) == [("listed_pending", day(0), day(0)), ("signed", day(1), day(1))]


def test_plan_type_and_spelling_changes_are_one_agency():
    result = planned(
        sheet(day(0), row("City of South Miami PD", SIGNED, type_="State")),
        sheet(day(1), row("South Miami Police Dept.", SIGNED, type_="State Agency")),
        sheet(day(2), row("South Miami Police Department", SIGNED)),
    )

    [agency] = result.agencies.values()
    assert agency.name == "South Miami Police Department"
    assert len(agency.printed) == 3
    assert events(result) == [("signed", SIGNED, SIGNED)]


def test_plan_names_placed_in_one_county_are_one_sheriff():
    result = planned(
        sheet(day(0), row("Laek County Sheriff's Office", SIGNED, type_="County", county="Lake County")),
        *(sheet(day(number), row("Lake County Sheriff", SIGNED, type_="County")) for number in (1, 2, 3, 30)),
    )

    [agency] = result.agencies.values()
    assert (agency.name, agency.placement.county_geoids) == ("Lake County Sheriff", ("12069",))
    assert events(result, agency.key[1]) == [("signed", SIGNED, SIGNED)]


def test_plan_short_gap_is_a_gap_and_no_departure():
    result = planned(
        sheet(day(0), row(signed=SIGNED), other()),
        sheet(day(1), other()),
        sheet(day(3), row(signed=SIGNED), other()),
    )

    assert events(result) == [
        ("signed", SIGNED, SIGNED),
        ("off_list", day(0), day(1)),
        ("relisted", day(3), day(3)),
    ]


def test_plan_long_gap_with_the_same_day_of_signing_is_no_departure():
    result = planned(
        sheet(day(0), row(signed=SIGNED), other()),
        *(sheet(day(number), other()) for number in (5, 10, 15, 20)),
        sheet(day(40), row(signed=SIGNED), other()),
    )

    assert [kind for kind, *_ in events(result)] == ["signed", "off_list", "relisted"]


def test_plan_gap_and_a_new_signing():
    result = planned(
        sheet(day(0), row(signed=SIGNED), other()),
        sheet(day(1), other()),
        sheet(day(3), row(signed=day(3)), other()),
    )

    assert events(result) == [("signed", SIGNED, SIGNED), ("off_list", day(0), day(1)), ("signed", day(3), day(3))]


def test_plan_long_gap_and_a_new_signing_is_a_departure_between():
    result = planned(
        sheet(day(0), row(signed=SIGNED), other()),
        *(sheet(day(number), other()) for number in (5, 10, 15, 20)),
        sheet(day(40), row(signed=day(39)), other()),
    )

    assert events(result) == [
        ("signed", SIGNED, SIGNED),
        ("departed", day(0), day(5)),
        ("signed", day(39), day(39)),
    ]


@pytest.mark.parametrize(
    ("further", "kind"),
    [
        ((1, 2, 12), "departed"),
        ((1, 12), "off_list"),  # too few sheets
        ((1, 2, 3, 4), "off_list"),  # too few days
    ],
)
def test_plan_absence_ends_after_further_sheets_and_days(further, kind):
    result = planned(sheet(day(0), row(signed=SIGNED), other()), *(sheet(day(number), other()) for number in further))

    assert events(result)[-1] == (kind, day(0), day(1))
    assert [one.kind for one in result.proposals] == ([] if kind == "departed" else ["departure"])


@pytest.mark.parametrize(
    ("lists", "moa", "kind"),
    [(1, None, "off_list"), (2, None, "departed"), (1, "https://www.ice.gov/moa.pdf", "departed")],
    ids=["once, without a memorandum", "twice", "once, with a memorandum"],
)
def test_plan_row_printed_too_shortly_to_be_sure_of_is_asked(lists, moa, kind):
    rules = replace(RULES, limits=replace(RULES.limits, brief_sheets=2))
    printed = [sheet(day(number), row(signed=SIGNED, moa=moa), other()) for number in range(lists)]

    result = planned(*printed, *(sheet(day(number), other()) for number in (3, 4, 5, 30)), rules=rules)

    assert events(result)[-1][0] == kind


@pytest.mark.parametrize(("ruling", "kind"), [(True, "departed"), (False, "off_list")])
def test_plan_an_editors_word_on_an_absence_goes_before_the_measure(ruling, kind):
    sheets = [sheet(day(0), row(signed=SIGNED), other())]
    sheets += [sheet(day(number), other()) for number in ((1,) if ruling else (1, 2, 12))]
    key = f"departure/FL/south miami police/tfm/{day(0)}"

    result = planned(*sheets, rulings={key: ruling})

    assert events(result)[-1][0] == kind
    assert result.proposals == ()


def test_plan_change_of_program_names_the_other():
    result = planned(
        sheet(day(0), row(signed=SIGNED, program=WSO), other()),
        *(sheet(day(number), row(signed=day(4)), other()) for number in (5, 6, 7, 20)),
    )

    assert events(result, program="tfm") == [("signed", day(4), day(4))]
    assert events(result, program="wso")[-1] == ("departed", day(0), day(5))
    summary = result.agreements[("FL", "south miami police"), "wso"].events[-1].summary
    assert "Task Force Model agreement" in summary


def test_plan_earlier_day_is_a_correction_that_keeps_the_other():
    result = planned(
        sheet(day(0), row(signed=SIGNED)),
        sheet(day(1), row(signed=SIGNED - timedelta(days=1))),
    )

    [event] = result.agreements[("FL", "south miami police"), "tfm"].events
    assert event.latest == SIGNED - timedelta(days=1)
    assert [one.day for one in event.otherwise] == [SIGNED]


@pytest.mark.parametrize(
    ("ruling", "days"),
    [(None, [SIGNED]), (True, [SIGNED, day(2)]), (False, [day(2)])],
    ids=["asked", "signed again", "corrected"],
)
def test_plan_day_later_than_the_first_listing_is_asked(ruling, days):
    key = f"signed_again/FL/south miami police/tfm/{day(2)}"

    result = planned(
        sheet(day(0), row(signed=SIGNED)),
        sheet(day(3), row(signed=day(2))),
        rulings={} if ruling is None else {key: ruling},
    )

    assert [latest for _, _, latest in events(result)] == days
    assert [one.key for one in result.proposals] == ([key] if ruling is None else [])


def test_plan_listed_without_a_day_was_signed_by_then():
    result = planned(sheet(day(0), row(signed="soon")))

    assert events(result) == [("signed", None, day(0))]


def test_plan_row_printed_twice_is_one_agreement():
    result = planned(sheet(day(0), row(signed=SIGNED), row(signed=SIGNED)))

    assert events(result) == [("signed", SIGNED, SIGNED)]


def test_plan_pending_after_signing_is_merely_listed():
    result = planned(
        sheet(day(0), row(signed=SIGNED)),
        sheet(day(1), row(), listed="pending"),
    )

    assert events(result) == [("signed", SIGNED, SIGNED), ("listed", day(1), day(1))]


def test_plan_application_that_leaves_the_pending_list_unsigned_lapses():
    result = planned(
        sheet(day(0), row(), other(), listed="pending"),
        sheet(day(1), other(), listed="pending"),
        sheet(day(30), other(day(25))),
    )

    assert events(result)[-1] == ("pending_lapsed", day(0), day(1))


def test_plan_application_signed_later_is_not_lapsed():
    result = planned(
        sheet(day(0), row(), listed="pending"),
        sheet(day(1), other(), listed="pending"),
        sheet(day(9), row(signed=day(8)), other()),
        sheet(day(30), row(signed=day(8)), other()),
    )

    assert [kind for kind, *_ in events(result)] == ["listed_pending", "signed"]


def test_plan_row_without_a_program_is_of_the_agencys_only_one():
    result = planned(sheet(day(0), row(program=None), listed="pending"), sheet(day(1), row(signed=day(1))))

    assert list(result.agreements) == [(("FL", "south miami police"), "tfm")]


def test_plan_slip_in_a_states_name_takes_nobody_away():
    result = planned(
        sheet(day(0), row(signed=SIGNED)),
        *(sheet(day(number), row(signed=SIGNED, state="FLOIRDA")) for number in (5, 10, 15, 30)),
    )

    assert events(result) == [("signed", SIGNED, SIGNED)]


def test_plan_near_name_is_asked_and_is_no_departure_meanwhile():
    missing = [row("Office of Aggricultural Law Enforcement", SIGNED, type_="State Agency"), other()]
    there = [row("Office of Agricultural Law Enforcement", SIGNED, type_="State Agency"), other()]
    sheets = [sheet(day(0), *missing), *(sheet(day(number), *there) for number in (1, 2, 3, 30))]

    asked = planned(*sheets)
    [proposal] = [one for one in asked.proposals if one.kind == "same_agency"]
    refused = planned(*sheets, rulings={proposal.key: False})

    assert events(asked, "office of aggricultural law enforcement")[-1][0] == "off_list"
    assert events(refused, "office of aggricultural law enforcement")[-1][0] == "departed"
    assert not [one for one in refused.proposals if one.kind == "same_agency"]


def test_plan_row_that_takes_anothers_place_with_its_day_is_asked_wherever_it_is():
    gone = row("Ward 7 Constable", SIGNED, county="Lake County")
    sheets = [sheet(day(0), gone, other())]
    sheets += [sheet(day(number), row(signed=SIGNED), other(day(-30))) for number in (1, 2, 3, 30)]

    [proposal] = [one for one in planned(*sheets).proposals if one.kind == "same_agency"]

    assert proposal.sentence == "Is South Miami Police Department the agency that was printed as Ward 7 Constable?"


def test_plan_namesake_of_another_state_with_the_same_day_is_asked():
    here, there = (
        row("Moore County Sheriff's Office", SIGNED, state=state, type_="County") for state in ("TENNESSEE", "TEXAS")
    )
    sheets = [sheet(day(0), here, there), *(sheet(day(number), there) for number in (1, 2, 3, 30))]

    result = planned(*sheets)

    assert [one.kind for one in result.proposals if one.kind == "same_agency"] == ["same_agency"]
    assert result.agreements[("TN", "moore county sheriff"), "tfm"].events[-1].kind == "off_list"


def test_plan_program_listed_before_the_other_ends_did_not_take_its_place():
    both = [row(signed=SIGNED), row(signed=SIGNED, program=WSO), other()]
    sheets = [sheet(day(0), *both), *(sheet(day(number), both[0], other()) for number in (5, 6, 7, 20))]

    departed = planned(*sheets).agreements[("FL", "south miami police"), "wso"].events[-1]

    assert (departed.kind, "Task Force" in departed.summary) == ("departed", False)


def test_plan_slip_in_a_county_splits_no_agency():
    counties = ["Miami-Dade County", "Miami-Dade County", "Lake County", *["Miami-Dade County"] * 4]
    sheets = [sheet(day(n), row("Miami Dade College PD", SIGNED, county=county)) for n, county in enumerate(counties)]
    pending = sheet(day(0), row("Miami Dade College PD", county="Lake County"), listed="pending")

    result = planned(*sheets, pending)

    [agency] = result.agencies.values()
    assert agency.placement.county_geoids == ("12086",)
    assert events(result, agency.key[1])[-1][0] in ("listed", "listed_pending")
    assert [one.kind for one in result.proposals] == ["place"]


def test_plan_row_without_a_readable_state_is_the_only_agency_of_its_name():
    result = planned(
        sheet(day(0), row(signed=SIGNED)),
        *(sheet(day(n), row(signed=SIGNED, state="FLA. (SO)")) for n in (1, 2, 3, 30)),
    )

    assert events(result) == [("signed", SIGNED, SIGNED)]


def test_plan_unreadable_program_is_no_departure_of_another():
    both = [row(signed=SIGNED), row(signed=SIGNED, program=WSO)]
    blank = [row(signed=SIGNED, program="Modle"), both[1]]

    result = planned(sheet(day(0), *both), *(sheet(day(n), *blank) for n in (1, 2, 3, 30)))

    assert {event.kind for one in result.agreements.values() for event in one.events} == {"signed", "off_list"}


def test_plan_editors_no_outlives_a_change_of_the_agencys_key():
    sheets = [sheet(day(0), row("South Miami Police Department", SIGNED), other())]
    sheets += [sheet(day(n), other()) for n in (1, 2, 3, 30)]
    sheets.append(sheet(day(31), row("Miami, South Police Department"), listed="pending"))
    rules = replace(
        RULES, answers={("FL", plain("South Miami Police Department", "FL"), ""): Answer("FL", "S. Miami City Police")}
    )
    ruling = {f"departure/FL/south miami police/tfm/{day(0)}": False}

    result = planned(*sheets, rules=rules, rulings=ruling)

    kinds = {event.kind for one in result.agreements.values() for event in one.events}
    assert "departed" not in kinds


def test_plan_answer_judged_on_some_sheets_does_not_reach_later_rows():
    key = ("FL", plain("Ward 7 Constable", "FL"), "")
    rules = replace(RULES, answers={key: Answer("FL", "South Miami Police Department", until=day(1))})
    ward = {"county": "Lake County", "type_": "County"}

    result = planned(
        sheet(day(0), row("Ward 7 Constable", SIGNED, **ward)),
        sheet(day(5), row(signed=SIGNED), row("Ward 7 Constable", day(4), **ward)),
        rules=rules,
    )

    assert events(result) == [("signed", SIGNED, SIGNED)]
    assert events(result, "ward 7 constable") == [("signed", day(4), day(4))]


def test_plan_day_given_late_and_later_than_the_first_listing_is_asked():
    result = planned(sheet(day(0), row()), sheet(day(40), row(signed=day(30))))

    assert events(result) == [("signed", None, day(0))]
    assert [one.kind for one in result.proposals] == ["signed_again"]


def test_plan_back_with_another_day_says_so():
    result = planned(
        sheet(day(0), row(signed=SIGNED), other()),
        sheet(day(6), row(signed=SIGNED), other()),
        sheet(day(7), other()),
        sheet(day(12), row(signed=day(2)), other()),
    )

    back = next(one for one in result.agreements[("FL", "south miami police"), "tfm"].events if one.kind == "relisted")
    assert back.summary.endswith("with another day of signing.")


def test_plan_answer_joins_two_names():
    answers = {("FL", plain("S Miami Bureau of Police", "FL"), ""): Answer("FL", "South Miami Police Department")}
    rules = replace(RULES, answers=answers)

    result = planned(
        sheet(day(0), row("S Miami Bureau of Police", SIGNED)),
        *(sheet(day(number), row(signed=SIGNED)) for number in (1, 2, 3, 30)),
        rules=rules,
    )

    assert events(result) == [("signed", SIGNED, SIGNED)]


JACKSON = "Jackson County Sheriff's Office"
FOLDED = plain(JACKSON, "")


def jackson(state: str) -> list[object]:
    return row(JACKSON, SIGNED, state=state, type_="County")


def test_plan_row_without_a_state_is_not_given_to_the_agency_of_another_states_answer():
    answers = {("MT", FOLDED, ""): Answer("MN", JACKSON)}

    result = planned(sheet(day(0), *map(jackson, ("MINNESOTA", "TEXAS", "??"))), rules=replace(RULES, answers=answers))

    assert [key and key[0][0] for key in result.agreement_of] == ["MN", "TX", None]


def test_plan_row_without_a_state_is_as_was_answered_of_such_rows_and_no_other_is():
    answers = {("", FOLDED, ""): Answer("GA", "Jackson Co. Sheriff")}
    states = ("FLORIDA", "TEXAS", "??")

    result = planned(sheet(day(0), *map(jackson, states)), rules=replace(RULES, answers=answers))

    assert [key and key[0][0] for key in result.agreement_of] == ["FL", "TX", "GA"]
    named = {key[0]: agency.name for key, agency in result.agencies.items()}
    assert named == {"FL": JACKSON, "TX": JACKSON, "GA": "Jackson Co. Sheriff"}


def test_plan_row_without_a_state_is_the_only_namesakes():
    result = planned(sheet(day(0), jackson("FLORIDA"), jackson("??")))

    assert [key and key[0][0] for key in result.agreement_of] == ["FL", "FL"]


def many(count: int, signed: date = SIGNED) -> list[list[object]]:
    return [row(f"Ward {number} Constable", signed, county="Lake County") for number in range(count)]


def test_plan_held_sheet_names_and_moves_no_agency():
    county = {"type_": "County", "county": "Lake County"}
    constable = row("Ward 1 Constable", SIGNED, **county)
    read = sheet(day(0), constable, *many(20)[2:])
    moved = row("Ward 1 Constable", SIGNED, type_="County", county="Miami-Dade County")
    held = sheet(day(1), moved, row("WARD 2 CONSTABLE OFFICE", SIGNED, **county), other())

    result = planned(read, held, rules=replace(RULES, limits=Limits(hold_rows=0, hold_share=0.0)))

    assert result.agencies == planned(read).agencies
    assert [one.kind for one in result.proposals] == ["sheet"]
    assert result.agreement_of[-3] == (("FL", "ward 1 constable"), "tfm")


def test_plan_holds_a_sheet_that_takes_away_too_much_and_reads_the_next():
    result = planned(
        sheet(day(0), *many(20), order=1),
        sheet(day(1), *many(3), order=2),
        *(sheet(day(1 + number), *many(20), row(signed=SIGNED), order=2 + number) for number in range(1, 15)),
    )

    assert list(result.held) == [2]
    assert result.held[2].startswith("17 of the 20 agreements of the list of July 1, 2025 are not on it")
    assert {kind for key in result.agreements for kind, *_ in events(result, key[0][1])} == {"signed"}


def test_plan_holds_a_sheet_that_redates_too_many():
    result = planned(sheet(day(0), *many(20), order=1), sheet(day(1), *many(20, day(1)), order=2))

    assert "another day of signing" in result.held[2]


def test_plan_holds_a_sheet_with_the_other_lists_columns():
    result = planned(
        sheet(day(0), row(signed=SIGNED), order=1),
        sheet(day(1), row(), layout="pending", order=2),
        sheet(day(1), order=3),
    )

    assert result.held == {
        2: "It was published as the participating list and has the columns of the pending list.",
    }


def test_plan_pending_list_may_empty_when_its_agencies_are_signed():
    rows = many(20)
    result = planned(
        sheet(day(0), *rows, listed="pending", order=1),
        sheet(day(1), listed="pending", order=2),
        sheet(day(2), *many(20, day(1)), order=3),
    )

    assert result.held == {}


@pytest.mark.parametrize("seed", range(5))
def test_plan_does_not_depend_on_the_order_of_reading(seed):
    sheets = [
        sheet(day(0), row(signed=SIGNED), other(), *many(15)),
        sheet(day(1), other(), *many(14), half_day="am"),
        sheet(day(1), other(), *many(1), half_day="pm"),
        sheet(day(2), row("South Miami PD", SIGNED), other(), *many(15)),
        sheet(day(0), row("Lake County Jail", program=WSO), listed="pending"),
        sheet(day(20), row(signed=day(19)), *many(16)),
    ]
    shuffled = sheets[:]
    random.Random(seed).shuffle(shuffled)

    one, two = planned(*sheets), planned(*shuffled)

    assert one.held
    assert one.held == two.held
    assert one.agreements
    assert one.agreements == two.agreements
    assert one.proposals == two.proposals
    assert one.agencies == two.agencies


def test_limits_measure_by_rows_and_by_share():
    limits = Limits(hold_rows=12, hold_share=0.02)

    assert not limits.is_unusual(12, of=100)
    assert limits.is_unusual(13, of=100)
    assert not limits.is_unusual(30, of=1_800)
    assert limits.is_unusual(68, of=1_425)


@pytest.mark.parametrize(
    ("one", "other_name"),
    [
        ("City of Miami PD", "Miami Police Dept."),
        ("Miami Police Department", "MIAMI POLICE"),
        ("Miami Police Department", "Miami Police Department, FL"),
        ("Lee County Sheriff's Office", "Lee County Sheriffs Department"),
        ("Lee County SO", "Lee County Sheriff’s Office"),
        ("Florida Department of Corrections", "Department of Corrections"),
        ("Iowa Dept of Public Safety", "Iowa Department of Public Safety"),
        ("Lee Township Constable's Office", "Lee Township Constable"),
    ],
)
def test_identity_spellings_of_one_agency(one, other_name):
    state = "IA" if "Iowa" in one else "FL"
    assert identity(one, state) == identity(other_name, state)


@pytest.mark.parametrize(
    ("one", "other_name"),
    [
        ("Miami Police Department", "North Miami Police Department"),
        ("Lee Police Department", "Lee County Sheriff's Office"),
        ("Lee Police Department", "Lee Constable"),
        ("Lee Police Department", "Lee Department of Public Safety"),
        ("Florida City Police Department", "City Police Department"),
    ],
)
def test_identity_keeps_agencies_apart(one, other_name):
    assert identity(one, "FL") != identity(other_name, "FL")
