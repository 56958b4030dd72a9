"""What tests of the importer and of the desk share."""

import pytest

from agreements.ice.apply import Rules
from tests import factories as make
from tests.agreements.ice.sheets import RULES


@pytest.fixture
def small_rules(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty record, and rules that know two towns."""
    make.delete_record()
    monkeypatch.setattr(Rules, "load", lambda: RULES)
