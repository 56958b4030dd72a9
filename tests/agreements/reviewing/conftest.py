"""An empty record, and two editors who may review sheets."""

import pytest
from django.test import Client

from tests.signing_in import who_may


@pytest.fixture(autouse=True)
def empty_record(small_rules):
    """Every test here begins with one."""


@pytest.fixture
def ana() -> Client:
    return who_may("review_sheet", "view_sheet", name="ana")


@pytest.fixture
def ben() -> Client:
    return who_may("review_sheet", "view_sheet", name="ben")
