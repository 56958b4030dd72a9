from collections import Counter, defaultdict
from collections.abc import Iterator

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.models import F
from django.utils import timezone

from agreements.link_asking import Answer, Asker, Limits
from agreements.models import Source
from agreements.models.link import LinkOutcome, note_link

#: The key of the lock that one run at a time holds: two would ask one host at once.
LOCK = 287_000_002


class Command(BaseCommand):
    help = (
        "Ask the addresses of sources whether they still answer, those first that were not asked for longest. An "
        "address counts as dead after failing on three different days. Run it daily."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, default=100, help="at most so many addresses (default 100)")
        parser.add_argument("--pause", type=float, default=Limits().pause, help="seconds between requests to one host")
        parser.add_argument("--no-archive", action="store_true", help="do not ask the Internet Archive for copies")

    def handle(self, *, limit: int, pause: float, no_archive: bool, **options: object) -> None:
        if limit < 1 or pause < 0:
            raise CommandError("--limit is 1 or more, --pause 0 or more.")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                raise CommandError("Another check of links is at work.")
        try:
            self._check(_oldest(limit), pause, "" if no_archive else settings.LINK_CHECK_ARCHIVE)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])

    def _check(self, sources: dict[str, list[Source]], pause: float, archive: str) -> None:
        asker = Asker(
            site_url=settings.SITE_URL, limits=Limits(pause=pause), allow_loopback=settings.LINK_CHECK_LOOPBACK
        )
        is_online, waiting, told = False, [], Counter[str]()
        for url in _in_turn(list(sources), asker):
            answer = asker.ask(url)
            told[answer.outcome.label] += 1
            waiting.append((url, answer))
            is_online = is_online or answer.is_reached
            if is_online:
                # Until something has answered, failures may be ours.
                for each, said in waiting:
                    self._note(sources[each], said, asker, archive)
                waiting.clear()
        if any(answer.outcome == LinkOutcome.FAILED for _, answer in waiting):
            raise CommandError("Nothing answered at all: our own connection may be down. Nothing was noted.")
        for each, said in waiting:
            self._note(sources[each], said, asker, archive)
        for words, count in sorted(told.items()):
            self.stdout.write(f"{count:,} {words}")

    def _note(self, sources: list[Source], answer: Answer, asker: Asker, archive: str) -> None:
        wants_copy = archive and any(not one.archived_url and not _known_copy(one) for one in sources)
        copy = asker.archive_copy(archive, sources[0].url) if wants_copy else ""
        for source in sources:
            note_link(
                source=source,
                at=timezone.now(),
                outcome=answer.outcome,
                status=answer.status,
                error=answer.error,
                moved_to=answer.moved_to,
                suggested_copy="" if source.archived_url else copy,
            )


def _known_copy(source: Source) -> str:
    return source.link_check.suggested_copy if hasattr(source, "link_check") else ""


def _oldest(limit: int) -> dict[str, list[Source]]:
    """The sources by address: the addresses first that were never asked, or not for longest. Each is asked once."""
    found: dict[str, list[Source]] = defaultdict(list)
    ordered = Source.objects.select_related("link_check").order_by(
        F("link_check__checked_at").asc(nulls_first=True), "pk"
    )
    for source in ordered:
        if source.url in found or len(found) < limit:
            found[source.url].append(source)
    return found


def _in_turn(urls: list[str], asker: Asker) -> Iterator[str]:
    """Each address once, those first whose hosts need not be waited for."""
    while urls:
        url = min(urls, key=asker.waits)
        urls.remove(url)
        yield url
