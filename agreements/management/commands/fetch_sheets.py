import csv
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import TypeAlias

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from agreements.ice import fetch
from agreements.ice.fetch import Answer, FetchError, HalfDay, SheetLink, Site
from agreements.ice.parse import IceList, SheetError, read_workbook

INDEX = "INDEX.csv"
COLUMNS = ("order", "file", "list", "published_on", "half_day", "rows", "sha256")
STATE = "fetch-state.json"
REFUSED = "refused"
#: A name's day older than this, before the day of the download, is taken for a slip or a list left standing.
DAYS_BACK = 7
NEXT = "Nothing was imported. Next: manage.py import_sheet for one file, or manage.py replay for the folder."

State: TypeAlias = dict[str, dict[str, dict[str, str]]]


@dataclass(slots=True)
class Fetched:
    """What became of one link: new, unchanged, refused by the reader, or failed to come."""

    list: IceList
    url: str
    result: str
    file: str = ""
    reason: str = ""
    published_on: str = ""
    day_from: str = ""
    half_day: str = ""
    half_day_from: str = ""
    order: int | None = None
    rows: int | None = None
    sha256: str = ""
    downloaded_at: str = ""
    last_modified: str = ""

    def __str__(self) -> str:
        if self.result == "new":
            return (
                f"{self.list}: {self.file}: new, order {self.order}, {self.rows:,} rows, {self.published_on} (by "
                f"{self.day_from}), {self.half_day} (by {self.half_day_from})"
            )
        named = f"{self.file}: " if self.file else f"{self.url}: "
        return f"{self.list}: {named}{self.result}" + (f": {self.reason}" if self.reason else "")


class Folder:
    """The downloads, INDEX.csv, and what was learned of each address, under a lock held by one process at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: list[str] = []
        self.index = self._read_index()
        self.state = self._read_state()

    @classmethod
    @contextmanager
    def locked(cls, path: Path) -> Iterator["Folder"]:
        path.mkdir(parents=True, exist_ok=True)
        # On the folder itself: no lock file is left behind, and the kernel lets go if we die.
        handle = os.open(path, os.O_RDONLY)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise CommandError(f"{path} is locked: another fetch_sheets is at work in it.") from error
            for left in path.glob(".fetch-*.part"):
                left.unlink()
            yield cls(path)
        finally:
            os.close(handle)

    def _read_index(self) -> list[dict[str, str]]:
        try:
            text = (self.path / INDEX).read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            return []
        reader = csv.DictReader(StringIO(text, newline=""))
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise CommandError(f"{self.path / INDEX} has not the columns {', '.join(COLUMNS)}; nothing was fetched.")
        rows = list(reader)
        for number, row in enumerate(rows, start=2):
            if None in row or not (row["order"] or "").isdecimal():
                raise CommandError(
                    f"{self.path / INDEX}, row {number} has no number as its order; nothing was fetched."
                )
        return rows

    def _read_state(self) -> State:
        """By address: the page's links, and what was kept of each file. By file: when and whence it came."""
        path = self.path / STATE
        empty: State = {"pages": {}, "addresses": {}, "files": {}}
        try:
            read = json.loads(path.read_text(encoding="utf-8"))
            if not _is_state(read):
                raise ValueError("not of our form")
        except FileNotFoundError:
            return empty
        except ValueError:
            path.replace(path.with_suffix(".damaged.json"))
            self.notes.append(f"{STATE} could not be read; it was put aside and everything asked for anew.")
            return empty
        return empty | read

    def write(self, name: str, content: bytes) -> None:
        """The file whole or not at all: written beside its place, then renamed."""
        target = self.path / name
        target.parent.mkdir(exist_ok=True)
        part = self.path / f".fetch-{os.getpid()}.part"
        try:
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)

    def save_state(self) -> None:
        self.write(STATE, json.dumps(self.state, indent=1, sort_keys=True).encode())

    def read(self, name: str, sha256: str) -> bytes | None:
        """The kept file's bytes; None where it is gone or was changed since."""
        with suppress(OSError):
            content = (self.path / name).read_bytes()
            if name and hashlib.sha256(content).hexdigest() == sha256:
                return content
        return None

    def name_for(self, name: str, content: bytes) -> tuple[str, bool]:
        """A name for these bytes that no other file has, and whether they stand there already."""
        digest, path = hashlib.sha256(content).hexdigest(), Path(name)
        for suffix in ("", f"-{digest[:8]}", f"-{digest}"):
            candidate = path.with_name(f"{path.stem}{suffix}{path.suffix}")
            target = self.path / candidate
            if not target.exists():
                return str(candidate), False
            if target.read_bytes() == content:
                return str(candidate), True
        raise CommandError(f"{self.path / name} and its likes are taken by other files.")

    def has_indexed(self, name: str) -> bool:
        return any(row["file"] == name for row in self.index)

    def append(self, row: dict[str, str]) -> int:
        """Add a sheet to the index, after all others; its order."""
        order = max((int(each["order"]) for each in self.index), default=0) + 1
        path = self.path / INDEX
        before = path.read_bytes() if self.index else b""
        end = "\n" if before and b"\r\n" not in before else "\r\n"
        text = StringIO(newline="")
        writer = csv.DictWriter(text, COLUMNS, lineterminator=end)
        if not before:
            writer.writeheader()
        elif not before.endswith(b"\n"):
            text.write(end)
        row = {"order": str(order), **row}
        writer.writerow(row)
        self.write(INDEX, before + text.getvalue().encode())
        self.index.append(row)
        return order


class Command(BaseCommand):
    help = (
        "Download the two workbooks that ICE's page links today into a folder, and add those that are new to its "
        "INDEX.csv. Imports nothing."
    )
    limits = fetch.Limits()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="where the workbooks are kept")
        parser.add_argument("--page", default=fetch.PAGE, metavar="URL", help="the page that links them (ICE's)")
        parser.add_argument("--json", action="store_true", dest="as_json", help="report as JSON")

    def handle(self, *, to: Path, page: str, as_json: bool, **options: object) -> None:
        self.now = fetch.now_in_washington()
        try:
            self.site = Site(page, site_url=getattr(settings, "SITE_URL", ""), limits=self.limits)
            with Folder.locked(to) as self.folder:
                links = self._links(page)
                fetched = [self._fetch(link) for link in links]
                self.folder.save_state()
        except FetchError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{to} cannot be used: {error}") from error
        self._report(page, fetched, as_json=as_json)
        if bad := [each for each in fetched if each.result in ("refused", "failed")]:
            raise CommandError("; ".join(map(str, bad)))

    def _links(self, page: str) -> list[SheetLink]:
        """The page's link to each list, where it has one."""
        known = self.folder.state["pages"].get(page, {})
        links_known = known.get("links", "").split()
        validators = {name: known[name] for name in fetch.VALIDATORS if name in known and links_known}
        answer = self.site.get(page, limit=self.limits.page_bytes, validators=validators)
        found = links_known if answer.status == 304 else fetch.addresses(answer.text, answer.url)
        sheets = [link for link in map(fetch.sheet_link, found) if link]
        if not sheets:
            others = [address for address in found if ".xls" in address.lower()][:5]
            raise CommandError(
                f"{page} links neither of ICE's lists (participatingAgencies….xlsx, pendingAgencies….xlsx); found "
                f"{len(found)} links in {len(answer.body):,} bytes, workbooks among them: {', '.join(others) or 'none'}"
            )
        if answer.status == 200:
            addresses = "\n".join(link.url for link in sheets)
            self.folder.state["pages"][page] = {**answer.validators, "links": addresses}
        chosen = []
        for ice_list in fetch.LISTS:
            ranked = fetch.newest([link for link in sheets if link.list == ice_list], self.now.date())
            chosen += ranked[:1]
            if not ranked:
                self.folder.notes.append(f"The page links no {ice_list} list.")
            self.folder.notes += [f"Also linked, older by its name, not fetched: {link.url}" for link in ranked[1:]]
        return chosen

    def _fetch(self, link: SheetLink) -> Fetched:
        known = self.folder.state["addresses"].get(link.url, {})
        kept = self.folder.read(known.get("file", ""), known.get("sha256", ""))
        validators = {name: known[name] for name in fetch.VALIDATORS if name in known and kept is not None}
        try:
            answer = self.site.get(link.url, limit=self.limits.workbook_bytes, validators=validators)
        except FetchError as error:
            return Fetched(link.list, link.url, "failed", reason=str(error))
        content = kept if answer.status == 304 and kept is not None else answer.body
        fetched = self._keep(link, content)
        if fetched.result == "unchanged" and known.get("file", fetched.file) != fetched.file:
            fetched.reason = f"served again after {known['file']}, not added again"
        fetched.downloaded_at = self.now.isoformat(timespec="seconds")
        fetched.last_modified = answer.headers.get("last-modified", "")
        self._remember(link, fetched, answer)
        return fetched

    def _keep(self, link: SheetLink, content: bytes) -> Fetched:
        """Put the bytes into the folder and its index, unless they are there, or among the refused."""
        name, is_there = self.folder.name_for(link.file_name, content)
        digest = hashlib.sha256(content).hexdigest()
        if is_there and self.folder.has_indexed(name):
            return Fetched(link.list, link.url, "unchanged", name, sha256=digest)
        day, day_from, half_day, half_day_from = published(link, self.now)
        try:
            sheet = read_workbook(content, published_on=day, expected_list=link.list)
        except SheetError as error:
            refused, is_there = self.folder.name_for(f"{REFUSED}/{link.file_name}", content)
            if not is_there:
                self.folder.write(refused, content)
            return Fetched(link.list, link.url, "refused", refused, reason=str(error), sha256=digest)
        if not is_there:
            self.folder.write(name, content)
        row = {"file": name, "list": link.list, "published_on": day.isoformat(), "half_day": half_day}
        order = self.folder.append({**row, "rows": str(len(sheet.rows)), "sha256": digest})
        return Fetched(
            link.list,
            link.url,
            "new",
            name,
            published_on=day.isoformat(),
            day_from=day_from,
            half_day=half_day,
            half_day_from=half_day_from,
            order=order,
            rows=len(sheet.rows),
            sha256=digest,
        )

    def _remember(self, link: SheetLink, fetched: Fetched, answer: Answer) -> None:
        state = self.folder.state
        # A 304 need not repeat its validators.
        before = state["addresses"].get(link.url, {}) if answer.status == 304 else {}
        state["addresses"][link.url] = before | answer.validators | {"file": fetched.file, "sha256": fetched.sha256}
        about = {key: str(value) for key, value in asdict(fetched).items() if key not in ("file", "order", "rows")}
        if fetched.result != "unchanged":
            state["files"].setdefault(fetched.file, about)
        self.folder.save_state()

    def _report(self, page: str, fetched: list[Fetched], *, as_json: bool) -> None:
        notes = self.folder.notes
        if as_json:
            report = {"page": page, "at": self.now.isoformat(timespec="seconds"), "folder": str(self.folder.path)}
            sheets = [asdict(each) for each in fetched]
            self.stdout.write(json.dumps({**report, "sheets": sheets, "notes": notes, "next": NEXT}, indent=1))
            return
        for line in [*map(str, fetched), *notes, NEXT]:
            self.stdout.write(line)


def _is_state(read: object) -> bool:
    """Whether it is made as we write it: texts by name, by address or file, by part."""
    parts = list(read.values()) if isinstance(read, dict) else [None]
    entries = [entry for part in parts for entry in (part.values() if isinstance(part, dict) else [None])]
    return all(isinstance(entry, dict) and all(isinstance(text, str) for text in entry.values()) for entry in entries)


def published(link: SheetLink, now: datetime) -> tuple[date, str, HalfDay, str]:
    """The day and half-day to index a new file under, each with what it was taken from."""
    today, said = now.date(), fetch.suggest(link.file_name, now.date())
    half: HalfDay = said.half_day or ("am" if now.hour < 12 else "pm")
    half_from = "its name" if said.half_day else "the download"
    if said.day is None:
        return today, f"the download; {', '.join(said.doubts)}", half, half_from
    if (today - said.day).days > DAYS_BACK:
        return today, f"the download; the name's day, {said.day}, is over {DAYS_BACK} days back", half, half_from
    return said.day, "its name", half, half_from
