import pytest

from agreements.ice.links import unwrap, without_mailboxes

MOA = "https://www.ice.gov/doclib/287gMOA/HialeahPDFL_TFM_MOA.pdf"
SAFELINK = (
    "https://gcc02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.ice.gov%2Fdoclib%2F287gMOA%2F"
    "HialeahPDFL_TFM_MOA.pdf&data=05%7C02%7Coffice%40example.gov%7Cabc&sdata=xyz&reserved=0"
)


@pytest.mark.parametrize(
    "address",
    [
        MOA,
        f"  {MOA} ",
        SAFELINK,
        f"chrome-extension://efaidnbmnnnibpcajpcglclefindmkaj/{MOA}",
        f"chrome-extension://efaidnbmnnnibpcajpcglclefindmkaj/{SAFELINK}",
        "chrome-extension://abc/https%3A%2F%2Fwww.ice.gov%2Fdoclib%2F287gMOA%2FHialeahPDFL_TFM_MOA.pdf",
    ],
)
def test_unwrap_keeps_only_the_target(address: str) -> None:
    link = unwrap(address)

    assert (link.url, link.fault) == (MOA, "")


def test_unwrap_mends_one_slash_and_says_so() -> None:
    link = unwrap("https:/www.ice.gov/doclib/a.pdf")

    assert link.url == "https://www.ice.gov/doclib/a.pdf"
    assert "slash" in link.fault


def test_unwrap_escapes_blanks_once() -> None:
    assert unwrap("https://www.ice.gov/a b%20c.pdf").url == "https://www.ice.gov/a%20b%20c.pdf"


@pytest.mark.parametrize(
    "address",
    [
        "mailto:office@example.gov",
        "javascript:alert(1)",
        "file:///tmp/a.pdf",
        "https://",
        "link",
        "https://office:word@www.ice.gov/a.pdf",
        "https://www.ice.gov/a.pdf?to=office%40example.gov",
        "https://gcc02.safelinks.protection.outlook.com/?data=office%40example.gov",
        "https://[broken",
    ],
)
def test_unwrap_keeps_nothing_but_web_addresses_without_mailboxes(address: str) -> None:
    link = unwrap(address)

    assert link.url == ""
    assert link.fault
    assert "example.gov" not in link.fault


def test_unwrap_says_where_a_link_leads_that_leaves_ice() -> None:
    link = unwrap("https://ice.gov.example.org/a.pdf")

    assert link.url == "https://ice.gov.example.org/a.pdf"
    assert "ice.gov.example.org" in link.fault


def test_unwrap_gives_up_on_endless_wrappers() -> None:
    address = "chrome-extension://a/" * 9 + MOA

    assert unwrap(address).url == ""


def test_without_mailboxes_leaves_plain_text_alone() -> None:
    assert without_mailboxes("  Doral  Police\n") == "  Doral  Police\n"
    assert without_mailboxes("ask office@example.gov now") == "ask [mailbox left out] now"
    assert without_mailboxes(f"see {SAFELINK} there") == f"see {MOA} there"
