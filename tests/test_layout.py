"""Who may import whom: the direction of the code, read from its imports."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
#: Modules that work on rows alone: (files, prefixes that they must not import).
PURE = [
    ("agreements/status.py", ("django.db", "django.http", "agreements.models", "agreements.record")),
    ("agreements/dates.py", ("django", "agreements.models")),
    ("agreements/figures/*.py", ("django", "agreements.models", "agreements.record", "municipalities")),
    ("agreements/ice/parse.py", ("django", "agreements.models")),
    ("agreements/ice/match.py", ("django", "agreements.models", "municipalities.models")),
    ("agreements/ice/places.py", ("django", "agreements.models", "municipalities.models")),
    ("municipalities/names.py", ("django",)),
]


def imports(path: Path) -> set[str]:
    """The dotted names that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_imports_of_the_ground_never_reach_the_record():
    for path in ROOT.glob("municipalities/**/*.py"):
        assert not {name for name in imports(path) if name.split(".")[0] in {"agreements", "config"}}, path


def test_imports_of_the_record_never_reach_the_settings():
    for path in ROOT.glob("agreements/**/*.py"):
        assert not {name for name in imports(path) if name.split(".")[0] == "config"}, path


@pytest.mark.parametrize(("pattern", "forbidden"), PURE)
def test_imports_of_pure_modules_are_pure(pattern, forbidden):
    paths = list(ROOT.glob(pattern))
    assert paths
    for path in paths:
        assert not {name for name in imports(path) if name.startswith(forbidden)}, path


def test_modules_stay_readable_in_one_sitting():
    for app in ("config", "municipalities", "agreements"):
        for path in ROOT.glob(f"{app}/**/*.py"):
            if "migrations" not in path.parts:
                assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path
