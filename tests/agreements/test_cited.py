"""The sources of an event in its form: addresses, known and new sources, and what they state otherwise."""

from datetime import date

import pytest
from django.urls import reverse

from agreements.admin.cited import CONFIDENCE_BY_KIND, known_sources
from agreements.models import Citation, Claim, Event, Source
from agreements.models.source import SourceKind
from agreements.web_addresses import AddressError, clean, key
from tests import factories as make
from tests.signing_in import who_may

ADD = "admin:agreements_event_add"
NEW = {
    "address": "HTTPS://Gazette.Example/vote?utm_source=x&id=7&fbclid=y#comments",
    "title": "Commission votes",
    "publisher": "The Gazette",
    "source_kind": "news",
    "published": "March 2025",
    "is_used": "on",
}


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("wlrn.org/news", "https://wlrn.org/news"),
        (" HTTP://WLRN.org ", "http://wlrn.org/"),
        ("//wlrn.org/news", "https://wlrn.org/news"),
        ("wlrn.org:8443/a", "https://wlrn.org:8443/a"),
        ("https://wlrn.org:443/a", "https://wlrn.org/a"),
        ("https://x.org/a?utm_campaign=1&b=2&GCLID=3", "https://x.org/a?b=2"),
        ("https://x.org/a?mc_cid=1", "https://x.org/a"),
        ("https://x.org/a?q=a%26b+c&q=", "https://x.org/a?q=a%26b+c&q="),
        ("https://x.org/Case/Path#top", "https://x.org/Case/Path"),
        ("https://x.org/a#:~:text=voted", "https://x.org/a#:~:text=voted"),
        ("https://x.org/#!/meeting/1", "https://x.org/#!/meeting/1"),
        ("https://münchen.example/a", "https://xn--mnchen-3ya.example/a"),
    ],
)
def test_address_is_brought_to_one_spelling_that_stays(typed, cleaned):
    assert clean(typed) == cleaned
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("javascript:alert(1)", "begins with http"),
        ("ftp://x.org/a", "begins with http"),
        ("data:text/html,<b>", "begins with http"),
        ("https://user:secret@x.org/", "user name or password"),
        ("localhost", "names no website"),
        ("https://x..org/", "names no website"),
        ("https://x.org/a b", "no spaces"),
        ("https://[::1", "no address"),
        ("https://x.org:99999/", "no address"),
        ("https://x.org/" + "a" * 500, "500 characters"),
        ("", "Type an address"),
    ],
)
def test_address_that_is_none_is_refused_with_the_reason(typed, message):
    with pytest.raises(AddressError, match=message):
        clean(typed)


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("http://www.x.org/a/", "https://x.org/a", True),
        ("https://x.org/a#:~:text=voted", "https://x.org/a", True),
        ("https://x.org/a?id=1", "https://x.org/a?id=2", False),
        ("https://x.org/#/1", "https://x.org/#/2", False),
        ("https://x.org/A", "https://x.org/a", False),
        ("https://x.org/a", "https://x.org.example/a", False),
    ],
)
def test_addresses_of_one_page_have_one_key(one, other, are_one):
    assert (key(one) == key(other)) == are_one


def test_every_kind_of_source_has_its_confidence():
    assert set(CONFIDENCE_BY_KIND) == set(SourceKind.values)


@pytest.mark.django_db
def test_known_source_is_found_however_its_address_is_written():
    source = make.make_source(url="http://www.gazette.example/vote/")
    make.make_source(url="https://gazette.example/votes")
    make.make_source(url="https://gazette.example.org/vote")

    assert known_sources("https://gazette.example/vote") == [source]


def _form(*sources: dict[str, object], **values) -> dict[str, object]:
    form = {
        "about": f"municipality:{make.south_miami().pk}",
        "kind": "statement",
        "summary": "The mayor spoke of it.",
        "typed": "3/7/2025",
        "sequence": "0",
        "_draft": "1",
        "citations-TOTAL_FORMS": len(sources),
        "citations-INITIAL_FORMS": 0,
    }
    for number, source in enumerate(sources):
        form |= {f"citations-{number}-{name}": value for name, value in source.items()}
    return {**form, **values}


def _add(client, *sources, **values):
    return client.post(reverse(ADD), _form(*sources, **values))


def _mine():
    return Event.objects.filter(summary="The mayor spoke of it.")


def _problems(response) -> list[str]:
    return [f"{one.label}: {one.words}" for one in response.context["problems"]]


@pytest.mark.django_db
def test_new_source_is_made_with_the_event(admin_client):
    response = _add(admin_client, NEW)

    assert response.status_code == 302
    citation = _mine().get().citations.get()
    source = citation.source
    assert (source.url, source.title, source.publisher, source.kind) == (
        "https://gazette.example/vote?id=7",
        "Commission votes",
        "The Gazette",
        "news",
    )
    assert (source.published_earliest, source.published_latest) == (date(2025, 3, 1), date(2025, 3, 31))
    assert (citation.is_used, citation.confidence) == (True, "medium")


@pytest.mark.django_db
def test_known_source_is_cited_by_its_address_alone(admin_client):
    source = make.make_source(url="https://gazette.example/vote?id=7", kind=SourceKind.COURT)
    before = Source.objects.count()

    _add(admin_client, {"address": NEW["address"], "is_used": "on"})

    assert _mine().get().citations.get().source == source
    assert _mine().get().citations.get().confidence == "high"
    assert Source.objects.count() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"title": ""}, "Source 1: Title: Give its title."),
        ({"publisher": ""}, "Source 1: Publisher: Say who published it."),
        ({"source_kind": ""}, "Source 1: Kind of source: Choose its kind."),
        ({"published": "by 2025"}, "Source 1: Published: Give both days of publication"),
        ({"address": "javascript:alert(1)"}, "Source 1: Address: A source's address begins with http"),
        ({"address": ""}, "Source 1: Address: Type the address of the source, or choose a known one."),
    ],
)
def test_new_source_that_lacks_something_is_refused_and_nothing_is_written(changed, message, admin_client):
    before = Source.objects.count()

    response = _add(admin_client, {**NEW, **changed})

    assert any(one.startswith(message) for one in _problems(response)), _problems(response)
    assert not _mine().exists()
    assert Source.objects.count() == before


@pytest.mark.django_db
def test_new_source_is_not_kept_where_the_event_is_refused(admin_client):
    response = _add(admin_client, NEW, summary="")

    assert response.status_code == 200
    assert not Source.objects.filter(title="Commission votes").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("second", ["known", "same new", "by address"])
def test_source_given_twice_is_refused(second, admin_client):
    source = make.make_source(url="https://gazette.example/other", title="The other")
    first = {"source": source.pk, "is_used": "on"}
    other = {"source": source.pk} if second == "known" else {"address": "http://www.gazette.example/other/#top"}
    if second == "same new":
        first, other = NEW, {**NEW, "address": "gazette.example/vote?id=7"}

    response = _add(admin_client, first, other)

    assert any("This source is given twice" in one for one in _problems(response))
    assert not _mine().exists()


@pytest.mark.django_db
def test_source_already_cited_is_not_added_again(admin_client):
    citation = make.make_citation()
    page = reverse("admin:agreements_event_change", args=[citation.event_id])
    kept = {"id": citation.pk, "event": citation.event_id, "source": citation.source_id, "is_used": "on"}
    again = {"address": citation.source.url}

    response = admin_client.post(page, _form(kept, again, **{"citations-INITIAL_FORMS": 1}))

    assert any("This source is given twice" in one for one in _problems(response))


@pytest.mark.django_db
def test_address_of_several_known_sources_asks_which(admin_client):
    make.make_source(url="https://lists.example/", title="List of May")
    june = make.make_source(url="https://lists.example", title="List of June")

    asked = _add(admin_client, {"address": "lists.example", "is_used": "on"})
    told = _add(admin_client, {"address": "lists.example", "title": "list of june", "is_used": "on"})

    assert "Source 1: Address: 2 sources have this address: choose one of them by its name below." in _problems(asked)
    assert told.status_code == 302
    assert _mine().get().citations.get().source == june


@pytest.mark.django_db
def test_known_address_with_another_title_or_another_source_is_refused(admin_client):
    make.make_source(url="https://gazette.example/vote?id=7", title="What it is called")
    other = make.make_source()

    titled = _add(admin_client, NEW)
    mixed = _add(admin_client, {"address": NEW["address"], "source": other.pk, "is_used": "on"})

    assert any("This address is recorded as “What it is called”" in one for one in _problems(titled))
    assert any("The address is not that of" in one for one in _problems(mixed))


@pytest.mark.django_db
def test_first_source_is_used_first_unless_an_editor_says_otherwise(admin_client):
    page = admin_client.get(reverse(ADD))
    formset = page.context["inline_admin_formsets"][0].formset

    assert [formset.forms[0]["is_used"].value(), formset.empty_form["is_used"].value()] == [True, False]
    response = _add(admin_client, {**NEW, "is_used": ""})
    assert any("Say which source is used first" in one for one in _problems(response))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "words"),
    [("day", "March 8, 2025", "the day: March 8, 2025"), ("votes", "5–2", "the count of votes: 5–2")],
)
def test_what_a_source_states_otherwise_is_added_in_the_event(field, value, words, admin_client):
    beside = {**NEW, "is_used": "", "differs_on": field, "differs_value": value}

    _add(admin_client, {"source": make.make_source().pk, "is_used": "on"}, beside)

    claim = Claim.objects.get(citation__event=_mine().get())
    assert (str(claim), claim.citation.source.title) == (words, "Commission votes")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"differs_on": "day", "differs_value": "soon"}, "Source 1: It says: “soon” is no day"),
        ({"differs_on": "day", "differs_value": "date not known"}, "Source 1: It says: Say which day it states."),
        ({"differs_on": "votes", "differs_value": ""}, "Source 1: It says: Say what it states."),
        ({"differs_on": "", "differs_value": "5–2"}, "Source 1: States otherwise: Choose on what it states otherwise."),
        (
            {"differs_on": "votes", "differs_value": "5–2", "is_used": "on"},
            "Source 1: States otherwise: The source that is used first cannot state otherwise",
        ),
    ],
)
def test_what_a_source_states_otherwise_is_checked(changed, message, admin_client):
    response = _add(admin_client, {**NEW, "is_used": "", **changed})

    assert any(one.startswith(message) for one in _problems(response)), _problems(response)
    assert not Claim.objects.filter(citation__event__in=_mine()).exists()


@pytest.mark.django_db
def test_claim_is_shown_removed_and_replaced_but_not_doubled(admin_client):
    used = make.make_citation()
    claim = make.make_claim(citation=make.make_citation(event=used.event, is_used=False))
    page = reverse("admin:agreements_event_change", args=[used.event_id])
    rows = [
        {"id": one.pk, "event": one.event_id, "source": one.source_id, "confidence": "high"}
        for one in (used, claim.citation)
    ]
    rows[0]["is_used"] = "on"
    rows[1] |= {"differs_on": "votes", "differs_value": "4–3"}

    opened = admin_client.get(page)
    assert "the count of votes: 5–2" in opened.content.decode()
    rest = {"citations-INITIAL_FORMS": 2, "_seen": opened.context["seen"]}
    doubled = admin_client.post(page, _form(*rows, **rest))
    rows[1]["remove_claims"] = [str(claim.pk)]
    replaced = admin_client.post(page, _form(*rows, **rest))

    assert any("Its claim about the count of votes is recorded" in one for one in _problems(doubled))
    assert replaced.status_code == 302
    assert [str(one) for one in claim.citation.claims.all()] == ["the count of votes: 4–3"]


@pytest.mark.django_db
def test_what_is_known_of_an_address_is_said_to_staff_alone(admin_client, client):
    source = make.make_source(url="https://gazette.example/<b>", title="<script>alert(1)</script>")
    url = reverse("admin:known_source")

    known = admin_client.get(url, {"address": "gazette.example/<b>?utm_id=1"})
    assert known.headers["Content-Type"] == "application/json"
    assert known.json()["source"]["id"] == str(source.pk)
    assert admin_client.get(url, {"address": "gazette.example/new"}).json()["is_known"] is False
    assert "begins with http" in admin_client.get(url, {"address": "ftp://x.org"}).json()["error"]
    assert client.get(url, {"address": "x.org"}).status_code == 302
    client = who_may()
    assert client.get(url, {"address": "x.org"}).status_code == 403


@pytest.mark.django_db
def test_script_in_what_is_typed_of_a_source_is_text(admin_client):
    source = {
        **NEW,
        "title": "<script>alert(1)</script>",
        "publisher": "<img src=x onerror=alert(2)>",
        "published": "x",
    }

    page = _add(admin_client, source).content.decode()

    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.django_db
def test_who_may_not_add_sources_chooses_a_known_one():
    client = who_may(*(f"{act}_{model}" for act in ("add", "view") for model in ("event", "citation")))
    known = make.make_source(url="https://gazette.example/known")

    refused = _add(client, NEW)
    added = _add(client, {"address": known.url, "is_used": "on"})

    assert "Sources: Your account may not add sources: choose a known one." in _problems(refused)
    assert added.status_code == 302


@pytest.mark.django_db
def test_source_of_another_editor_that_came_first_is_used(admin_client):
    form = _form(NEW)
    admin_client.post(reverse(ADD), form)

    again = admin_client.post(reverse(ADD), _form({"address": NEW["address"], "is_used": "on"}))

    assert again.status_code == 302
    assert Citation.objects.filter(source__title="Commission votes").count() == 2
    assert Source.objects.filter(title="Commission votes").count() == 1
