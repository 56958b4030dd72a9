"""docker-compose.yml and the Dockerfile: what production relies on, read from the files themselves."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import connection

PROJECT = Path(__file__).resolve().parents[2]
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]
OURS = ["migrate", "web"]


def variables(service: str) -> dict[str, str]:
    return SERVICES[service]["environment"]


@pytest.mark.django_db
def test_database_is_the_version_that_the_tests_run_on() -> None:
    name, _, tag = SERVICES["db"]["image"].partition(":")

    assert name == "postgres"
    assert tag.split(".")[0] == str(connection.pg_version // 10_000)


@pytest.mark.django_db
def test_database_sorts_as_the_one_that_the_tests_run_on() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT datlocprovider, datlocale, datcollate FROM pg_database WHERE datname = current_database()"
        )
        ours = cursor.fetchone()

    assert ours == ("b", "C.UTF-8", "C")
    options = "--encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8"
    assert variables("db")["POSTGRES_INITDB_ARGS"] == options


def test_database_is_kept_in_a_named_volume_at_the_path_of_postgres_18() -> None:
    assert SERVICES["db"]["volumes"] == ["database:/var/lib/postgresql"]
    assert "database" in yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["volumes"]


def test_database_is_not_reachable_from_outside() -> None:
    assert "ports" not in SERVICES["db"]
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["web"]["ports"])


@pytest.mark.parametrize("service", OURS)
def test_our_containers_have_few_rights(service: str) -> None:
    settings = SERVICES[service]

    assert settings["user"].split(":")[0] not in ("0", "root", "")
    assert settings["read_only"] is True
    assert settings["tmpfs"] == "/tmp"
    assert settings["cap_drop"] == ["ALL"]


@pytest.mark.parametrize(
    ("service", "name", "variable"),
    [
        ("db", "POSTGRES_PASSWORD", "POSTGRES_PASSWORD"),
        *((service, "PGPASSWORD", "POSTGRES_PASSWORD") for service in OURS),
        *((service, name, name) for service in OURS for name in ("SECRET_KEY", "ALLOWED_HOSTS")),
    ],
)
def test_secret_has_no_default(service: str, name: str, variable: str) -> None:
    # ${VARIABLE:?message} makes compose refuse to start where it is unset or empty.
    assert re.fullmatch(rf"\$\{{{variable}:\?[^}}]+\}}", variables(service)[name])


@pytest.mark.parametrize("service", OURS)
def test_database_address_holds_no_password(service: str) -> None:
    assert variables(service)["DATABASE_URL"] == "postgres://tracker@db/tracker"


def test_web_waits_for_the_database_and_the_migration() -> None:
    waits = {name: needs["condition"] for name, needs in SERVICES["web"]["depends_on"].items()}

    assert waits == {"db": "service_healthy", "migrate": "service_completed_successfully"}
    assert SERVICES["migrate"]["restart"] == "no"
    assert SERVICES["migrate"]["depends_on"]["db"]["condition"] == "service_healthy"
    assert "healthcheck" in SERVICES["db"]
    assert "healthcheck" in SERVICES["web"]


def test_image_installs_only_what_production_needs_by_hash_and_is_not_root() -> None:
    text = (PROJECT / "Dockerfile").read_text()

    assert "pip install --require-hashes --requirement requirements.lock" in text
    assert "requirements-dev" not in text
    assert re.findall(r"^USER (\S+)$", text, re.MULTILINE)[-1] == SERVICES["web"]["user"]


def test_published_pages_are_kept_in_a_volume_that_the_site_may_write() -> None:
    image = (PROJECT / "Dockerfile").read_text()
    user, _, group = SERVICES["web"]["user"].partition(":")

    assert "ENV PAGES_ROOT=/pages" in image
    assert f"RUN install -d -m 700 -o {user} -g {group} /pages" in image
    assert SERVICES["web"]["volumes"] == ["pages:/pages"]
    assert "pages" in yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["volumes"]
    assert "volumes" not in SERVICES["migrate"]
