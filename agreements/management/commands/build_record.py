import csv
import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from agreements import facts, fixture
from agreements.ice import pending
from agreements.ice.aliases import read_aliases
from agreements.ice.apply import apply_sheet
from agreements.ice.parse import ParsedSheet, SheetError, read_workbook
from agreements.ice.places import PlaceIndex
from agreements.models import Agency
from agreements.models.sheet import HalfDay, IceList
from municipalities import reading


class Command(BaseCommand):
    help = (
        "Build the record of an empty database from ICE's newest sheets, the days on its pending lists and the dated "
        "facts, and write it as the fixture. SHEETS is a folder with INDEX.csv and the workbooks, FACTS one with "
        "events.csv, moa_signatures.csv and places.csv."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("sheets", type=Path)
        parser.add_argument("facts", type=Path)

    def handle(self, *, sheets: Path, facts: Path, **options: object) -> None:
        if Agency.objects.exists():
            raise CommandError("There is a record in this database already; build in an empty one.")
        self.index = PlaceIndex.from_places(reading.read(settings.BASE_DIR / "fixtures" / "places"))
        self.aliases = read_aliases(fixture.FOLDER / "aliases.csv")
        with transaction.atomic():
            index = list(csv.DictReader((sheets / "INDEX.csv").open(newline="", encoding="utf-8")))
            for ice_list in (IceList.PARTICIPATING, IceList.PENDING):
                self._apply_newest(sheets, [row for row in index if row["list"] == ice_list])
            runs = pending.runs(self._pending(sheets, index))
            self.stdout.write(f"pending list: {pending.write(runs)} first days of agencies in the record")
            self._import_facts(facts)
        counts = fixture.dump()
        self.stdout.write("written: " + ", ".join(f"{n:,} {name[:-4]}" for name, n in counts.items()))

    def _apply_newest(self, folder: Path, index: list[dict[str, str]]) -> None:
        row = max(index, key=lambda each: int(each["order"]))
        day = date.fromisoformat(row["published_on"])
        path = folder / row["file"]
        parsed = self._read(path, row)
        applied = apply_sheet(
            parsed=parsed,
            index=self.index,
            aliases=self.aliases,
            published_on=day,
            half_day=HalfDay(row["half_day"]),
            order=int(row["order"]),
            file_name=row["file"],
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        self.stdout.write(
            f"{applied.sheet}: {len(parsed.rows):,} rows, {len(parsed.problems)} problems; new: {applied.agencies:,} "
            f"agencies, {applied.agreements:,} agreements, {applied.events:,} events"
        )

    def _pending(self, folder: Path, index: list[dict[str, str]]) -> Iterator[tuple[date, ParsedSheet]]:
        for row in index:
            if row["list"] == IceList.PENDING:
                yield date.fromisoformat(row["published_on"]), self._read(folder / row["file"], row)

    def _read(self, path: Path, row: dict[str, str]) -> ParsedSheet:
        try:
            return read_workbook(
                path,
                expected_list="pending" if row["list"] == IceList.PENDING else "participating",
                published_on=date.fromisoformat(row["published_on"]),
            )
        except SheetError as error:
            raise CommandError(f"{path.name}: {error}") from error

    def _import_facts(self, folder: Path) -> None:
        try:
            counts = facts.import_facts(folder=folder)
        except facts.FactsError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("facts: " + ", ".join(f"{n} {name}" for name, n in counts.items()))
