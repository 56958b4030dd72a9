"""The sentence on top of the list: right for none, one and many."""

from datetime import date

import pytest

from agreements.answers import Asked, answer, answer_of_all, described

COUNTY = "Monroe County, Florida,"


@pytest.mark.parametrize(
    ("asked", "number", "of", "municipal", "sentence"),
    [
        (
            Asked(place=COUNTY, statuses=["signed"]),
            13,
            17,
            10,
            (
                "13 of the 17 agreements in Monroe County, Florida, are signed: "
                "10 of municipalities’ own agencies, 3 of county, campus, state and other agencies"
            ),
        ),
        (
            Asked(place=COUNTY, statuses=["declined", "ended"]),
            0,
            17,
            0,
            "no agreement in Monroe County, Florida, is recorded as Declined or Ended",
        ),
        (
            Asked(place="Florida", statuses=["court"]),
            1,
            2,
            1,
            "1 of the 2 agreements in Florida is before a court, of a municipality’s own agency",
        ),
        (
            Asked(place="Florida", statuses=["court"]),
            1,
            1,
            0,
            "the one agreement in Florida is before a court, of a county, campus, state or other agency",
        ),
        (Asked(place="Florida", statuses=["court"]), 0, 1, 0, "the one agreement in Florida is not before a court"),
        (Asked(place="Guam", statuses=["signed"]), 0, 0, 0, "no agreement in Guam is in this record"),
        (
            Asked(statuses=["none"]),
            2,
            2000,
            2,
            "2 of the 2,000 agreements in this record are at “No agreement known”, all of municipalities’ own agencies",
        ),
        (
            Asked(place=COUNTY),
            4,
            2000,
            0,
            (
                "4 of the 2,000 agreements in this record are in Monroe County, Florida, "
                "none of them of a municipality’s own agency"
            ),
        ),
        (
            Asked(programs=["Task Force Model", "Not stated"], first=date(2025, 3, 1), last=date(2025, 3, 1)),
            0,
            2000,
            0,
            (
                "none of the 2,000 agreements in this record is under the Task Force Model or a program not stated and "
                "has an event on March 1, 2025"
            ),
        ),
        (
            Asked(words="{x} 100%s", last=date(2025, 3, 1)),
            3,
            2000,
            3,
            (
                "3 of the 2,000 agreements in this record have an event on or before March 1, 2025 and have "
                "“{x} 100%s” in a name, all of municipalities’ own agencies"
            ),
        ),
        (
            Asked(place="Florida", statuses=["signed"], words="police"),
            2,
            2,
            2,
            "both agreements in Florida with “police” in a name are signed, all of municipalities’ own agencies",
        ),
    ],
)
def test_answer_of_filters(asked, number, of, municipal, sentence):
    assert " ".join(answer(asked, number, of, municipal)) == sentence


def test_answer_of_all_says_how_many_are_in_force():
    assert " ".join(answer_of_all(1862, 614, 1951)) == (
        "1,862 of the 1,951 agreements in this record are signed and in force: "
        "614 of municipalities’ own agencies, 1,248 of county, campus, state and other agencies"
    )


@pytest.mark.parametrize(
    ("asked", "number", "words"),
    [
        (Asked(place=COUNTY), 1, "1 agreement in Monroe County, Florida"),
        (Asked(place=COUNTY, statuses=["signed"]), 2, "2 agreements in Monroe County, Florida, that are signed"),
        (Asked(statuses=["pending"]), 1, "1 agreement that is pending with ICE"),
        (Asked(first=date(2025, 3, 1)), 1200, "1,200 agreements with an event on or after March 1, 2025"),
    ],
)
def test_described_for_a_link(asked, number, words):
    assert described(asked, number) == words
