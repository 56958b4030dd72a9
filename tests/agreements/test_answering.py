from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError

from agreements.ice.agencies import plain
from agreements.ice.answering import answer, rule
from agreements.ice.apply import settle
from agreements.ice.holds import Limits
from agreements.ice.identify import Answer
from agreements.models import Agency, AgencyAlias, Agreement, Event, Proposal, Sheet
from agreements.models.proposal import ProposalKind
from tests import factories as make
from tests.agreements.ice.sheets import RULES, WSO, read, row, sheet

pytestmark = pytest.mark.django_db

DAY = date(2025, 3, 3)
SIGNED = date(2025, 2, 20)
#: A sheet is held where a single agreement is gone from it.
STRICT = replace(RULES, limits=Limits(absent_sheets=3, absent_days=10, hold_rows=0, hold_share=0.0))
OTHER = row("Hialeah Police Department", SIGNED)
OLD, NEW = "Qwertzville Police Department", "Qwerzville Police Department"


@pytest.fixture(autouse=True)
def no_record(db):
    make.delete_record()


@pytest.fixture
def editor(db):
    return get_user_model().objects.create_user("editor")


def on(days: int) -> date:
    return DAY + timedelta(days=days)


def ask(kind: str) -> Proposal:
    return Proposal.objects.get(kind=kind)


def told(agency: str = "South Miami Police Department", program: str = "tfm") -> list[tuple[str, date]]:
    """The published events of an agreement: kind and latest day, in order."""
    events = Event.objects.published().filter(agreement__agency__name=agency, agreement__program=program)
    return [(one.kind, one.latest) for one in events.order_by("latest", "pk")]


def nothing_is_left_to_write(rules=RULES) -> bool:
    return not any(settle(rules).values())


def absent(days: int = 1) -> None:
    read(sheet(DAY, row(signed=SIGNED), OTHER), *(sheet(on(one), OTHER) for one in range(1, days + 1)))


def test_answer_departure_yes_ends_it_before_its_absence_counts(editor):
    absent()

    written = answer(proposal=ask("departure"), yes=True, by=editor, note="The chief told us.", rules=RULES)

    assert told() == [("signed", SIGNED), ("departed", on(1))]
    assert written["events changed"] == 1
    asked = ask("departure")
    assert (asked.answer, asked.answered_by, asked.note) == ("yes", editor, "The chief told us.")
    assert asked.answered_at
    assert not Proposal.objects.open().exists()
    assert nothing_is_left_to_write()


def test_answer_departure_no_keeps_it_however_long_it_is_absent(editor):
    absent()

    answer(proposal=ask("departure"), yes=False, by=editor, rules=RULES)
    read(*(sheet(on(one), OTHER) for one in range(2, 30)))

    assert told() == [("signed", SIGNED), ("off_list", on(1))]
    assert not Proposal.objects.open().exists()


def test_answer_departure_is_corrected_by_another(editor):
    absent(days=12)
    assert told()[-1] == ("departed", on(1))
    proposal = make.make_proposal(
        key=f"departure/FL/south miami police/tfm/{DAY}", agreement=Agreement.objects.get(agency__name__startswith="So")
    )

    for yes, kind in ((False, "off_list"), (True, "departed"), (False, "off_list")):
        answer(proposal=proposal, yes=yes, by=editor, rules=RULES)
        assert told()[-1] == (kind, on(1))


def signed_later() -> None:
    read(sheet(DAY, row(signed=SIGNED)), sheet(on(9), row(signed=on(7))))


def test_answer_signed_again_yes_is_a_second_signing(editor):
    signed_later()
    assert told() == [("signed", SIGNED)]

    answer(proposal=ask("signed_again"), yes=True, by=editor, rules=RULES)

    assert told() == [("signed", SIGNED), ("signed", on(7))]
    assert nothing_is_left_to_write()


def test_answer_signed_again_no_corrects_the_day_and_keeps_the_other_as_a_claim(editor):
    signed_later()

    answer(proposal=ask("signed_again"), yes=False, by=editor, rules=RULES)

    assert told() == [("signed", on(7))]
    event = Event.objects.published().get()
    claim = event.citations.get(is_used=False).claims.get()
    assert (claim.earliest, claim.latest) == (SIGNED, SIGNED)
    assert event.is_disputed
    assert not Proposal.objects.open().exists()


def renamed(*, program: str = "tfm") -> None:
    read(sheet(DAY, row(OLD, SIGNED), OTHER), sheet(on(1), row(NEW, SIGNED), OTHER))


def test_answer_same_agency_yes_makes_them_one_and_keeps_the_old_addresses(editor):
    renamed()
    old, new = Agency.objects.get(name=OLD), Agency.objects.get(name=NEW)
    voted = make.make_event(agreement=old.agreements.get(), kind="vote_approved", publication="draft")

    answer(proposal=ask("same_agency"), yes=True, by=editor, rules=RULES)

    old.refresh_from_db()
    assert (old.merged_into, old.agreements.get().merged_into) == (new, new.agreements.get())
    assert list(Agency.objects.standing_alone().filter(name__startswith="Qwer")) == [new]
    voted.refresh_from_db()
    assert voted.agreement == new.agreements.get()
    assert told(NEW) == [("signed", SIGNED)]
    assert told(OLD) == []
    assert new.agreements.get().listings.count() == 2
    alias = AgencyAlias.objects.get(printed_name=OLD)
    assert (alias.agency, alias.program, alias.is_answer) == (new, "", True)
    assert OLD in alias.reason
    asked = ask("same_agency")
    assert (asked.agency, asked.other_agency, asked.is_current) == (old, new, False)
    assert nothing_is_left_to_write()


def test_answer_same_agency_yes_holds_for_later_sheets_and_cannot_be_taken_back(editor):
    renamed()
    answer(proposal=ask("same_agency"), yes=True, by=editor, rules=RULES)

    read(sheet(on(2), row(OLD, SIGNED), OTHER))

    assert told(NEW) == [("signed", SIGNED)]
    with pytest.raises(ValidationError, match="cannot part them"):
        answer(proposal=ask("same_agency"), yes=False, by=editor, rules=RULES)
    assert ask("same_agency").answer == "yes"


def test_answer_same_agency_yes_twice_changes_nothing(editor):
    renamed()
    answer(proposal=ask("same_agency"), yes=True, by=editor, rules=RULES)

    assert not any(answer(proposal=ask("same_agency"), yes=True, by=editor, rules=RULES).values())


def test_answer_same_agency_yes_for_one_program_where_the_name_is_still_listed_for_another(editor):
    jail = row(OLD, SIGNED, program=WSO)
    read(sheet(DAY, row(OLD, SIGNED), jail, OTHER), sheet(on(1), row(NEW, SIGNED), jail, OTHER))
    old, new = Agency.objects.get(name=OLD), Agency.objects.get(name=NEW)

    answer(proposal=ask("same_agency"), yes=True, by=editor, rules=RULES)

    old.refresh_from_db()
    assert old.merged_into is None
    assert old.agreements.get(program="tfm").merged_into == new.agreements.get()
    assert (told(OLD, "wso"), told(NEW)) == ([("signed", SIGNED)], [("signed", SIGNED)])
    assert new.agreements.get().listings.count() == 2
    assert AgencyAlias.objects.get(printed_name=OLD, is_answer=True).program == "tfm"
    assert nothing_is_left_to_write()


def test_answer_same_agency_yes_takes_the_other_programs_along(editor):
    jail = row(OLD, SIGNED, program=WSO)
    read(sheet(DAY, row(OLD, SIGNED), jail, OTHER), sheet(on(1), row(NEW, SIGNED), OTHER))
    jailed = Agreement.objects.get(program="wso")

    answer(proposal=ask("same_agency"), yes=True, by=editor, rules=RULES)

    jailed.refresh_from_db()
    assert (jailed.agency.name, jailed.merged_into) == (NEW, None)
    assert nothing_is_left_to_write()


def test_answer_same_agency_addresses_lead_straight_to_what_stands(editor):
    third = NEW.replace("ville", "vile")
    read(
        sheet(DAY, row(OLD, SIGNED), OTHER),
        sheet(on(1), row(NEW, SIGNED), OTHER),
        sheet(on(2), row(third, SIGNED), OTHER),
    )
    for _ in range(2):
        answer(proposal=Proposal.objects.open().filter(kind="same_agency")[0], yes=True, by=editor, rules=RULES)

    assert Agency.objects.filter(name__startswith="Qwer").count() == 3
    one = Agency.objects.standing_alone().get(name__startswith="Qwer")
    assert {agency.merged_into for agency in Agency.objects.exclude(merged_into=None)} == {one}
    assert {each.merged_into for each in Agreement.objects.exclude(merged_into=None)} == {one.agreements.get()}
    assert nothing_is_left_to_write()


def test_answer_same_agency_no_is_never_asked_again_and_the_absence_counts(editor):
    renamed()
    read(*(sheet(on(one), row(NEW, SIGNED), OTHER) for one in range(2, 14)))
    assert told(OLD)[-1] == ("off_list", on(1))

    answer(proposal=ask("same_agency"), yes=False, by=editor, rules=RULES)

    assert told(OLD) == [("signed", SIGNED), ("departed", on(1))]
    assert set(Proposal.objects.open().values_list("kind", flat=True)) == {"place"}
    assert Agency.objects.filter(merged_into=None, name__startswith="Qwer").count() == 2
    assert nothing_is_left_to_write()


def test_answer_departure_yes_waits_for_the_question_whether_two_names_are_one(editor):
    renamed()

    with pytest.raises(ValidationError, match="Another question comes first: Is Qwerzville"):
        answer(proposal=ask("departure"), yes=True, by=editor, rules=RULES)

    answer(proposal=ask("same_agency"), yes=False, by=editor, rules=RULES)
    answer(proposal=ask("departure"), yes=True, by=editor, rules=RULES)
    assert told(OLD)[-1] == ("departed", on(1))


def test_answer_same_agency_of_one_name_is_refused(editor):
    one, other = (make.make_agency(name="Washington Township Police") for _ in range(2))
    proposal = make.make_proposal(kind=ProposalKind.SAME_AGENCY, agency=one, other_agency=other)

    with pytest.raises(ValidationError, match="no name can tell"):
        answer(proposal=proposal, yes=True, by=editor, rules=RULES)


def held() -> Sheet:
    read(sheet(DAY, row(signed=SIGNED), OTHER), sheet(on(1), OTHER), rules=STRICT)
    return Sheet.objects.exclude(held_because="").get()


def test_answer_sheet_is_refused_with_what_to_do(editor):
    one = held()

    for yes in (True, False):
        with pytest.raises(ValidationError, match="see what would follow"):
            answer(proposal=ask("sheet"), yes=yes, by=editor, rules=STRICT)
    one.refresh_from_db()
    assert (one.ruling, ask("sheet").answer) == ("", "")


def test_rule_uses_it(editor):
    one = held()
    assert told() == [("signed", SIGNED)]

    rule(sheet=one, ruling="use", by=editor, rules=STRICT)

    assert (one.ruling, one.held_because) == ("use", "")
    assert told() == [("signed", SIGNED), ("off_list", on(1))]
    assert not ask("sheet").is_current


def test_rule_sets_it_aside_and_is_corrected_by_use(editor):
    one = held()

    rule(sheet=one, ruling="set_aside", by=editor, rules=STRICT)

    assert (one.ruling, one.held_because) == ("set_aside", "An editor has set this sheet aside.")
    assert (ask("sheet").answer, Proposal.objects.open().exists()) == ("no", False)

    rule(sheet=one, ruling="use", by=editor, rules=STRICT)
    assert (one.ruling, one.held_because) == ("use", "")


def test_rule_answers_the_proposal_of_a_held_sheet_and_reopens_it(editor):
    one = held()

    rule(sheet=one, ruling="use", by=editor, rules=STRICT)
    assert (ask("sheet").answer, ask("sheet").answered_by, one.held_because) == ("yes", editor, "")

    rule(sheet=one, ruling="", by=editor, rules=STRICT)
    assert (ask("sheet").answer, ask("sheet").answered_by, ask("sheet").answered_at) == ("", None, None)
    assert one.held_because
    assert Proposal.objects.open().get() == ask("sheet")


def test_rule_sets_aside_a_sheet_that_nobody_asked_about(editor):
    absent()

    rule(sheet=Sheet.objects.newest("participating"), ruling="set_aside", by=editor, rules=RULES)

    assert told() == [("signed", SIGNED)]


def test_answer_place_is_refused_with_what_to_do(editor):
    read(sheet(DAY, row(OLD, SIGNED)))

    for yes in (True, False):
        with pytest.raises(ValidationError, match="by its municipalities or counties"):
            answer(proposal=ask("place"), yes=yes, by=editor, rules=RULES)
    assert ask("place").answer == ""


def test_answer_is_all_or_nothing(editor, monkeypatch):
    renamed()

    def broken(rules):
        raise RuntimeError("no settling today")

    monkeypatch.setattr("agreements.ice.answering.settle", broken)
    with pytest.raises(RuntimeError):
        answer(proposal=ask("same_agency"), yes=True, by=editor, rules=RULES)

    assert ask("same_agency").answer == ""
    assert not Agency.objects.exclude(merged_into=None).exists()
    assert not AgencyAlias.objects.filter(is_answer=True).exists()


def test_event_of_an_editor_is_left_alone_and_the_list_stands_beside_it(editor):
    read(sheet(DAY, row(signed=SIGNED), OTHER))
    event = Event.objects.get(agreement__agency__name__startswith="South")
    make.rewrite(
        Event.objects.filter(pk=event.pk),
        earliest=date(2025, 2, 1),
        latest=date(2025, 2, 1),
        summary="The memorandum is dated February 1, 2025.",
        is_from_list=False,
    )
    make.make_citation(event=event)
    before = Event.objects.filter(pk=event.pk).values().get()

    read(sheet(on(1), row(signed=SIGNED), OTHER))

    assert Event.objects.filter(pk=event.pk).values().get() == before
    assert Event.objects.filter(agreement=event.agreement).count() == 1
    assert [claim.earliest for one in event.citations.all() for claim in one.claims.all()] == [SIGNED]


def test_reason_of_an_answer_in_the_file_is_its_names_own_and_is_added_to_one_without():
    reason = "Short for South Miami, as the next list spells it."
    answers = {("FL", plain("So Miami PD", "FL"), ""): Answer("FL", "South Miami Police Department", None, reason)}
    rules = replace(RULES, answers=answers)
    read(sheet(DAY, row("So Miami PD", SIGNED), OTHER), sheet(on(1), row(signed=SIGNED), OTHER), rules=rules)
    alias = AgencyAlias.objects.get(printed_name="So Miami PD")
    assert (alias.is_answer, alias.reason) == (True, reason)
    AgencyAlias.objects.filter(pk=alias.pk).update(reason="")

    assert settle(rules) == {"reasons added": 1}

    alias.refresh_from_db()
    assert alias.reason == reason
    assert nothing_is_left_to_write(rules)


def test_reason_of_an_editor_is_left_alone(editor):
    answers = {
        ("FL", plain("So Miami PD", "FL"), ""): Answer("FL", "South Miami Police Department", None, "The file's.")
    }
    rules = replace(RULES, answers=answers)
    read(sheet(DAY, row("So Miami PD", SIGNED), OTHER), sheet(on(1), row(signed=SIGNED), OTHER), rules=rules)
    AgencyAlias.objects.filter(printed_name="So Miami PD").update(reason="An editor's own.")

    assert nothing_is_left_to_write(rules)
