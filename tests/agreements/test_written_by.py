"""Who wrote what a second editor checks: whoever changed a draft's sources on their own pages as well."""

import pytest
from django.contrib.auth.models import Permission

from agreements.models import Citation, Claim
from tests import factories as make
from tests.agreements.test_publishing import Editor
from tests.desk_forms import form_of, url, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed():
    """A draft of a kind that needs a second editor, with a source and its claim, as its writer left it."""
    event = make.make_event(kind="signed", written_by=Editor().user)
    return make.make_claim(citation=make.make_citation(event=event)).citation.event


def _add(by, model, **values):
    return by.client.post(url(model, "add"), {"claims-TOTAL_FORMS": 0, "claims-INITIAL_FORMS": 0, **values})


def _change(by, row, **values):
    return by.client.post(url_of(row), form_of(by.client, row, **values))


def _delete(by, row):
    by.user.user_permissions.add(*Permission.objects.filter(codename__in=["delete_citation", "delete_claim"]))
    return by.client.post(url_of(row, "delete"), {"post": "yes"})


def _delete_in_list(by, row):
    by.user.user_permissions.add(*Permission.objects.filter(codename__in=["delete_citation", "delete_claim"]))
    picked = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    return by.client.post(url(type(row), "changelist"), picked)


WAYS = {
    "a source is added": lambda by, citation, claim: _add(
        by, Citation, event=citation.event_id, source=make.make_source().pk, confidence="high"
    ),
    "a source says something else": lambda by, citation, claim: _change(by, citation, says="Another."),
    "a claim is changed with its source": lambda by, citation, claim: _change(
        by, citation, **{"claims-0-value": "Another."}
    ),
    "a source is taken off": lambda by, citation, claim: _delete(by, citation),
    "sources are taken off": lambda by, citation, claim: _delete_in_list(by, citation),
    "a claim is added": lambda by, citation, claim: _add(
        by, Claim, citation=citation.pk, field="court", value="Another."
    ),
    "a claim is changed": lambda by, citation, claim: _change(by, claim, value="Another."),
    "a claim goes to another event": lambda by, citation, claim: _change(by, claim, citation=make.make_citation().pk),
    "a claim is taken off": lambda by, citation, claim: _delete(by, claim),
    "claims are taken off": lambda by, citation, claim: _delete_in_list(by, claim),
}


@pytest.mark.parametrize("way", WAYS)
def test_who_changes_a_drafts_sources_is_its_writer(way, signed):
    second, citation = Editor(), signed.citations.get()

    assert WAYS[way](second, citation, citation.claims.get()).status_code == 302

    signed.refresh_from_db()
    assert signed.written_by == second.user


def test_who_saves_a_source_as_it_was_is_not_its_writer(signed):
    first = signed.written_by

    assert _change(Editor(), signed.citations.get()).status_code == 302

    signed.refresh_from_db()
    assert signed.written_by == first


def test_claims_that_are_taken_off_in_the_list_are_not_set_again_by_the_importer():
    claim = make.make_claim(citation=make.make_citation(is_from_list=True))

    _delete_in_list(Editor(), claim)

    claim.citation.refresh_from_db()
    assert not claim.citation.is_from_list
