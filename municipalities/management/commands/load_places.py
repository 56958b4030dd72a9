"""`manage.py load_places`: the reference places of fixtures/places into the database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError

from municipalities.loading import load
from municipalities.reading import FixtureError, read

SHOWN_PROBLEMS = 20


class Command(BaseCommand):
    help = (
        "Loads states, counties and municipalities from fixtures/places. May be run again at any time: adds what is "
        "new, changes what differs, deletes nothing, and writes either everything or nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="Do nothing where there are municipalities.")
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "fixtures" / "places")

    def handle(self, *args: Any, folder: Path, if_empty: bool, **options: Any) -> None:
        try:
            tallies = load(places=read(folder), only_if_empty=if_empty)
        except FixtureError as error:
            more = len(error.problems) - SHOWN_PROBLEMS
            lines = [str(problem) for problem in error.problems[:SHOWN_PROBLEMS]]
            if more > 0:
                lines.append(f"and {more} more")
            raise CommandError("Nothing was loaded.\n" + "\n".join(lines)) from error
        except IntegrityError as error:
            raise CommandError(f"Nothing was loaded: a row in the database stands against it. {error}") from error
        if tallies is None:
            self.stdout.write("Places are loaded already.")
            return
        for name, tally in tallies.items():
            self.stdout.write(
                f"{name}: {tally.added:,} added, {tally.changed:,} changed, {tally.unchanged:,} unchanged"
            )
