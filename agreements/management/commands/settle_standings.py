from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from agreements.models import Period
from agreements.standings import bring_up_to_date


class Command(BaseCommand):
    help = (
        "Work out where each agreement stands from its events, for those that changed. Pages do it when they are read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", dest="every", action="store_true", help="for all: after a load without triggers")

    def handle(self, *, every: bool, **options: object) -> None:
        if every:
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO agreements_stale (agreement)"
                    " SELECT id FROM agreements_agreement UNION SELECT agreement_id FROM agreements_period"
                )
        bring_up_to_date()
        self.stdout.write(
            f"{Period.objects.count():,} periods, {Period.objects.filter(is_current=True).count():,} current."
        )
