"""What every test stands on: one test database a session, filled with the real places and the real record."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from pytest_django import DjangoDbBlocker


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The test database with the places and the record, loaded once: tests roll their own writes back onto them."""
    with django_db_blocker.unblock():
        call_command("load_places", "--if-empty", stdout=StringIO())
        call_command("load_record", "--if-empty", stdout=StringIO())


@pytest.fixture
def places(db: None) -> None:
    """The reference places of fixtures/places, as a test's stated ground."""


@pytest.fixture(autouse=True)
def plain_static_files(settings: LazySettings, tmp_path: Path) -> None:
    """Static files under their own names, so that a page can be asked for without collecting them first."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
