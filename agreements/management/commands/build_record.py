from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from agreements import facts, fixture
from agreements.ice.apply import Rules, settle
from agreements.models import Suit


class Command(BaseCommand):
    help = (
        "Bring the record to all of ICE's sheets and the dated facts, and write it as the fixture. SHEETS is a folder "
        "with INDEX.csv and the workbooks, FACTS one with events.csv, moa_signatures.csv and places.csv. The record of "
        "the fixture is loaded first, so that every public id stays."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("sheets", type=Path)
        parser.add_argument("facts", type=Path)

    def handle(self, *, sheets: Path, facts: Path, **options: object) -> None:
        call_command("load_record", if_empty=True, stdout=self.stdout)
        call_command("replay", sheets, stdout=self.stdout)
        if not Suit.objects.exists():
            self._import_facts(facts)
            settle(Rules.load())
        counts = fixture.dump()
        self.stdout.write("written: " + ", ".join(f"{n:,} {name[:-4]}" for name, n in counts.items()))

    def _import_facts(self, folder: Path) -> None:
        try:
            counts = facts.import_facts(folder=folder)
        except facts.FactsError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("facts: " + ", ".join(f"{n} {name}" for name, n in counts.items()))
