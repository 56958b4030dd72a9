import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from agreements.ice.apply import Rules, settle
from agreements.ice.evidence import EvidenceError, Published, find, store
from agreements.ice.fingerprint import fingerprint
from agreements.ice.index_file import BadIndexError, read_index
from agreements.ice.parse import ParsedSheet, SheetError, read_workbook
from agreements.ice.report import in_words
from agreements.models import Sheet
from agreements.standings import bring_up_to_date

BAR = 40


class Command(BaseCommand):
    help = (
        "Read every sheet that FOLDER/INDEX.csv names, in its order, and bring the record to what they say. Sheets "
        "that are stored already are passed over, so that it can be run again after an interruption."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--workers", type=int, default=min(2, os.cpu_count() or 1), help="processes that read files"
        )

    def handle(self, *, folder: Path, workers: int, **options: object) -> None:
        try:
            entries = read_index(folder)
        except (BadIndexError, OSError) as error:
            raise CommandError(str(error)) from error
        waiting, refused = [], []
        for entry in entries:
            try:
                if find(entry) is None:
                    waiting.append(entry)
            except EvidenceError as error:
                refused.append(f"{entry.file_name}: {error}")
        clashes = len(refused)
        for number, (entry, parsed) in enumerate(_parsed(folder, waiting, workers), start=1):
            if isinstance(parsed, str):
                refused.append(f"{entry.file_name}: {parsed}")
            else:
                self._store(parsed, entry)
            self._show(number, len(waiting), entry)
        read = len(waiting) - (len(refused) - clashes)
        self.stdout.write(f"{read} sheets read, {len(entries) - len(waiting) - clashes} known before.")
        counts = settle(Rules.load())
        bring_up_to_date()
        written = ", ".join(in_words(counts))
        self.stdout.write(f"Record: {written or 'nothing to change'}.")
        for sheet in Sheet.objects.exclude(held_because=""):
            self.stdout.write(f"Held: {sheet.file_name}: {sheet.held_because}")
        self.stdout.write(f"Content: {fingerprint()}")
        if refused:
            raise CommandError("Not read:\n" + "\n".join(refused))

    def _store(self, parsed: ParsedSheet, entry: Published) -> None:
        try:
            store(parsed, entry)
        except EvidenceError as error:
            raise CommandError(str(error)) from error

    def _show(self, number: int, of: int, entry: Published) -> None:
        """A bar on a terminal; elsewhere a line for every fiftieth sheet."""
        done = BAR * number // of
        line = f"[{'#' * done}{'.' * (BAR - done)}] {number}/{of} {entry.published_on} {entry.list}"
        if self.stdout.isatty():
            self.stdout.write(f"\r{line:<{BAR + 45}}", ending="\n" if number == of else "")
            self.stdout.flush()
        elif number % 50 == 0 or number == of:
            self.stdout.write(line)


def _parsed(folder: Path, entries: list[Published], workers: int) -> Iterator[tuple[Published, ParsedSheet | str]]:
    """Each sheet as read, in order, or why it cannot be; files are read ahead in other processes."""
    jobs = [(folder / entry.file_name, entry) for entry in entries]
    if workers < 2 or len(jobs) < 4:
        yield from zip(entries, map(_read, jobs), strict=True)
        return
    connection.close()  # a child must not inherit it
    with ProcessPoolExecutor(workers) as pool:
        yield from zip(entries, pool.map(_read, jobs, chunksize=4), strict=True)


def _read(job: tuple[Path, Published]) -> ParsedSheet | str:
    path, entry = job
    try:
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != entry.sha256:
            return "is not the file that the index names: its SHA-256 is another"
        return read_workbook(content, published_on=entry.published_on)
    except (SheetError, OSError) as error:
        return str(error)
