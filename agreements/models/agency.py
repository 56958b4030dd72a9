"""Agencies, the names under which ICE prints them, and their agreements."""

from datetime import date
from typing import Any, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from agreements.kinds import COUNTY_KINDS, MUNICIPAL_KINDS, AgencyKind, Program
from agreements.models.source import WebAddressField
from agreements.paths import path_to
from agreements.status import Standing
from municipalities.history import keep_history, keep_link_history
from municipalities.models import County, Municipality, State


def refuse_circle(model: str) -> pgtrigger.Trigger:
    """Refuses to merge a row into one that has been merged into it, through however many: no address would end."""
    return pgtrigger.Trigger(
        name=f"{model}_merged_in_no_circle",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("merged_into_id"),
        condition=pgtrigger.Q(new__merged_into__isnull=False),
        declare=[("following", "bigint")],
        func=f"""
        following := NEW.merged_into_id;
        WHILE following <> NEW.id LOOP
            SELECT merged_into_id INTO following FROM agreements_{model} WHERE id = following;
        END LOOP;
        -- One merged into itself is refused by a constraint of its own.
        IF following = NEW.id AND NEW.merged_into_id <> NEW.id THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = '{model}_merged_in_no_circle',
                MESSAGE = 'It was merged into this one, and cannot take it in.';
        END IF;
        RETURN NEW;
    """,
    )


def refuse_other_state(place: str, name: str, agency: str) -> str:
    """What a trigger does at commit: an agency whose places lie in another state is refused.

    place: municipality or county; agency: the id of the agency in question, in SQL.
    """
    plural = {"municipality": "municipalities", "county": "counties"}[place]
    return f"""
        IF EXISTS (
            SELECT FROM agreements_agency_{plural} link
            JOIN agreements_agency agency ON agency.id = link.agency_id
            JOIN municipalities_{place} place ON place.id = link.{place}_id
            WHERE link.agency_id = {agency} AND place.state_id <> agency.state_id
        ) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = '{name}',
                MESSAGE = 'An agency has places of its own state only.';
        END IF;
    """


class MergedQuerySet(models.QuerySet[Any]):
    """Rows of which some have been merged into others: these stay for their addresses' sake."""

    def standing_alone(self) -> Self:
        return self.filter(merged_into=None)


@keep_history
class Agency(models.Model):
    """A body whose officers could act under a 287(g) agreement, or the government that decides for it.

    What it serves is a set: most serve one municipality or county, a regional department several, a state agency none
    of its own. A campus or an airport serves none; its host county is among its counties.
    """

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=24, choices=AgencyKind)
    state = models.ForeignKey(State, on_delete=models.PROTECT, related_name="agencies")
    municipalities = models.ManyToManyField(Municipality, related_name="agencies", blank=True)
    counties = models.ManyToManyField(County, related_name="agencies", blank=True)
    slug = models.SlugField(max_length=200)
    placing_note = models.CharField(
        max_length=300,
        blank=True,
        help_text="Why it has no place, or what had to be decided to place it. Published.",
    )

    is_from_list = models.BooleanField(
        "kept by the importer",
        default=False,
        help_text="Whether name, kind and places follow ICE's lists. An editor's change ends that.",
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        help_text="The agency that this one turned out to be. Its address leads there.",
    )

    objects = MergedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "agencies"
        ordering = ["state__name", "name"]
        indexes = [GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="agency_name_trigrams")]
        constraints = [
            models.UniqueConstraint(
                fields=["state", "slug"],
                name="agency_slug_unique_in_state",
                violation_error_message="Another agency of this state has this address.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AgencyKind.values),
                name="agency_kind_known_value",
                violation_error_message="Choose the kind of agency from the list.",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="agency_not_merged_into_itself",
                violation_error_message="An agency cannot be merged into itself.",
            ),
        ]
        triggers = [
            refuse_circle("agency"),
            pgtrigger.Trigger(
                name="agency_moved_with_its_places",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("state_id"),
                # At commit, so that an agency and its places may be moved in either order.
                timing=pgtrigger.Deferred,
                func=refuse_other_state("municipality", "agency_places_of_its_state", "NEW.id")
                + refuse_other_state("county", "agency_places_of_its_state", "NEW.id")
                + "RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.state.code}"

    def get_absolute_url(self) -> str:
        return path_to("agency", self.state.slug, self.slug)

    @property
    def is_municipal(self) -> bool:
        """Whether it is a municipality's own, and so counts for that municipality's status."""
        return self.kind in MUNICIPAL_KINDS

    @property
    def is_county(self) -> bool:
        return self.kind in COUNTY_KINDS


def _of_its_state(place: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=f"agency_{place}_of_its_state",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update,
        timing=pgtrigger.Deferred,
        func=refuse_other_state(place, "agency_places_of_its_state", "NEW.agency_id") + "RETURN NULL;",
    )


AgencyMunicipality = keep_link_history(Agency.municipalities.through, "AgencyMunicipality")
AgencyCounty = keep_link_history(Agency.counties.through, "AgencyCounty")
pgtrigger.register(_of_its_state("municipality"))(AgencyMunicipality)
pgtrigger.register(_of_its_state("county"))(AgencyCounty)


@keep_history
class AgencyAlias(models.Model):
    """A name under which a list prints an agency: one that was read so, or an editor's answer, never asked again.

    An answer may be limited to one program, as where ICE printed a sheriff for the county's jail. Without a state it is
    one about rows whose state cannot be read, and about no others.
    """

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="aliases")
    state = models.ForeignKey(
        State,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="As printed. Empty where it could not be read: said on the review of a sheet.",
    )
    printed_name = models.CharField(max_length=200)
    program = models.CharField(
        "only for the program", max_length=4, choices=Program, blank=True, default=Program.NOT_STATED
    )
    is_answer = models.BooleanField(
        "editor's answer",
        default=True,
        help_text="Whether an editor said so; if not, the name was read as the agency's.",
    )
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name_plural = "agency aliases"
        ordering = ["printed_name"]
        indexes = [
            models.Index(F("printed_name"), F("id").desc(), name="alias_by_printed_name"),
            GinIndex(fields=["printed_name"], opclasses=["gin_trgm_ops"], name="alias_trigrams"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["state", "printed_name", "program"],
                name="alias_names_one_agency",
                nulls_distinct=False,
                violation_error_message="This printed name already stands for an agency of this state.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.printed_name} ({self.state.code if self.state else 'no state'})"


class AgreementQuerySet(MergedQuerySet):
    """Agreements, with what the pages ask of them."""

    def with_status(self, on: date) -> list["Agreement"]:
        """These agreements, each with `.standing` on that day. The one door to status: see agreements.record."""
        from agreements.record import attach_standings

        return attach_standings(list(self), on)


@keep_history
class Agreement(models.Model):
    """One agency and one program: signed, sought, debated or refused. A re-signing is a new event of the same one."""

    public_id = models.CharField(
        max_length=12,
        unique=True,
        help_text="Printed in addresses and citations: A0123.",
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="agreements")
    program = models.CharField(
        max_length=4,
        choices=Program,
        blank=True,
        default=Program.NOT_STATED,
        help_text="Empty until a source says.",
    )
    moa_url = WebAddressField("memorandum (MOA)", max_length=500, blank=True)
    addendum_urls = ArrayField(WebAddressField(max_length=500), default=list, blank=True)
    is_from_list = models.BooleanField(
        "kept by the importer",
        default=False,
        help_text="Whether the links follow ICE's lists. An editor's change ends that.",
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        help_text="The agreement that this one turned out to be. Its address leads there.",
    )

    objects = AgreementQuerySet.as_manager()

    # Not columns: what `with_status` and the lists attach for a day.
    standing: Standing
    differs: str
    notes: list[str]

    class Meta:
        ordering = ["public_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "program"],
                name="agreement_one_per_agency_and_program",
                violation_error_message="This agency already has an agreement of this program.",
            ),
            models.CheckConstraint(
                condition=Q(public_id__regex=r"^A[0-9]{4,}$"),
                name="agreement_public_id_form",
                violation_error_message="A public id is A and at least four digits.",
            ),
            models.CheckConstraint(
                condition=Q(program__in=Program.values),
                name="agreement_program_known_value",
                violation_error_message="Choose the program from the list.",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="agreement_not_merged_into_itself",
                violation_error_message="An agreement cannot be merged into itself.",
            ),
        ]
        triggers = [refuse_circle("agreement")]

    def __str__(self) -> str:
        return f"{self.public_id} {self.agency.name}: {self.get_program_display()}"

    def get_absolute_url(self) -> str:
        return path_to("agreement", self.public_id)
