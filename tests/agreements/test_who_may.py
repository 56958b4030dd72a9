"""Who may what at the desk: every address and every action, for nobody, each group and superusers, seen and sent.

The tables below say it. An address or an action that they do not name fails a test until they do.
"""

from collections.abc import Callable, Collection, Iterator
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Model
from django.http import HttpResponseBase
from django.test import Client, RequestFactory
from django.urls import URLResolver, reverse

from agreements import groups
from agreements.admin.changes import histories
from agreements.groups import ADMINISTRATOR, CONTRIBUTOR, EDITOR, NAMES, rights
from agreements.ice.apply import Rules
from agreements.models import Agency, AgencyAlias, Claim, Event, LinkCheck, Proposal
from agreements.models.event import Publication
from municipalities.models import County, Municipality, State
from tests import factories as make
from tests.agreements.ice.sheets import RULES
from tests.signing_in import make_account, signed_in

pytestmark = pytest.mark.django_db

NOBODY, SUPERUSER, NEVER = "nobody", "superuser", "never"
#: Each may all that the ones before may.
KINDS = (NOBODY, CONTRIBUTOR, EDITOR, ADMINISTRATOR, SUPERUSER)
RANK = {kind: rank for rank, kind in enumerate((*KINDS, NEVER))}


class Right(NamedTuple):
    """The least who may see rows of a model, add, change and delete one."""

    view: str
    add: str
    change: str
    delete: str


ENTERED = Right(CONTRIBUTOR, CONTRIBUTOR, CONTRIBUTOR, ADMINISTRATOR)
SETTLED = Right(CONTRIBUTOR, EDITOR, EDITOR, ADMINISTRATOR)
MODELS = {
    "agreements_event": ENTERED,
    "agreements_citation": ENTERED,
    "agreements_claim": ENTERED,
    "agreements_source": ENTERED,
    "agreements_suit": ENTERED,
    "agreements_check": SETTLED,
    "agreements_agency": SETTLED,
    "agreements_agencyalias": SETTLED,
    "agreements_agreement": SETTLED,
    "agreements_sheet": Right(CONTRIBUTOR, NEVER, NEVER, NEVER),
    "agreements_proposal": Right(CONTRIBUTOR, NEVER, EDITOR, NEVER),
    "agreements_listing": Right(CONTRIBUTOR, NEVER, NEVER, NEVER),
    "agreements_revision": Right(CONTRIBUTOR, NEVER, NEVER, NEVER),
    "agreements_linkcheck": Right(CONTRIBUTOR, NEVER, NEVER, NEVER),
    "municipalities_municipality": SETTLED,
    "municipalities_county": SETTLED,
    "municipalities_state": Right(CONTRIBUTOR, SUPERUSER, SUPERUSER, SUPERUSER),
    "auth_user": Right(ADMINISTRATOR, ADMINISTRATOR, ADMINISTRATOR, NEVER),
    "auth_group": Right(ADMINISTRATOR, SUPERUSER, SUPERUSER, SUPERUSER),
}
#: Those of which a list gives CSV, and which show what was deleted.
OF_THE_DESK = {name for name in MODELS if not name.startswith("auth")}
#: The actions of the lists, and what of Right one must have for it.
ACTIONS = {"delete_selected": "delete"}
#: Those of one model, tested where it is.
OWN_ACTIONS = {"agreements_linkcheck": {"accept"}}


def _row(name: str) -> Model:
    """A row of the model that is changed and deleted freely."""
    model = next(model for model in admin.site._registry if _name(model) == name)
    state = make.florida()
    if model is AgencyAlias:
        make.delete_record()  # a change of an alias settles the record anew, which takes its time
    if model is County:
        return County.objects.create(geoid="99999", name="Test", full_name="Test County", state=state, slug="test")
    if model is Municipality:
        county = state.counties.first()
        values = {"key": "fl-test-city", "name": "Test", "full_name": "Test city", "kind": "city", "slug": "test"}
        return Municipality.objects.create(state=state, main_county=county, policing="unknown", **values)
    if model is State:
        return State.objects.create(code="ZZ", fips="99", name="Test", slug="zz")
    if model is User:
        return make_account(CONTRIBUTOR, password=None)
    if model is Group:
        return Group.objects.create(name="Test")
    return make.make_link_check() if model is LinkCheck else make.FACTORIES[model]()


class Page(NamedTuple):
    """An address besides the five of each model: its arguments, and the least who may get it and send to it.

    query: what it is asked with. refused: what is answered to whoever is signed in and may not. answers: to whoever
    may; 404 where no row of that number is there, which nobody else is told.
    """

    get: str
    post: str
    args: Callable[[], list[object]] = list
    query: dict[str, str] = {}
    refused: int = 403
    answers: frozenset[int] = frozenset({200, 302})


NOT_THERE = frozenset({404})


def _account() -> list[object]:
    return [make_account(CONTRIBUTOR).pk]


def _proposed() -> list[object]:
    """The address at which a correction that somebody has proposed is discarded."""
    revision = make.make_revision()
    return [revision.event_id, revision.pk, "discard"]


def _published() -> list[object]:
    return [make.make_revision().event_id]


AGENCY_OF_AN_ALIAS = {"app_label": "agreements", "model_name": "agencyalias", "field_name": "agency"}
PAGES = {
    "index": Page(CONTRIBUTOR, CONTRIBUTOR),
    "app_list": Page(CONTRIBUTOR, CONTRIBUTOR, lambda: ["agreements"]),
    "autocomplete": Page(CONTRIBUTOR, NEVER, query=AGENCY_OF_AN_ALIAS),
    "jsi18n": Page(CONTRIBUTOR, NEVER),
    "read_days": Page(CONTRIBUTOR, CONTRIBUTOR, query={"q": "2025"}),
    "view_on_site": Page(
        CONTRIBUTOR,
        CONTRIBUTOR,
        lambda: [ContentType.objects.get_for_model(Agency).pk, Agency.objects.standing_alone().first().pk],
    ),
    "password_change": Page(CONTRIBUTOR, CONTRIBUTOR),
    "password_change_done": Page(CONTRIBUTOR, NEVER),
    # Tested one by one in test_sign_in.py.
    "login": Page(NOBODY, NOBODY),
    "logout": Page(NEVER, NOBODY, refused=405),
    "enter_code": Page(CONTRIBUTOR, CONTRIBUTOR),
    "set_up_code": Page(CONTRIBUTOR, CONTRIBUTOR),
    "confirm": Page(CONTRIBUTOR, CONTRIBUTOR),
    "second_factor": Page(CONTRIBUTOR, CONTRIBUTOR),
    "recovery_codes": Page(NEVER, CONTRIBUTOR, refused=405),
    "auth_user_password_change": Page(ADMINISTRATOR, ADMINISTRATOR, _account),
    "auth_user_reset_second_factor": Page(ADMINISTRATOR, ADMINISTRATOR, _account),
    "auth_user_lift_locks": Page(ADMINISTRATOR, ADMINISTRATOR, _account),
    "find_subject": Page(CONTRIBUTOR, CONTRIBUTOR, query={"term": "South Miami"}),
    "known_source": Page(CONTRIBUTOR, CONTRIBUTOR, query={"address": "https://news.example/1"}),
    "preview_event": Page(NEVER, CONTRIBUTOR, refused=405),
    # What each decision asks for is tested in test_publishing.py.
    "decide_revision": Page(NEVER, EDITOR, _proposed, refused=405),
    "withdraw_event": Page(NEVER, CONTRIBUTOR, _published, {"reason": "It was elsewhere."}, refused=405),
    "desk_check": Page(EDITOR, EDITOR, lambda: [make.south_miami().pk]),
    "upload_sheet": Page(EDITOR, EDITOR),
    "read_file_name": Page(EDITOR, EDITOR, query={"name": "participatingAgencies07082025pm.xlsx"}),
    "review_sheet": Page(EDITOR, EDITOR, lambda: [0], answers=NOT_THERE),
    "answer_question": Page(NEVER, EDITOR, lambda: [0, 0], refused=405, answers=NOT_THERE),
    "name_row": Page(NEVER, EDITOR, lambda: [0, 0], refused=405, answers=NOT_THERE),
    "rule_on_sheet": Page(EDITOR, EDITOR, lambda: [make.make_sheet().pk]),
}
#: The addresses without a name: those of before Django 1.9, which lead to a row's page, and what is nowhere.
NAMELESS = ("<path:object_id>/", "(?P<url>.*)$")


def _of_revision(what: str) -> Callable[[], list[object]]:
    """The address of a decision on a correction that somebody has proposed."""

    def args() -> list[object]:
        revision = make.make_revision()
        return [revision.event_id, revision.pk, what]

    return args


def _published_event() -> list[object]:
    return [make.make_revision().event_id]


def _name(model: type[Model]) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}"


def _addresses(patterns: list[object], before: str = "") -> Iterator[tuple[str, str | None]]:
    """Every address of the desk, as (route, name)."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern.url_patterns, route)
        else:
            yield route, pattern.name


@pytest.fixture(autouse=True)
def _small_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules that know two towns, for what settles the record."""
    monkeypatch.setattr(Rules, "load", lambda: RULES)


def _client(kind: str) -> Client:
    if kind == NOBODY:
        return Client()
    values = {"is_superuser": True} if kind == SUPERUSER else {}
    return signed_in(make_account(kind, **values))


def _may(kind: str, least: str) -> bool:
    return RANK[kind] >= RANK[least]


def _is_to_sign_in(response: HttpResponseBase) -> bool:
    return response.status_code == 302 and response["Location"].startswith(reverse("admin:login"))


def _check(
    response: HttpResponseBase,
    kind: str,
    least: str,
    where: str,
    refused: int = 403,
    answers: Collection[int] = (200, 302),
) -> None:
    """That the answer is one to whoever may, or is not."""
    if _may(kind, least):
        assert response.status_code in answers, where
        assert not _is_to_sign_in(response), where
        assert not response.get("Location", "").startswith(reverse("admin:confirm")), where
    elif kind == NOBODY and refused != 405:
        assert _is_to_sign_in(response), where
    else:
        assert response.status_code == refused or (kind == NOBODY and _is_to_sign_in(response)), where


every_kind = pytest.mark.parametrize("kind", KINDS)
every_model = pytest.mark.parametrize("name", MODELS)


def test_every_address_of_the_desk_is_in_the_tables() -> None:
    stated = {*PAGES, *(f"{name}_{page}" for name in MODELS for page in (*Right._fields[1:], "changelist", "history"))}
    stated |= {f"{name}_{page}" for name in OF_THE_DESK for page in ("csv", "deleted")}
    routes = list(_addresses(admin.site.get_urls()))

    assert {name for _, name in routes if name} == stated
    assert [route for route, name in routes if not name and not route.endswith(NAMELESS)] == []


def test_every_model_and_action_of_the_desk_is_in_the_tables() -> None:
    request = RequestFactory().get("/")
    request.user = make_account(is_superuser=True)

    assert {_name(model) for model in admin.site._registry} == set(MODELS)
    for model, model_admin in admin.site._registry.items():
        assert set(model_admin.get_actions(request)) <= {*ACTIONS, *OWN_ACTIONS.get(_name(model), ())}, model


@every_kind
@every_model
def test_pages_of_a_model_are_seen_by_whoever_may(name: str, kind: str) -> None:
    client, right, row = _client(kind), MODELS[name], _row(name)
    pages = {
        "changelist": (right.view, []),
        "add": (right.add, []),
        "change": (right.view, [row.pk]),
        "history": (right.view, [row.pk]),
        "delete": (right.delete, [row.pk]),
    }
    if name in OF_THE_DESK:
        pages["csv"] = (right.view, [])

    for page, (least, args) in pages.items():
        _check(client.get(reverse(f"admin:{name}_{page}", args=args)), kind, least, page)


@every_kind
@pytest.mark.parametrize("name", sorted(OF_THE_DESK))
def test_what_was_deleted_is_seen_by_whoever_may_delete(name: str, kind: str) -> None:
    """Of what the history does not keep nobody sees it."""
    model = next(model for model in admin.site._registry if _name(model) == name)
    least = MODELS[name].delete if model in histories() else NEVER

    _check(_client(kind).get(reverse(f"admin:{name}_deleted")), kind, least, name)


@every_kind
@every_model
def test_nothing_is_added_changed_or_deleted_by_whoever_may_not(name: str, kind: str) -> None:
    client, right, row = _client(kind), MODELS[name], _row(name)
    model = type(row)

    def stands() -> tuple[int, Any]:
        return model.objects.count(), model.objects.filter(pk=row.pk).values().get()

    before = stands()
    _check(client.post(reverse(f"admin:{name}_add")), kind, right.add, "add")
    _check(client.post(reverse(f"admin:{name}_change", args=[row.pk])), kind, right.change, "change")
    if not _may(kind, right.change):
        assert stands() == before
    _check(client.post(reverse(f"admin:{name}_delete", args=[row.pk]), {"post": "yes"}), kind, right.delete, "delete")

    assert model.objects.filter(pk=row.pk).exists() == (not _may(kind, right.delete))


@every_kind
@every_model
@pytest.mark.parametrize("action", ACTIONS)
def test_action_is_carried_out_for_whoever_may(action: str, name: str, kind: str) -> None:
    client, row = _client(kind), _row(name)
    least = getattr(MODELS[name], ACTIONS[action])

    client.post(reverse(f"admin:{name}_changelist"), {"action": action, "_selected_action": [row.pk], "post": "yes"})

    assert type(row).objects.filter(pk=row.pk).exists() == (not _may(kind, least))


@every_kind
@pytest.mark.parametrize("name", PAGES)
def test_page_is_answered_to_whoever_may(name: str, kind: str) -> None:
    page = PAGES[name]
    url = reverse(f"admin:{name}", args=page.args())

    _check(_client(kind).get(url, page.query), kind, page.get, "get", page.refused, page.answers)
    refused = 405 if page.post == NEVER else 403
    _check(_client(kind).post(url, page.query), kind, page.post, "post", refused, page.answers)


@every_kind
def test_accounts_are_no_section_and_no_choice_of_those_who_do_not_manage_them(kind: str) -> None:
    client = _client(kind)
    answerers = {"app_label": "agreements", "model_name": "proposal", "field_name": "answered_by", "term": ""}

    section = client.get(reverse("admin:app_list", args=["auth"]))
    choices = client.get(reverse("admin:autocomplete"), answerers)

    _check(section, kind, ADMINISTRATOR, "section", refused=404)
    _check(choices, kind, ADMINISTRATOR, "choices")


@pytest.mark.parametrize("route", ["nowhere/", "agreements/event/1/", "nowhere"])
def test_what_is_nowhere_tells_nobody_so(route: str, client: Client) -> None:
    assert _is_to_sign_in(client.get(f"/admin/{route}"))


@pytest.mark.parametrize("name", NAMES)
def test_group_has_the_rights_that_are_stated_and_no_other(name: str) -> None:
    group = Group.objects.get(name=name)

    assert set(group.permissions.values_list("content_type__app_label", "codename")) == set(rights(name))


def test_groups_are_made_where_they_are_missing_and_left_where_they_stand() -> None:
    def stand() -> dict[str, int]:
        return {group.name: group.permissions.count() for group in Group.objects.filter(name__in=NAMES)}

    whole, permissions = stand(), Permission.objects.count()
    more = Permission.objects.get(codename="delete_user")
    Group.objects.get(name=CONTRIBUTOR).permissions.set([more])
    Group.objects.get(name=EDITOR).delete()

    groups.settle()
    assert stand() == {**whole, CONTRIBUTOR: whole[CONTRIBUTOR] + 1}
    groups.remove(apps, SimpleNamespace(connection=connection))
    assert stand() == {}
    groups.settle()
    assert (stand(), Permission.objects.count()) == (whole, permissions)


def test_groups_may_more_and_more() -> None:
    contributor, editor, administrator = (set(rights(name)) for name in NAMES)

    assert contributor < editor < administrator
    assert {("agreements", "publish_event"), ("agreements", "review_sheet")} <= editor - contributor
    assert not {right for right in editor if right[1].startswith("delete") or right[0] == "auth"}


def test_account_without_a_group_or_switched_off_sees_nothing() -> None:
    assert signed_in(make_account()).get(reverse("admin:agreements_event_changelist")).status_code == 403
    assert _is_to_sign_in(signed_in(make_account(EDITOR, is_staff=False)).get(reverse("admin:index")))
    assert _is_to_sign_in(signed_in(make_account(EDITOR, is_active=False)).get(reverse("admin:index")))


def test_editor_deletes_no_row_through_the_page_of_another() -> None:
    claim = make.make_claim()
    client = _client(EDITOR)
    url = reverse("admin:agreements_citation_change", args=[claim.citation_id])
    page = client.get(url)
    sent = {
        "event": claim.citation.event_id,
        "source": claim.citation.source_id,
        "confidence": "high",
        "claims-TOTAL_FORMS": 1,
        "claims-INITIAL_FORMS": 1,
        "claims-0-id": claim.pk,
        "claims-0-citation": claim.citation_id,
        "claims-0-field": claim.field,
        "claims-0-value": claim.value,
        "claims-0-DELETE": "on",
        "_seen": page.context["seen"],
    }

    assert "claims-0-DELETE" not in page.text
    assert client.post(url, sent).status_code == 302
    assert Claim.objects.filter(pk=claim.pk).exists()


def test_contributor_answers_no_question_and_rules_on_no_sheet() -> None:
    proposal, sheet = make.make_proposal(), make.make_sheet(held_because="Many rows are gone.")
    client = _client(CONTRIBUTOR)

    client.post(reverse("admin:agreements_proposal_change", args=[proposal.pk]), {"pressed": "yes", "note": "Yes."})
    client.post(reverse("admin:rule_on_sheet", args=[sheet.pk]), {"ruling": "use"})

    proposal.refresh_from_db()
    sheet.refresh_from_db()
    assert (proposal.answer, sheet.ruling) == (Proposal._meta.get_field("answer").default, "")
    assert not Event.objects.filter(is_from_list=True, agreement=proposal.agreement).exists()


def _of_a_published_event() -> dict[str, Model]:
    event = make.make_event(publication=Publication.PUBLISHED)
    claim = make.make_claim(citation=make.make_citation(event=event))
    return {"claim": claim, "citation": claim.citation, "source": claim.citation.source}


@pytest.mark.parametrize("kind", [CONTRIBUTOR, EDITOR])
@pytest.mark.parametrize("name", ["claim", "citation", "source"])
def test_what_is_published_is_changed_by_whoever_may_publish(name: str, kind: str) -> None:
    """What belongs to the event itself is changed on the event's own page alone."""
    row = _of_a_published_event()[name]
    url = reverse(f"admin:agreements_{name}_change", args=[row.pk])

    assert _client(kind).get(url).status_code == 200
    assert _client(kind).post(url, {}).status_code == (200 if (name, kind) == ("source", EDITOR) else 403)


@pytest.mark.parametrize("make_row", [make.make_check, make.make_sheet])
def test_source_of_a_check_or_a_sheet_is_changed_by_whoever_may_publish(make_row: Callable[[], Any]) -> None:
    url = reverse("admin:agreements_source_change", args=[make_row().source_id])

    assert _client(CONTRIBUTOR).post(url, {}).status_code == 403
    assert _client(EDITOR).post(url, {}).status_code == 200
