import ast
import sys

import pytest
from django.conf import settings

PURE = [
    *("agencies", "aliases", "answers", "cells", "csv_list", "doubts", "findings", "history", "holds", "identify"),
    *("identity", "links", "match", "parse", "pending", "places", "plan", "planned", "presence", "sheet_xml"),
    *("signing", "workbook"),
]
ALLOWED = {
    "python_calamine",
    "municipalities.names",
    "municipalities.reading",
    "agreements.dates",
    "agreements.kinds",
}


@pytest.mark.parametrize("module", PURE)
def test_reading_and_matching_import_neither_django_nor_the_record(module: str) -> None:
    tree = ast.parse((settings.BASE_DIR / "agreements" / "ice" / f"{module}.py").read_text(encoding="utf-8"))

    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module or "")

    foreign = {
        name
        for name in imported
        if name.split(".")[0] not in sys.stdlib_module_names
        and not any(name == allowed or name.startswith(f"{allowed}.") for allowed in ALLOWED)
        and name not in ("agreements.ice", *(f"agreements.ice.{pure}" for pure in PURE))
    }
    assert imported
    assert foreign == set()
