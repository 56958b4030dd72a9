"""The command that downloads ICE's lists, run once and again."""

import fcntl
import json
import os
from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.agreements.ice.fetching.ice_site import (
    ON_PENDING,
    PARTICIPATING,
    PENDING_SHEET,
    ROW,
    SHEET,
    Ice,
    Reply,
    index,
    kept,
    refusal,
    run,
    sha256,
)
from tests.agreements.ice.workbooks import workbook

# The command


def test_fetch_sheets_keeps_and_indexes_both_lists(ice: Ice, tmp_path: Path, waits: list[float]) -> None:
    folder = tmp_path / "sheets"

    out = run(ice, folder)

    assert (folder / "participatingAgencies05182026am.xlsx").read_bytes() == SHEET
    assert [list(row.values()) for row in index(folder)] == [
        ["1", "participatingAgencies05182026am.xlsx", "participating", "2026-05-18", "am", "1", sha256(SHEET)],
        ["2", "pendingAgencies05152026pm.xlsx", "pending", "2026-05-15", "pm", "1", sha256(PENDING_SHEET)],
    ]
    assert "new, order 1, 1 rows, 2026-05-18 (by its name), am (by its name)" in out
    assert "import_sheet" in out
    assert "replay" in out
    assert ice.asked() == ["/robots.txt", "/page", PARTICIPATING, ON_PENDING]
    assert len(waits) == 3
    assert all(1.5 < wait <= 2 for wait in waits)
    assert kept(folder) == {
        "INDEX.csv",
        "fetch-state.json",
        "participatingAgencies05182026am.xlsx",
        "pendingAgencies05152026pm.xlsx",
    }
    state = json.loads((folder / "fetch-state.json").read_text())
    assert state["files"]["pendingAgencies05152026pm.xlsx"]["downloaded_at"] == "2026-05-18T09:30:00-04:00"


@pytest.mark.parametrize(
    ("site_url", "agent"),
    [("", "287g-Tracker/1.0"), ("https://tracker.example", "287g-Tracker/1.0 (+https://tracker.example)")],
)
def test_fetch_sheets_says_who_asks(
    ice: Ice, tmp_path: Path, settings: LazySettings, site_url: str, agent: str
) -> None:
    settings.SITE_URL = site_url

    run(ice, tmp_path)

    assert {headers["User-Agent"] for _, headers in ice.requests} == {agent}


def test_fetch_sheets_takes_no_proxy_from_the_environment(
    ice: Ice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    assert "new" in run(ice, tmp_path)


def test_fetch_sheets_reports_for_machines(ice: Ice, tmp_path: Path) -> None:
    ice.link(PARTICIPATING)

    report = json.loads(run(ice, tmp_path, "--json"))

    assert report["notes"] == ["The page links no pending list."]
    (sheet,) = report["sheets"]
    assert (sheet["result"], sheet["order"], sheet["rows"]) == ("new", 1, 1)
    assert (sheet["list"], sheet["file"]) == ("participating", "participatingAgencies05182026am.xlsx")
    assert (sheet["published_on"], sheet["day_from"]) == ("2026-05-18", "its name")


@pytest.mark.parametrize(
    ("name", "day", "half_day", "said"),
    [
        ("pendingAgencies05112026pm.xlsx", "2026-05-11", "pm", "(by its name)"),
        (
            "pendingAgencies05102026pm.xlsx",
            "2026-05-18",
            "pm",
            "by the download; the name's day, 2026-05-10, is over 7",
        ),
        (
            "pendingAgencies05192026.xlsx",
            "2026-05-18",
            "am",
            "by the download; the name's day, 2026-05-19, is in the fu",
        ),
    ],
)
def test_fetch_sheets_takes_the_day_of_a_name_only_within_a_week(
    ice: Ice, tmp_path: Path, name: str, day: str, half_day: str, said: str
) -> None:
    ice.link(name)
    ice.serve(f"/{name}", Reply(body=PENDING_SHEET))

    out = run(ice, tmp_path)

    assert [(row["published_on"], row["half_day"]) for row in index(tmp_path)] == [(day, half_day)]
    assert said in out


def test_fetch_sheets_takes_the_newest_of_several_links(ice: Ice, tmp_path: Path) -> None:
    ice.link("/old/participatingAgencies05172026pm.xlsx", PARTICIPATING, PARTICIPATING, ON_PENDING)

    out = run(ice, tmp_path)

    assert PARTICIPATING in ice.asked()
    assert f"not fetched: {ice.url}/old/participatingAgencies05172026pm.xlsx" in out


def test_fetch_sheets_adds_to_an_index_that_is_there(ice: Ice, tmp_path: Path) -> None:
    before = "order,file,list,published_on,half_day,rows,sha256\r\n396,a.xlsx,pending,2026-05-17,am,1," + "0" * 64
    (tmp_path / "INDEX.csv").write_text(before, newline="")

    run(ice, tmp_path)

    assert (tmp_path / "INDEX.csv").read_bytes().startswith(before.encode() + b"\r\n397,participatingAgencies")
    assert [row["order"] for row in index(tmp_path)] == ["396", "397", "398"]


@pytest.mark.parametrize("text", ["order,file\n1,a\n", "order,file,list,published_on,half_day,rows,sha256\nx,,,,,,\n"])
def test_fetch_sheets_leaves_a_folder_with_another_index_alone(ice: Ice, tmp_path: Path, text: str) -> None:
    (tmp_path / "INDEX.csv").write_text(text)

    assert "nothing was fetched" in refusal(ice, tmp_path)
    assert ice.requests == []
    assert (tmp_path / "INDEX.csv").read_text() == text


# Again


def test_fetch_sheets_asks_only_for_what_changed(ice: Ice, tmp_path: Path) -> None:
    ice.link(PARTICIPATING, ON_PENDING, ETag='"page"')
    ice.serve(PARTICIPATING, Reply(body=SHEET, headers=(("ETag", '"1"'), ("Last-Modified", "Mon, 18 May 2026"))))
    run(ice, tmp_path)
    ice.requests.clear()
    before = (tmp_path / "INDEX.csv").read_bytes()

    out = run(ice, tmp_path)

    sent = dict(ice.requests)
    assert sent["/page"]["If-None-Match"] == '"page"'
    assert sent[PARTICIPATING]["If-None-Match"] == '"1"'
    assert sent[PARTICIPATING]["If-Modified-Since"] == "Mon, 18 May 2026"
    assert "participatingAgencies05182026am.xlsx: unchanged" in out
    assert "pendingAgencies05152026pm.xlsx: unchanged" in out  # sent whole again, the same bytes
    assert (tmp_path / "INDEX.csv").read_bytes() == before
    assert len(kept(tmp_path)) == 4


def test_fetch_sheets_asks_anew_for_a_file_that_is_gone(ice: Ice, tmp_path: Path) -> None:
    ice.serve(PARTICIPATING, Reply(body=SHEET, headers=(("ETag", '"1"'),)))
    run(ice, tmp_path)
    path = tmp_path / "participatingAgencies05182026am.xlsx"
    path.unlink()

    run(ice, tmp_path)

    assert path.read_bytes() == SHEET


def test_fetch_sheets_keeps_both_files_of_one_name(ice: Ice, tmp_path: Path) -> None:
    changed = workbook(ROW, ("FLORIDA", "Doral PD", *ROW[2:]))
    ice.serve(PARTICIPATING, Reply(body=SHEET), Reply(body=changed), Reply(body=SHEET))
    run(ice, tmp_path)

    run(ice, tmp_path)
    name = f"participatingAgencies05182026am-{sha256(changed)[:8]}.xlsx"

    assert (tmp_path / "participatingAgencies05182026am.xlsx").read_bytes() == SHEET
    assert (tmp_path / name).read_bytes() == changed
    assert [(row["order"], row["file"], row["published_on"]) for row in index(tmp_path)][2:] == [
        ("3", name, "2026-05-18")
    ]
    assert f"unchanged: served again after {name}" in run(ice, tmp_path)
    assert len(index(tmp_path)) == 3


def test_fetch_sheets_indexes_a_file_that_a_broken_run_left(ice: Ice, tmp_path: Path) -> None:
    (tmp_path / "participatingAgencies05182026am.xlsx").write_bytes(SHEET)
    (tmp_path / ".fetch-1.part").write_bytes(b"half")

    run(ice, tmp_path)

    assert index(tmp_path)[0]["file"] == "participatingAgencies05182026am.xlsx"
    assert ".fetch-1.part" not in kept(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", '{"pages": {"a": 1}}', '{"addresses": {"a": {"file": 1}}}'])
def test_fetch_sheets_puts_a_damaged_state_aside(ice: Ice, tmp_path: Path, text: str) -> None:
    (tmp_path / "fetch-state.json").write_text(text)

    assert "put aside" in run(ice, tmp_path)
    assert (tmp_path / "fetch-state.damaged.json").read_text() == text


def test_fetch_sheets_says_when_the_folder_is_locked(ice: Ice, tmp_path: Path) -> None:
    handle = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)

    said = refusal(ice, tmp_path)
    os.close(handle)

    assert "is locked: another fetch_sheets" in said
    assert ice.requests == []
    assert "new" in run(ice, tmp_path)
