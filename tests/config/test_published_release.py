"""The fingerprint of a release: the same in each of its processes, another where a page may come out otherwise."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from config import settings as ours
from config.published_release import FOLDERS, release

PRINT = "import django; django.setup(); from config.published_release import release; print(release())"


def test_release_is_the_same_in_every_process() -> None:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONDONTWRITEBYTECODE": "1"}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PRINT],
            cwd=settings.BASE_DIR,
            env=environment | {"PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in ("1", "2")
    ]

    first, second = (process.communicate(timeout=60)[0].strip() for process in processes)

    assert len(first) == 16
    assert first == second


@pytest.mark.parametrize(("name", "value"), [("SITE_URL", "https://elsewhere.example"), ("ICE_HOLD_ROWS", 99)])
def test_release_changes_with_a_setting(monkeypatch: pytest.MonkeyPatch, name: str, value: object) -> None:
    before = release()

    monkeypatch.setattr(ours, name, value)

    assert release() != before


@pytest.mark.parametrize("folder", FOLDERS)
def test_release_changes_with_each_folder(tmp_path, settings, folder: str) -> None:
    settings.BASE_DIR = tmp_path
    before = release()

    (tmp_path / folder / "deeper").mkdir(parents=True)
    (tmp_path / folder / "deeper" / "new").write_text("new")

    assert release() != before


def test_release_counts_every_folder_that_a_page_is_made_of() -> None:
    assert {"fixtures", "templates", "agreements", "municipalities", "config", "static"} <= set(FOLDERS)


def test_release_is_made_of_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    before = release()

    monkeypatch.setattr(ours, "SECRET_KEY", "another")

    assert release() == before


def test_release_changes_with_the_static_files(tmp_path, settings) -> None:
    settings.STATIC_ROOT = tmp_path
    before = release()

    (tmp_path / "staticfiles.json").write_text("{}")

    assert release() != before
