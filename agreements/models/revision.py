"""What the public read of an event, from one publication to the next; and what is proposed to be read instead.

An event is published by a revision and corrected by the next, never otherwise: a trigger compares its row with the
newest published revision, whoever writes. What comes with the record or from ICE's lists needs none; its writers say
who they are with `writes_as`. Once an editor corrects it, a revision without a writer keeps what they wrote.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pgtrigger
from django.conf import settings
from django.db import connection, models
from django.db.models import F, Q

from agreements.kinds import NEEDS_SECOND_EDITOR
from agreements.models.agency import Agreement
from municipalities.history import keep_history

#: The setting of a transaction that names a writer whose events need no revision. Editors have none.
WRITER = "tracker.writer"
IMPORTER, RECORD, PREVIEW = "importer", "record", "preview"

_KINDS = ", ".join(f"'{kind}'" for kind in sorted(NEEDS_SECOND_EDITOR))
#: Body of a trigger on events, after each row that is written.
AS_REVISED = f"""
        IF current_setting('{WRITER}', true) <> '' THEN
            RETURN NULL;
        END IF;
        IF TG_OP = 'DELETE' THEN
            IF OLD.publication = 'published' THEN
                RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'published_event_stays',
                    MESSAGE = 'Event ' || OLD.id || ' is published: withdraw it by a revision.';
            END IF;
            RETURN NULL;
        END IF;
        IF TG_OP = 'UPDATE' THEN
            IF OLD.publication <> 'published' AND NEW.publication <> 'published'
               OR agreements_public_columns(OLD) = agreements_public_columns(NEW) THEN
                RETURN NULL;
            END IF;
        ELSIF NEW.publication <> 'published' THEN
            RETURN NULL;
        END IF;
        SELECT * INTO said FROM agreements_revision
            WHERE event_id = NEW.id AND standing = 'published' ORDER BY number DESC LIMIT 1;
        IF NOT FOUND OR said.columns <> agreements_public_columns(NEW) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'event_reads_as_its_revision',
                MESSAGE = 'Event ' || NEW.id || ' is published and corrected by a revision, and in no other way.';
        END IF;
        IF said.checked_by_id IS NULL AND (NEW.kind IN ({_KINDS}) OR TG_OP = 'UPDATE' AND OLD.kind IN ({_KINDS})) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'event_needs_a_second_editor',
                MESSAGE = 'Event ' || NEW.id || ' needs a second editor to be published.';
        END IF;
        RETURN NULL;
"""


@contextmanager
def writes_as(writer: str) -> Iterator[None]:
    """Within it, this transaction writes published events without a revision, as the importer and the record do."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting(%s, true), ''), set_config(%s, %s, true)", [WRITER, WRITER, writer]
        )
        before = cursor.fetchone()[0]
    yield
    # Not after an error: what the transaction set is taken back with it.
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [WRITER, before])


@keep_history
class Revision(models.Model):
    """One state of an event as the public read it, or as someone proposes it.

    number: 0 for what stood before the first correction of an event that had no revision; None until published.
    columns: what `agreements_public_columns` gives. sources: its citations and their claims, as `revisions` writes.
    follows: the number of the revision that holds what stood before, None where there was none. written_by: None for
    what the record, the importer or a merger wrote. opened: the agreement that was made for it on publishing.
    """

    class Standing(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        PUBLISHED = "published", "Published"
        DISCARDED = "discarded", "Discarded"

    event = models.ForeignKey("agreements.Event", on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField(null=True, blank=True)
    follows = models.PositiveIntegerField(null=True, blank=True)
    standing = models.CharField(max_length=9, choices=Standing, default=Standing.PROPOSED)
    columns = models.JSONField()
    sources = models.JSONField()
    reason = models.CharField(max_length=280, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)

    # Not a column.
    opened: Agreement | None = None

    class Meta:
        ordering = ["-published_at", "-pk"]
        indexes = [models.Index(fields=["standing", "-published_at"], name="revision_published")]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "number"],
                name="revision_number_once",
                violation_error_message="Another revision of this event has this number.",
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True)
                | Q(written_by__isnull=False, checked_by__isnull=False) & ~Q(checked_by=F("written_by")),
                name="revision_checked_by_another",
                violation_error_message="Nobody checks what he wrote himself.",
            ),
            models.CheckConstraint(
                condition=Q(standing="published", number__isnull=False, published_at__isnull=False)
                | ~Q(standing="published") & Q(number__isnull=True, published_at__isnull=True),
                name="revision_published_has_its_number",
                violation_error_message="A published revision has a number and a time, and no other has.",
            ),
            models.CheckConstraint(
                # The first publication and what stood before the first correction explain themselves.
                condition=~Q(reason="") | Q(follows__isnull=True),
                name="revision_says_why",
                violation_error_message="Say why, for the public log of corrections.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_revision_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__standing="published"),
                func="""
                    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'published_revision_stays',
                        MESSAGE = 'Revision ' || OLD.id || ' was published: it is corrected by the next.';
                """,
            )
        ]

    def __str__(self) -> str:
        return f"Revision {self.number if self.number is not None else 'proposed'} of event {self.event_id}"
