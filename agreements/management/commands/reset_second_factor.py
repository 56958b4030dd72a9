"""Takes an account's second factor away, for an administrator who lost both phone and recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from agreements.sign_in import factor


class Command(BaseCommand):
    help = "Voids an account's app and recovery codes and lifts its locks: the password alone lets it in again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            account = User.objects.get_by_natural_key(options["username"])
        except User.DoesNotExist:
            raise CommandError(f"There is no account {options['username']!r}.") from None
        factor.forget(user=account)
        factor.lift_locks(user=account)
        then = "sets up a second factor at the next sign-in" if factor.must_verify(account) else "signs in"
        self.stdout.write(f"{account.get_username()} {then}, by password alone.")
