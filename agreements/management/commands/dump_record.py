from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser

from agreements import fixture


class Command(BaseCommand):
    help = "Write the record of this database as the fixture that a fresh machine loads."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--to",
            type=Path,
            default=fixture.FOLDER,
            help="folder (default: fixtures/record)",
        )

    def handle(self, *, to: Path, **options: object) -> None:
        counts = fixture.dump(to)
        self.stdout.write(", ".join(f"{n:,} {name[:-4]}" for name, n in counts.items()))
