from django.core.management.base import BaseCommand, CommandError, CommandParser

from agreements import fixture
from agreements.models import Agency
from agreements.standings import bring_up_to_date


class Command(BaseCommand):
    help = "Load the record's fixture (fixtures/record) into a database that holds the places and no record yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="do nothing where there is a record already",
        )

    def handle(self, *, if_empty: bool, **options: object) -> None:
        if if_empty and Agency.objects.exists():
            return
        try:
            counts = fixture.load()
        except fixture.FixtureError as error:
            raise CommandError(str(error)) from error
        bring_up_to_date()
        self.stdout.write("Record loaded: " + ", ".join(f"{n:,} {name[:-4]}" for name, n in counts.items()))
