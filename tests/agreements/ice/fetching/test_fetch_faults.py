"""What goes wrong while ICE's lists are downloaded."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from agreements.ice.fetch import Limits
from tests.agreements.ice.fetching.ice_site import (
    ON_PENDING,
    PARTICIPATING,
    PENDING_SHEET,
    SHEET,
    Ice,
    Reply,
    Server,
    handler_of,
    index,
    kept,
    refusal,
    run,
)

# What goes wrong


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"%PDF-1.7", "found a PDF"), (PENDING_SHEET, "Expected the participating list; found the pending list's")],
)
def test_fetch_sheets_sets_aside_what_the_reader_refuses(ice: Ice, tmp_path: Path, content: bytes, reason: str) -> None:
    ice.serve(PARTICIPATING, Reply(body=content, headers=(("ETag", '"1"'),)))

    said = [refusal(ice, tmp_path), refusal(ice, tmp_path)]

    assert all("refused/participatingAgencies05182026am.xlsx: refused: Expected" in each for each in said)
    assert all(reason in each for each in said)
    assert [path.read_bytes() for path in (tmp_path / "refused").iterdir()] == [content]
    assert [row["list"] for row in index(tmp_path)] == ["pending"]


def test_fetch_sheets_waits_as_long_as_it_is_asked_to(ice: Ice, tmp_path: Path, waits: list[float]) -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    ice.serve(
        PARTICIPATING,
        Reply(500, headers=(("Retry-After", "7"),)),
        Reply(429, headers=(("Retry-After", soon),)),
        Reply(503),
        Reply(body=SHEET),
    )

    run(ice, tmp_path)

    assert len(index(tmp_path)) == 2
    first, second, third = (wait for wait in waits if wait > Limits().pause)
    assert (first, third) == (7, 20)
    assert 37 < second <= 40


def test_fetch_sheets_leaves_a_site_alone_that_asks_for_more(ice: Ice, tmp_path: Path) -> None:
    ice.serve("/page", Reply(503, headers=(("Retry-After", "3600"),)))

    assert "answered 503, to be asked again in 3600 seconds" in refusal(ice, tmp_path)
    assert ice.asked() == ["/robots.txt", "/page"]
    assert kept(tmp_path) == set()


def test_fetch_sheets_gives_up_and_keeps_the_other_list(ice: Ice, tmp_path: Path) -> None:
    ice.serve(PARTICIPATING, Reply(502))

    assert "answered 502 Bad Gateway, 4 times" in refusal(ice, tmp_path)
    assert ice.asked().count(PARTICIPATING) == 4
    assert [row["list"] for row in index(tmp_path)] == ["pending"]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(403), "answered 403 Forbidden"),
        (Reply(304), "answered 304"),
        (Reply(kind="slow"), "cannot be reached: no answer in time"),
        (Reply(kind="drip"), "not read within the 0.3 seconds set for everything"),
        (Reply(kind="short", body=b"<p>"), "broke off after 3 bytes"),
        (Reply(body=b"." * 2_001), "larger than the 0.002 MB"),
        (Reply(body=b".", headers=(("Content-Encoding", "gzip"),)), "sent compressed"),
        (Reply(302), "redirects more than 5 times"),
        (Reply(302, headers=(("Location", "http://example.com/page"),)), "leads away from 127.0.0.1; not followed"),
        (Reply(302, headers=(("Location", "http://127.0.0.1:1/page"),)), "leads away from 127.0.0.1; not followed"),
        (Reply(302, headers=(("Location", "file:///etc/hostname"),)), "leads away from 127.0.0.1; not followed"),
        (Reply(302, headers=(("Location", "http://["),)), "redirects to no address"),
    ],
)
def test_fetch_sheets_says_why_the_page_cannot_be_had(
    ice: Ice, tmp_path: Path, limit: Callable[..., None], reply: Reply, said: str
) -> None:
    limit(read=0.1, deadline=0.3, pause=0, page_bytes=2_000)
    ice.serve("/page", reply)

    assert said in refusal(ice, tmp_path)
    assert kept(tmp_path) == set()


def test_fetch_sheets_reads_no_workbook_that_is_too_large(ice: Ice, tmp_path: Path, limit: Callable[..., None]) -> None:
    limit(workbook_bytes=100)

    assert "larger than the 0.0001 MB" in refusal(ice, tmp_path)
    assert kept(tmp_path) == {"fetch-state.json"}


def test_fetch_sheets_follows_a_redirect_within_the_site(ice: Ice, tmp_path: Path) -> None:
    ice.serve(PARTICIPATING, Reply(301, headers=(("Location", "/moved/it.xlsx"),)))
    ice.serve("/moved/it.xlsx", Reply(body=SHEET))

    run(ice, tmp_path)

    assert (tmp_path / "participatingAgencies05182026am.xlsx").read_bytes() == SHEET


def test_fetch_sheets_says_when_nobody_answers(tmp_path: Path) -> None:
    nobody = Ice()
    with Server(("127.0.0.1", 0), handler_of(nobody)) as server:
        nobody.url = f"http://127.0.0.1:{server.server_port}"

    assert "/robots.txt cannot be reached" in refusal(nobody, tmp_path)


@pytest.mark.parametrize("reply", [Reply(body=b"User-agent: *\nDisallow: /page"), Reply(403)])
def test_fetch_sheets_heeds_robots(ice: Ice, tmp_path: Path, reply: Reply) -> None:
    ice.serve("/robots.txt", reply)

    assert "robots.txt does not let us read" in refusal(ice, tmp_path)
    assert ice.asked() == ["/robots.txt"]
    assert kept(tmp_path) == set()


def test_fetch_sheets_leaves_out_what_it_cannot_read_of_robots(ice: Ice, tmp_path: Path) -> None:
    ice.serve("/robots.txt", Reply(body="User-agent: *\nDisallow: //[x\nCrawl-delay: ²\nDisallow: /page".encode()))

    assert "robots.txt does not let us read" in refusal(ice, tmp_path)


def test_fetch_sheets_heeds_robots_for_each_file_and_its_pause(ice: Ice, tmp_path: Path, waits: list[float]) -> None:
    ice.serve("/robots.txt", Reply(body=b"User-agent: 287g-tracker\nCrawl-delay: 10\nDisallow: " + ON_PENDING.encode()))

    assert "robots.txt does not let us read" in refusal(ice, tmp_path)
    assert ON_PENDING not in ice.asked()
    assert [row["list"] for row in index(tmp_path)] == ["participating"]
    assert min(waits) > 9


def test_fetch_sheets_says_what_the_page_links_instead(ice: Ice, tmp_path: Path) -> None:
    ice.link("/a.pdf", "/detention.xlsx")

    said = refusal(ice, tmp_path)

    assert "links neither of ICE's lists" in said
    assert "found 2 links" in said
    assert said.endswith(f"among them: {ice.url}/detention.xlsx")
    assert kept(tmp_path) == set()


@pytest.mark.parametrize("page", ["ftp://ice.gov/x", "file:///etc/hostname", "ice.gov", "http://", "http://a:x/"])
def test_fetch_sheets_takes_web_pages_only(tmp_path: Path, page: str) -> None:
    with pytest.raises(CommandError, match="address"):
        call_command("fetch_sheets", "--to", str(tmp_path / "new"), "--page", page)
    assert not (tmp_path / "new").exists()


def test_fetch_sheets_says_when_the_folder_cannot_be_used(ice: Ice, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert "cannot be used" in refusal(ice, tmp_path / "file")
