"""The lock files: every package pinned by version and hash, no address in them, and no test tool in production."""

import re
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-bench.lock"]


def entries(lock: str) -> list[str]:
    """The lock's requirements, each with the hashes that continue its line."""
    text = (PROJECT / lock).read_text().replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def pins(lock: str) -> dict[str, str]:
    return dict(entry.split()[0].split("==") for entry in entries(lock))


def declared(requirements: list[str]) -> set[str]:
    return {re.split(r"[^A-Za-z0-9-]", requirement)[0].lower() for requirement in requirements}


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_pins_every_package_by_version_and_hash(lock: str) -> None:
    found = entries(lock)

    pinned = re.compile(r"[a-z0-9-]+==[^\s;]+( ;[^-]+(-[^-]+)*?)?( +--hash=sha256:[0-9a-f]{64})+ *")
    assert len(found) > 10
    assert [entry for entry in found if not pinned.fullmatch(entry)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_holds_no_address(lock: str) -> None:
    text = (PROJECT / lock).read_text()

    assert re.findall(r"://|--(?:extra-)?index-url|--find-links|--trusted-host|@ ", text) == []


def test_locks_hold_what_pyproject_declares() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]

    production = declared(project["project"]["dependencies"])
    development = declared([*groups["postgres"], *groups["test"]])

    assert production <= pins("requirements.lock").keys()
    assert production | development <= pins("requirements-dev.lock").keys()
    assert development.isdisjoint(pins("requirements.lock"))


def test_development_runs_on_the_versions_of_production() -> None:
    development = pins("requirements-dev.lock")

    assert {name: development.get(name) for name in pins("requirements.lock")} == pins("requirements.lock")
