"""What file names and addresses say, and which of them are ICE's own."""

from datetime import date
from urllib.parse import quote

import pytest

from agreements.ice.fetch import FetchError, Site, addresses, sheet_link, suggest
from tests.agreements.ice.fetching.ice_site import TODAY

# File names


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("participatingAgencies05182026am.xlsx", ("participating", TODAY, "am")),
        ("pendingAgencies07112025pm.xlsx", ("pending", date(2025, 7, 11), "pm")),
        ("pendingAgencies09292025mid.xlsx", ("pending", date(2025, 9, 29), "mid")),
        ("pendingAgencies11122025.xlsx", ("pending", date(2025, 11, 12), None)),
        ("pendingAgencies12042025pm2.xlsx", ("pending", date(2025, 12, 4), "pm")),
        ("participatingAgencies05122025amB.xlsx", ("participating", date(2025, 5, 12), "am")),
        ("participatingAgencies04212026am 12.15.07 AM.xlsx", ("participating", date(2026, 4, 21), "am")),
        ("participatingAgencies06112025pm-1a2b3c4d.xlsx", ("participating", date(2025, 6, 11), "pm")),
        ("PARTICIPATINGAGENCIES06112025PM.XLSX", ("participating", date(2025, 6, 11), "pm")),
        ("participatingAgencies-20250221214937.xlsx", ("participating", date(2025, 2, 21), "pm")),
        ("pendingAgencies-20250221091500.xlsx", ("pending", date(2025, 2, 21), "am")),
    ],
)
def test_suggest_reads_the_names_that_ice_gives(name: str, said: tuple[object, ...]) -> None:
    found = suggest(name, TODAY)

    assert (found.list, found.day, found.half_day, found.doubts) == (*said, ())


@pytest.mark.parametrize(
    ("name", "said", "doubt"),
    [
        ("participatingAgencies05192026am.xlsx", ("participating", None, "am"), "is in the future"),
        ("participatingAgencies05182024am.xlsx", ("participating", None, "am"), "before the record's first"),
        ("pendingAgencies02302026pm.xlsx", ("pending", None, "pm"), "02302026 in the name is no date"),
        ("pendingAgencies0711202pm.xlsx", ("pending", None, "pm"), "0711202 in the name is no date"),
        ("pendingAgencies-20250221256199.xlsx", ("pending", None, None), "is no date"),
        ("pendingAgencies.xlsx", ("pending", None, None), "has no date"),
        ("detentionStats05182026am.xlsx", (None, None, None), "none that ICE gives"),
        ("participatingAgencies05182026am.pdf", (None, None, None), "none that ICE gives"),
    ],
)
def test_suggest_doubts_what_cannot_be(name: str, said: tuple[object, ...], doubt: str) -> None:
    found = suggest(name, TODAY)

    assert (found.list, found.day, found.half_day) == said
    assert doubt in found.doubts[0]


# The page

LINKED = "https://www.ice.gov/doclib/a/participatingAgencies05182026am.xlsx"


@pytest.mark.parametrize(
    "href",
    [
        LINKED,
        "/doclib/a/participatingAgencies05182026am.xlsx",
        "../doclib/a/participatingAgencies05182026am.xlsx#sheet",
        "\n   /doclib/a/participating\n\tAgencies05182026am.xlsx ",
        "HTTPS://www.ice.gov/doclib/a/participatingAgencies05182026am.xlsx",
        "https:/www.ice.gov/doclib/a/participatingAgencies05182026am.xlsx",
        f"https://x.safelinks.protection.outlook.com/?url={quote(LINKED, safe='')}&amp;data=05%7Csomeone%40example.org",
    ],
)
def test_addresses_are_absolute_and_unwrapped(href: str) -> None:
    found = addresses(f'<a href="{href}">', "https://www.ice.gov/identify/287g")

    assert [address.lower() for address in found] == [LINKED.lower()]


def test_addresses_heed_the_base_and_leave_out_what_is_no_web_address() -> None:
    html = (
        '<base href="/doclib/"><a href="a.xlsx"><a href="a.xlsx"><a href="mailto:a@example.org"><a href="http://["><a>'
    )

    assert addresses(html, "https://www.ice.gov/x/y") == ["https://www.ice.gov/doclib/a.xlsx"]


def test_sheet_link_takes_the_name_from_the_path_and_makes_it_fit_for_a_folder() -> None:
    link = sheet_link("https://www.ice.gov/d/PendingAgencies05182026pm%20%3Cnew%3E.XLSX?v=3")

    assert link
    assert (link.list, link.file_name) == ("pending", "PendingAgencies05182026pm _new_.XLSX")
    assert sheet_link("https://www.ice.gov/d/detention.xlsx?f=pendingAgencies.xlsx") is None


# The site


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("https://www.ice.gov/a b#c", "https://www.ice.gov/a%20b"),
        ("https://ICE.gov/a", "https://ICE.gov/a"),
        ("https://files.ice.gov:443/a", "https://files.ice.gov:443/a"),
        ("http://www.ice.gov:80/a?b=%20", "https://www.ice.gov/a?b=%20"),
    ],
)
def test_own_takes_the_site_and_what_is_below_it_and_stays_encrypted(address: str, own: str) -> None:
    assert Site("https://www.ice.gov/page").own(address) == own


@pytest.mark.parametrize(
    "address",
    [
        "https://notice.gov/",
        "https://ice.gov.example.org/",
        "https://ice.gov@example.org/",
        "https://a@ice.gov/",
        "https://ice.gov:8443/",
        "https://ice.gov:x/",
        "http://ice.gov:443/",
        "//ice.gov/",
        "javascript:alert(1)",
    ],
)
def test_own_refuses_all_else(address: str) -> None:
    with pytest.raises(FetchError):
        Site("https://www.ice.gov/page").own(address)
