import hashlib
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from agreements.ice.apply import Rules
from agreements.ice.evidence import EvidenceError, Published
from agreements.ice.fetch import suggest
from agreements.ice.parse import SheetError, read_workbook
from agreements.ice.report import Report, import_sheet, in_words
from agreements.ice.reviewing import Place, refuse_day
from agreements.models.sheet import HalfDay, IceList

SHOWN = 30


class Command(BaseCommand):
    help = (
        "Show what one of ICE's sheets would bring: its problems, what differs from the last sheet of its list, and "
        "the events and proposals that follow. With --commit it is written, all or nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--list", required=True, choices=IceList.values, help="the list as which ICE published it")
        parser.add_argument("--published", type=_day, help="the day, such as 2025-07-03")
        parser.add_argument("--half-day", choices=HalfDay.values)
        parser.add_argument("--order", type=int, help="its place among the sheets of its day (default: after the last)")
        parser.add_argument("--commit", action="store_true", help="write it")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *, file: Path, **options: object) -> None:
        try:
            content = file.read_bytes()
            published = self._published(file, hashlib.sha256(content).hexdigest(), options)
            parsed = read_workbook(content, published_on=published.published_on)
            report = import_sheet(parsed, published, Rules.load(), commit=bool(options["commit"]))
        except (SheetError, EvidenceError, OSError) as error:
            raise CommandError(f"{file.name}: {error}") from error
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
        else:
            self._print(report)

    def _published(self, file: Path, sha256: str, options: dict[str, object]) -> Published:
        """Where the sheet belongs, as the caller says. The file's name is only ever a suggestion: some are wrong."""
        suggested = suggest(file.name)
        day, half_day = options["published"], options["half_day"]
        if not isinstance(day, date) or not isinstance(half_day, str):
            named = f"{suggested.day or 'no day'} {suggested.half_day or ''}".strip()
            raise CommandError(f"Say --published and --half-day. The file's name suggests {named}; names can be wrong.")
        try:
            refuse_day(day)
        except ValidationError as error:
            raise CommandError(f"--published {day}: {error.message}") from error
        if suggested.day and suggested.day != day:
            self.stderr.write(f"The file's name says {suggested.day}; taken as {day}, as asked.")
        place, order = Place(str(options["list"]), day, half_day), options["order"]
        return place.published(file.name, sha256, order if isinstance(order, int) else None)

    def _print(self, report: Report) -> None:
        say = self.stdout.write
        say(f"{report.sheet}: {report.rows:,} rows.")
        if not report.is_new:
            say("It is stored already: nothing to do.")
            return
        if report.held:
            say(self.style.WARNING(f"Held, none of its rows count: {report.held}"))
        sections: dict[str, Sequence[object]] = {
            "Problems": report.problems,
            **report.findings,
            "Events": report.events,
            "Events told otherwise": report.changed,
            "For an editor to say": report.proposals,
        }
        for title, lines in sections.items():
            if lines:
                say(f"\n{title.replace('_', ' ').capitalize()}: {len(lines):,}")
                for line in lines[:SHOWN]:
                    say(f"  {line}")
                if len(lines) > SHOWN:
                    say(f"  … and {len(lines) - SHOWN:,} more (--json shows all)")
        changes = ", ".join(in_words(report.written)) or "nothing"
        say(f"\n{'Written' if report.is_written else 'Would write'}: {changes}.")
        if not report.is_written:
            say("This was a preview. Add --commit to write it.")


def _day(text: str) -> date:
    return date.fromisoformat(text)
