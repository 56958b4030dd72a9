"""What every test stands on: one test database a session, filled with the real places and the real record."""

import gc
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import teardown_databases
from pytest_django import DjangoDbBlocker

from agreements.groups import ADMINISTRATOR, CONTRIBUTOR, EDITOR
from tests import ground
from tests.signing_in import make_account, signed_in


def pytest_collection_finish() -> None:
    """What was imported and collected is no garbage: walking over it again and again took a tenth of the time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_keepdb: bool,
    django_db_createdb: bool,
) -> Iterator[None]:
    """The test database with the places and the record, loaded once: tests roll their own writes back onto them.

    Made for whoever asks. pytest-django's own would make none where only tests without its mark run, as those in the
    browser are, and the record would go into the database that is no test's.
    """
    connection.settings_dict["TEST"]["TEMPLATE"] = os.environ.get("TESTS_GROUND")
    with django_db_blocker.unblock():
        made = ground.made(keepdb=django_db_keepdb and not django_db_createdb)
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            teardown_databases(made, verbosity=0)


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


@pytest.fixture
def admin_user(db: None) -> User:
    """A superuser. Without a password, whose hash would cost more than most tests do."""
    return User.objects.create_superuser("admin")


@pytest.fixture
def admin_client(admin_user: User) -> Client:
    """A superuser's session at the desk, with password and code given just now."""
    return signed_in(admin_user)


@pytest.fixture
def contributor_client(db: None) -> Client:
    return signed_in(make_account(CONTRIBUTOR))


@pytest.fixture
def editor_client(db: None) -> Client:
    return signed_in(make_account(EDITOR))


@pytest.fixture
def administrator_client(db: None) -> Client:
    return signed_in(make_account(ADMINISTRATOR))


@pytest.fixture
def editors(db: None) -> Iterator[tuple[psycopg.Connection, psycopg.Connection]]:
    """Two connections of their own to the test database. What they commit stays: only rows set as they are."""
    parameters = connection.get_connection_params()
    known = {name: parameters[name] for name in ("dbname", "user", "host", "port") if parameters.get(name)}
    with closing(psycopg.connect(**known)) as one, closing(psycopg.connect(**known)) as other:
        yield one, other
