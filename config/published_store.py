"""Where published pages are kept: in the memory of each process, and in files that all processes share.

    store = Store(root, release())
    key = key_of(path, query)
    store.find(key, version)    the page made for that version, or None
    store.newest(key)           the page as it was last made: for when the database is down

Everything is bounded, and in two parts, so that addresses with invented queries, of which there is no end, never push
out the pages of the record. A folder that cannot be written costs a warning, and the memory serves alone.
"""

import contextlib
import hashlib
import logging
import os
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from config.published_page import Page

log = logging.getLogger(__name__)

MEGABYTE = 1_000_000
#: A page larger than this, as it is kept, is made anew each time.
MOST_PAGE_BYTES = 2 * MEGABYTE
#: So many folders share a part's files; each is swept by itself, when a page is put into it.
FOLDERS = 256


def key_of(path: str, query: str) -> str:
    """An address as one text. The query comes first, for a path can have any character in it, decoded: a "?" too."""
    return f"{query}\n{path}"


def has_query(key: str) -> bool:
    return not key.startswith("\n")


@dataclass(frozen=True)
class Bounds:
    """The most that a part may hold: bytes in the memory of a process; files and their bytes, in all of its folders."""

    memory: int
    files: int
    file_bytes: int


#: The record's own pages: every place of the country has one, 40,000 with agencies and agreements, 10 kB each.
PLAIN = Bounds(memory=48 * MEGABYTE, files=51_200, file_bytes=768 * MEGABYTE)
#: Addresses with a query, and redirects.
ASKED = Bounds(memory=16 * MEGABYTE, files=12_800, file_bytes=128 * MEGABYTE)


class Memory:
    """The pages used last, by key, up to a number of bytes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._pages: OrderedDict[str, tuple[Page, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Page | None:
        with self._lock:
            found = self._pages.get(key)
            if found is None:
                return None
            self._pages.move_to_end(key)
        page, size = found
        if page.size != size:  # it was wanted in another encoding meanwhile
            self.put(key, page)
        return page

    def put(self, key: str, page: Page) -> None:
        size = page.size
        with self._lock:
            self._size += size - self._pages.pop(key, (page, 0))[1]
            self._pages[key] = page, size
            while self._size > self._most:
                _, (_, freed) = self._pages.popitem(last=False)
                self._size -= freed


class Folder:
    """Pages as files, one a key, written whole or not at all; the ones longest unwritten are swept."""

    def __init__(self, root: Path, bounds: Bounds) -> None:
        self._root = root
        self._files = max(bounds.files // FOLDERS, 1)
        self._bytes = bounds.file_bytes // FOLDERS
        self._is_broken = False

    def read(self, name: str, key: str) -> Page | None:
        try:
            return Page.from_file(self._path(name).read_bytes(), key)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            self._complain(error)
            return None

    def write(self, name: str, content: bytes) -> None:
        path = self._path(name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as draft:
                try:
                    draft.write(content)
                    draft.close()
                    os.replace(draft.name, path)
                except BaseException:
                    Path(draft.name).unlink(missing_ok=True)
                    raise
            self._sweep(path.parent)
        except OSError as error:
            self._complain(error)
        else:
            self._is_broken = False

    def _path(self, name: str) -> Path:
        return self._root / name[:2] / name[2:]

    def _sweep(self, folder: Path) -> None:
        with os.scandir(folder) as entries:
            found = []
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):  # another process swept it, or its draft has its name
                    about = entry.stat()
                    found.append((about.st_mtime_ns, about.st_size, entry.path))
        found.sort()
        count, size = len(found), sum(size for _, size, _ in found)
        for _, freed, path in found:
            if count <= self._files and size <= self._bytes:
                break
            Path(path).unlink(missing_ok=True)
            count, size = count - 1, size - freed

    def _complain(self, error: Exception) -> None:
        if not self._is_broken:
            self._is_broken = True
            log.warning("Published pages in %s cannot be used, only those in memory: %s", self._root, error)


class Part:
    """Memory before a folder, of one kind of pages."""

    def __init__(self, root: Path, bounds: Bounds) -> None:
        self.memory = Memory(bounds.memory)
        self.folder = Folder(root, bounds)


class Store:
    """The published pages of one release of the code: those of another are never found, and swept in time."""

    def __init__(self, root: Path, release: str, plain: Bounds = PLAIN, asked: Bounds = ASKED) -> None:
        self._release = release
        self._plain = Part(root / "plain", plain)
        self._asked = Part(root / "asked", asked)

    def find(self, key: str, version: str) -> Page | None:
        """The page made for that version of the data, by this process or another."""
        parts = self._parts(key)
        for part in parts:
            page = part.memory.get(key)
            if page is not None and page.version == version:
                return page
        name = self._name(key)
        for part in parts:
            page = part.folder.read(name, key)
            if page is not None and page.version == version:
                part.memory.put(key, page)
                return page
        return None

    def newest(self, key: str) -> Page | None:
        """The page as it was last made, by this process or another."""
        name = self._name(key)
        for part in self._parts(key):
            page, filed = part.memory.get(key), part.folder.read(name, key)
            if filed is not None and (page is None or _number(filed) > _number(page)):
                part.memory.put(key, filed)
                page = filed
            if page is not None:
                return page
        return None

    def put(self, key: str, page: Page) -> Callable[[], None]:
        """Keeps the page in memory. What it returns writes the file: to be called once nobody waits for the answer."""
        content = page.to_file(key)
        if len(content) > MOST_PAGE_BYTES:
            return lambda: None
        part = self._plain if page.status.startswith("200") and not has_query(key) else self._asked
        part.memory.put(key, page)
        return partial(self._write, part, key, page, content)

    def _write(self, part: Part, key: str, page: Page, content: bytes) -> None:
        name = self._name(key)
        # While it was made, another process may have made it of newer data: that one is for when the database is down.
        filed = part.folder.read(name, key)
        if filed is None or _number(filed) <= _number(page):
            part.folder.write(name, content)

    def _parts(self, key: str) -> tuple[Part, ...]:
        return (self._asked,) if has_query(key) else (self._plain, self._asked)

    def _name(self, key: str) -> str:
        return hashlib.sha256(f"{self._release}\n{key}".encode(errors="surrogateescape")).hexdigest()


def _number(page: Page) -> int:
    """How many changes its version of the data has."""
    return int(page.version.partition("-")[0])
