"""The rules of axe-core, as pages in the browser are held to them."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
#: The schemes differ in their colours alone, so in the dark one the rules about colours are enough.
_COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}


def broken(page: Page, scheme: str, *, is_strict: bool = False) -> list[tuple[str, list[Any]]]:
    """The rules that a page breaks, by what axe-core calls them, each with the elements that do.

    Those of WCAG 2.2, A and AA, where it is serious or critical; strictly every break, and of best practices too.
    """
    tags = [*_WCAG, "best-practice"] if is_strict else _WCAG
    # What passes is not written out, which takes half of the time.
    options = {"runOnly": tags if scheme == "light" else _COLOURS, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    counted = [one for one in found if is_strict or one["impact"] in {"serious", "critical"}]
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in counted]
