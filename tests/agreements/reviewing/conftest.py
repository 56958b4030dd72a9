"""An empty record, and two editors who may review sheets."""

import pytest
from django.test import Client

from agreements.ice.apply import Rules
from tests import factories as make
from tests.agreements.ice.sheets import RULES
from tests.agreements.reviewing.pages import signed_in


@pytest.fixture(autouse=True)
def small_rules(db, monkeypatch):
    """An empty record, and rules that know two towns."""
    make.delete_record()
    monkeypatch.setattr(Rules, "load", lambda: RULES)


@pytest.fixture
def ana() -> Client:
    return signed_in("ana", "review_sheet", "view_sheet")


@pytest.fixture
def ben() -> Client:
    return signed_in("ben", "review_sheet", "view_sheet")
