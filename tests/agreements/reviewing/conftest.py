"""An empty record, and two editors who may review sheets."""

import pytest
from django.test import Client

from agreements.ice.apply import Rules
from tests import factories as make
from tests.agreements.ice.sheets import RULES
from tests.agreements.reviewing.pages import reviewer


@pytest.fixture(autouse=True)
def small_rules(db, monkeypatch):
    """An empty record, and rules that know two towns."""
    make.delete_record()
    monkeypatch.setattr(Rules, "load", lambda: RULES)


@pytest.fixture
def ana() -> Client:
    return reviewer("ana", "review_sheet", "view_sheet")


@pytest.fixture
def ben() -> Client:
    return reviewer("ben", "review_sheet", "view_sheet")
