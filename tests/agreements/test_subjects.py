"""What an event is about: found by any name, labelled so that no two are confused, and brought to its agreement."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.admin.subjects import code_of, find_subjects, labels, subject_of
from agreements.kinds import AgencyKind, EventKind, Program
from agreements.models import Agency, Agreement, Event
from agreements.opening import agreements_of, open_record
from municipalities.models import County, Municipality
from tests import factories as make
from tests.signing_in import who_may

pytestmark = pytest.mark.django_db

ADD = "admin:agreements_event_add"


def _found(words: str) -> dict[str, list[str]]:
    return {group: labels(subjects) for group, subjects in find_subjects(words).items()}


@pytest.mark.parametrize(
    ("words", "group", "label"),
    [
        ("South Miami", "Places", "South Miami, Miami-Dade County, FL (city)"),
        ("Hialea", "Places", "Hialeah, Miami-Dade County, FL (city)"),
        ("north miami bch", "Places", "North Miami Beach, Miami-Dade County, FL (city)"),
        ("Coconut Grove", "Places", "Miami, Miami-Dade County, FL (city)"),
        ("miami dade", "Places", "Miami-Dade County, FL (county)"),
        ("hialeah pd", "Agencies", "Hialeah Police Department, FL (agency: municipal police)"),
        ("Hialeah", "Agreements", "Hialeah Police Department, FL: Task Force Model, A0284, Signed"),
        ("a0284", "Agreements", "Hialeah Police Department, FL: Task Force Model, A0284, Signed"),
        ("FL", "States", "Florida (state)"),
    ],
)
def test_subject_is_found_first_by_any_name(words, group, label):
    assert _found(words)[group][0] == label


def test_subject_is_found_by_the_name_that_a_list_prints():
    agency = make.make_agency(name="Quite Another Name")
    make.make_agency_alias(agency=agency, printed_name="Qwertz Township PD")

    assert find_subjects("qwertz township")["Agencies"] == [agency]


@pytest.mark.parametrize("words", ["", "x", "  ", "zzqqxx", "\0\0\0", "x" * 5000])
def test_words_that_mean_nothing_find_nothing(words):
    assert find_subjects(words) == {}


def test_what_was_merged_stands_for_what_it_is_now():
    kept = make.make_agency(name="Qwertz Police Department")
    make.make_agency(name="Qwertz Polize Department", merged_into=kept)
    agreement = make.make_agreement(agency=kept)
    merged = make.make_agreement(agency=kept, program=Program.JAIL, merged_into=agreement)

    assert find_subjects("Qwertz Polize Department")["Agencies"] == [kept]
    assert find_subjects(merged.public_id)["Agreements"] == [agreement]


def test_no_two_subjects_have_one_label():
    words = ["Springfield", "Miami", "Baltimore", "Jacksonville", "Washington", "Lincoln"]
    found = [one for each in words for group in find_subjects(each).values() for one in group]
    several = list(dict.fromkeys(found))

    assert len(several) > 40
    assert len(set(labels(several))) == len(several)


def test_subjects_are_found_in_a_fixed_number_of_queries():
    find_subjects("Hialeah")
    for number in range(3):
        make.make_agreement(agency=make.make_agency(name=f"Hialeah Police {number}"))

    with CaptureQueriesContext(connection) as captured:
        found = find_subjects("Hialeah")
        labels([one for group in found.values() for one in group])

    assert len(found["Agencies"]) > 3
    assert len(captured) <= 22


def test_code_names_model_and_row():
    place = make.south_miami()

    assert subject_of(code_of(place)) == place
    for wrong in ("", "municipality:", "municipality:0", "user:1", "municipality:1 OR 1=1", f"municipality:{10**17}"):
        assert subject_of(wrong) is None


def test_autocomplete_answers_staff_who_may_look_at_events(admin_client, client):
    url = reverse("admin:find_subject")
    make.make_agency(name="Qwertz <script>alert(1)</script> Police")

    answer = admin_client.get(url, {"term": "Hialeah"})
    groups = {one["text"]: one["children"] for one in answer.json()["results"]}
    hialeah = Municipality.objects.get(name="Hialeah", state__code="FL")
    assert groups["Places"][0] == {"id": f"municipality:{hialeah.pk}", "text": "Hialeah, Miami-Dade County, FL (city)"}
    assert answer.headers["Content-Type"] == "application/json"
    assert b"<script>" in admin_client.get(url, {"term": "qwertz"}).content  # JSON: select2 writes it as text
    assert client.get(url, {"term": "Hialeah"}).status_code == 302
    client = who_may()
    assert client.get(url, {"term": "Hialeah"}).status_code == 403


def _form(about, **values) -> dict[str, object]:
    return {
        "about": about if isinstance(about, str) else code_of(about),
        "kind": "vote_approved",
        "summary": "The council voted on it.",
        "typed": "3/4/2025",
        "sequence": "0",
        "_draft": "1",
        "citations-TOTAL_FORMS": 0,
        "citations-INITIAL_FORMS": 0,
        **values,
    }


def _add(client, about, **values):
    return client.post(reverse(ADD), _form(about, **values))


def _published() -> dict[str, object]:
    """What is sent besides to publish it: a source, and the button."""
    source = {"source": make.make_source().pk, "is_used": "on", "confidence": "high"}
    return {"_publish": "1", "citations-TOTAL_FORMS": 1} | {
        f"citations-0-{name}": each for name, each in source.items()
    }


def _mine() -> Event:
    return Event.objects.get(summary="The council voted on it.")


def _problems(response) -> list[str]:
    return [f"{one.label}: {one.words}" for one in response.context["problems"]]


@pytest.fixture
def town() -> Municipality:
    """A city of Florida of whose agencies nothing is recorded."""
    return Municipality.objects.filter(state__code="FL", agencies=None, kind="city").order_by("name").first()


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        (make.south_miami, "municipality"),
        (lambda: County.objects.get(geoid="12086"), "county"),
        (make.florida, "state"),
        (make.make_agency, "agency"),
        (make.make_agreement, "agreement"),
    ],
)
def test_event_that_moves_nothing_is_about_what_was_chosen(subject, name, admin_client):
    chosen = subject()

    assert _add(admin_client, chosen, kind="statement").status_code == 302

    event = _mine()
    assert (event.subject, getattr(event, name)) == (chosen, chosen)


def test_vote_of_a_city_without_a_record_opens_one(town, admin_client):
    response = admin_client.post(reverse(ADD), _form(town, **_published()), follow=True)

    agreement = _mine().agreement
    assert (agreement.program, agreement.agency.name) == ("", f"City of {town.name}")
    assert agreement.agency.kind == AgencyKind.MUNICIPAL_GOVERNMENT
    assert list(agreement.agency.municipalities.all()) == [town]
    assert f"A record was opened: {agreement}." in response.content.decode()
    assert _mine().municipality is None


def test_draft_opens_no_record(town, admin_client):
    """Readers would see it. Whoever publishes the draft opens it, though nothing in the form is changed."""
    _add(admin_client, town)
    event = _mine()
    assert (event.municipality, town.agencies.count()) == (town, 0)

    page = reverse("admin:agreements_event_change", args=[event.pk])
    seen = admin_client.get(page).context["seen"]
    admin_client.post(page, _form(town, **{**_published(), "_seen": seen}))

    assert list(_mine().agreement.agency.municipalities.all()) == [town]
    assert _mine().publication == "published"


def test_vote_of_an_agency_without_an_agreement_opens_one_of_its_own(admin_client):
    agency = make.make_agency()

    _add(admin_client, agency, **_published())

    assert (_mine().agreement.agency, _mine().agreement.program) == (agency, "")


def test_vote_of_a_city_with_one_agreement_is_about_that(town, admin_client):
    agreement = make.make_agreement()
    agreement.agency.municipalities.add(town)
    agencies = Agency.objects.count()

    _add(admin_client, town)

    assert _mine().agreement == agreement
    assert Agency.objects.count() == agencies


def test_vote_of_a_city_with_several_agreements_asks_which(town, admin_client):
    one = make.make_agreement()
    one.agency.municipalities.add(town)
    other = make.make_agreement(agency=one.agency, program=Program.JAIL)
    merged = make.make_agreement(agency=one.agency, program=Program.WARRANT, merged_into=other)

    response = _add(admin_client, town)

    (problem,) = _problems(response)
    assert f"{town} has 2 agreements. Choose the one that it is about: {one.public_id}" in problem
    assert other.public_id in problem
    assert merged.public_id not in problem
    # Without a script they can be chosen from the select.
    assert f'value="agreement:{other.pk}"' in response.content.decode()
    assert not Event.objects.filter(summary="The council voted on it.").exists()


@pytest.mark.parametrize("values", [{"summary": ""}, {"typed": "soon"}, {"citations-TOTAL_FORMS": 1, "x": 1}])
def test_nothing_is_opened_where_the_form_is_refused(values, town, admin_client):
    if "x" in values:
        values = {"citations-TOTAL_FORMS": 1, "citations-0-address": "ftp://x.org"}
    before = (Agency.objects.count(), Agreement.objects.count())

    assert _add(admin_client, town, **values).status_code == 200

    assert (Agency.objects.count(), Agreement.objects.count()) == before


def test_suit_that_is_not_about_the_duty_to_sign_is_the_citys(town, admin_client):
    _add(admin_client, town, kind="lawsuit_filed", suit=make.make_suit().pk)

    assert _mine().municipality == town


def test_change_of_the_wording_leaves_the_subject_of_an_older_event(town, admin_client):
    event = make.make_event(municipality=town, kind=EventKind.VOTE_APPROVED)
    page = reverse("admin:agreements_event_change", args=[event.pk])

    admin_client.post(page, _form(town, typed="3/7/2025", _seen=admin_client.get(page).context["seen"]))

    assert _mine().municipality == town


def test_merged_agency_and_agreement_are_refused_with_what_they_are(admin_client):
    kept = make.make_agreement()
    merged = make.make_agreement(merged_into=kept)
    other = make.make_agency(merged_into=kept.agency)

    assert f"About: It turned out to be {kept}: choose that." in _problems(_add(admin_client, merged))
    assert f"About: It turned out to be {kept.agency}: choose that." in _problems(_add(admin_client, other))


@pytest.mark.parametrize("code", ["municipality:999999999999", "user:1", "<script>alert(1)</script>"])
def test_value_that_names_nothing_is_refused_and_written_as_text(code, admin_client):
    response = _add(admin_client, code)

    assert response.status_code == 200
    assert "<script>alert(1)" not in response.content.decode()
    assert any(one.startswith("About: ") for one in _problems(response))


def test_words_do_without_a_script(admin_client):
    form = _form("", about_words="Hialeah", kind="statement")

    asked = admin_client.post(reverse(ADD), form)
    told = admin_client.post(reverse(ADD), {**form, "about_words": "Kalawao County, HI"})
    county = County.objects.get(name="Kalawao", state__code="HI")

    assert "About: “Hialeah” may mean several things: choose one from the list." in _problems(asked)
    assert "Hialeah, Miami-Dade County, FL (city)</option>" in asked.content.decode()
    assert (told.status_code, _mine().county) == (302, county)


@pytest.mark.parametrize(
    ("held", "chosen", "words", "about"),
    [
        ("state", "state", "Kalawao County, HI", "county"),
        ("state", "state", "", "state"),
        ("", "state", "Kalawao County, HI", "state"),  # offered for earlier words, which are still there
    ],
)
def test_words_go_before_what_the_select_held_and_a_choice_before_words(held, chosen, words, about, admin_client):
    """Without a script, on the page of what is recorded."""
    florida, county = make.florida(), County.objects.get(name="Kalawao", state__code="HI")
    event = make.make_event(state=florida, kind=EventKind.STATEMENT, summary="The council voted on it.")
    codes = {"": "", "state": code_of(florida)}
    page = reverse("admin:agreements_event_change", args=[event.pk])
    form = _form(codes[chosen], kind="statement", about_held=codes[held], about_words=words)

    admin_client.post(page, {**form, "_seen": admin_client.get(page).context["seen"]})

    assert _mine().subject == {"state": florida, "county": county}[about]


def test_page_says_without_a_script_what_the_select_holds(admin_client):
    event = make.make_event(state=make.florida())
    page = admin_client.get(reverse("admin:agreements_event_change", args=[event.pk])).content.decode()

    assert f'name="about_held" value="{code_of(make.florida())}"' in page


def test_record_that_somebody_opened_meanwhile_is_used(town):
    first = open_record(subject=town)

    assert open_record(subject=town) == first
    assert agreements_of(town) == [first]


def test_add_page_takes_as_many_queries_however_much_there_is(admin_client):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert admin_client.get(reverse(ADD)).status_code == 200
        return len(captured)

    queries()
    before = queries()
    for _ in range(3):
        make.make_citation()
        make.make_suit()

    assert queries() == before <= 8
