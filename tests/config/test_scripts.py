"""script/serve, script/test and script/editors_guide where something is missing: each says what, and stops.

They run in a copy with a space in its path, with a PATH on which only the named programs are found.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
TOOLS = ["bash", "cat", "dirname", "env", "head", "mkdir", "rm"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The project's scripts and locks, with nothing installed."""
    path = tmp_path / "a check out"
    shutil.copytree(PROJECT / "script", path / "script")
    shutil.copy(PROJECT / "requirements-dev.lock", path)
    return path


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder for PATH with the plain tools only: no Python, no uv, no browser."""
    path = tmp_path / "bin"
    path.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found, f"{tool} is not on this machine"
        (path / tool).symlink_to(found)
    return path


def add_program(programs: Path, name: str, body: str) -> None:
    (programs / name).write_text(f"#!/bin/sh\n{body}\n")
    (programs / name).chmod(0o755)


def run(checkout: Path, programs: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(programs), "HOME": os.environ.get("HOME", "/")}
    # From another folder, as the scripts must not depend on it.
    return subprocess.run(
        [checkout / command[0], *command[1:]], cwd=programs, env=environment, capture_output=True, text=True
    )


def test_serve_without_python_says_so(checkout: Path, programs: Path) -> None:
    done = run(checkout, programs, "script/serve")

    assert done.returncode == 1
    assert "Python 3.11 or newer is needed; found: none." in done.stderr


def test_serve_with_an_old_python_says_which(checkout: Path, programs: Path) -> None:
    add_program(programs, "python3", 'test "$1" = --version && echo "Python 3.9.2"; exit 1')

    done = run(checkout, programs, "script/serve")

    assert done.returncode == 1
    assert "Python 3.11 or newer is needed; found: Python 3.9.2." in done.stderr


def test_serve_without_the_venv_module_names_the_package(checkout: Path, programs: Path) -> None:
    # An old python3 comes first on PATH: the newer one beside it is found and used.
    add_program(programs, "python3", "exit 1")
    add_program(programs, "python3.11", f'case "$2" in *ensurepip*) exit 1 ;; esac; exec "{sys.executable}" "$@"')

    done = run(checkout, programs, "script/serve")

    assert done.returncode == 1
    assert "has no venv module" in done.stderr
    assert f"apt-get install python{sys.version_info.major}.{sys.version_info.minor}-venv" in done.stderr


def test_serve_in_a_folder_of_another_user_says_so(checkout: Path, programs: Path) -> None:
    add_program(programs, "python3", f'exec "{sys.executable}" "$@"')
    (checkout / ".data").write_text("in the way of the folder")

    done = run(checkout, programs, "script/serve")

    assert done.returncode == 1
    assert f"This user cannot write in {checkout}." in done.stderr


@pytest.mark.parametrize("arguments", [["--port"], ["--port", "http"], ["--port", "0"], ["--port=70000"], ["8000"]])
def test_serve_with_wrong_arguments_shows_its_usage(checkout: Path, programs: Path, arguments: list[str]) -> None:
    done = run(checkout, programs, "script/serve", *arguments)

    assert done.returncode == 2
    assert "Usage: script/serve [--port N]" in done.stderr


def test_editors_guide_with_arguments_shows_its_usage(checkout: Path, programs: Path) -> None:
    done = run(checkout, programs, "script/editors_guide", "--port", "8000")

    assert (done.returncode, done.stderr) == (2, "Usage: script/editors_guide\n")


@pytest.mark.parametrize("script", ["script/test", "script/editors_guide"])
def test_scripts_without_chromium_name_the_package_and_stop(checkout: Path, programs: Path, script: str) -> None:
    done = run(checkout, programs, script)

    assert done.returncode == 1
    assert "apt-get install chromium" in done.stderr
