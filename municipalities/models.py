"""The ground: states, counties and municipalities, from the Census Bureau's lists (see docs/data.md).

Nothing here knows of agreements.
"""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from municipalities.history import keep_history


@keep_history
class State(models.Model):
    """A state, the District of Columbia or a territory."""

    code = models.CharField(max_length=2, unique=True, help_text="Postal code, such as FL.")
    name = models.CharField(max_length=60, unique=True)
    fips = models.CharField("FIPS code", max_length=2, unique=True)
    slug = models.SlugField(max_length=2, unique=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z]{2}$"),
                name="state_code_is_two_letters",
                violation_error_message="A state's code is two capital letters.",
            ),
            models.CheckConstraint(
                condition=Q(fips__regex=r"^[0-9]{2}$"),
                name="state_fips_is_two_digits",
                violation_error_message="A state's FIPS code is two digits.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@keep_history
class County(models.Model):
    """A county or what stands for one: parish, borough, census area, municipio, independent city, planning region."""

    geoid = models.CharField("GEOID", max_length=5, unique=True)
    name = models.CharField(max_length=100)
    full_name = models.CharField(max_length=120, help_text="With its kind, such as Miami-Dade County.")
    state = models.ForeignKey(State, on_delete=models.PROTECT, related_name="counties")
    slug = models.SlugField(max_length=120, db_index=False)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    population = models.PositiveIntegerField(null=True, blank=True, help_text="Estimate of July 1, 2022.")
    is_current = models.BooleanField(
        default=True, help_text="No for Connecticut's former counties, under which its towns are still filed."
    )

    class Meta:
        verbose_name_plural = "counties"
        ordering = ["state__name", "name", "geoid"]
        indexes = [GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="county_name_trigrams")]
        constraints = [
            models.CheckConstraint(
                condition=Q(geoid__regex=r"^[0-9]{5}$"),
                name="county_geoid_is_five_digits",
                violation_error_message="A county's GEOID is five digits.",
            ),
            models.UniqueConstraint(
                fields=["state", "slug"],
                name="county_slug_unique_in_state",
                violation_error_message="Another county of this state has this address.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.full_name}, {self.state.code}"


class Policing(models.TextChoices):
    OWN = "own", "Own police"
    SHERIFF = "sheriff", "Policed by the sheriff"
    OTHER = "other", "Policed by another agency"
    UNKNOWN = "unknown", "Not known"


@keep_history
class Municipality(models.Model):
    """A city, town, village, borough or governing township: one row for one government."""

    key = models.CharField(
        max_length=80, unique=True, help_text="Our own stable key: the GEOID where there is one, else state and name."
    )
    geoid = models.CharField("GEOID", max_length=10, unique=True, null=True, blank=True)
    name = models.CharField(max_length=120)
    full_name = models.CharField(max_length=140, help_text="With its kind, such as South Miami city.")
    kind = models.CharField(max_length=60, help_text="What its government calls itself: city, town, township…")
    is_subdivision = models.BooleanField(
        default=False, help_text="A township or New England town: a county subdivision, not an incorporated place."
    )
    state = models.ForeignKey(State, on_delete=models.PROTECT, related_name="municipalities")
    main_county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="main_municipalities")
    counties = models.ManyToManyField(County, related_name="municipalities")
    slug = models.SlugField(max_length=140, db_index=False)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    population = models.PositiveIntegerField(null=True, blank=True, help_text="Estimate of July 1, 2024.")
    policing = models.CharField(max_length=10, choices=Policing, default=Policing.UNKNOWN)
    policing_source = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "municipalities"
        ordering = ["state__name", "name", "key"]
        indexes = [
            models.Index(fields=["state", "name"], name="municipality_state_name"),
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="municipality_name_trigrams"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(geoid__isnull=True) | Q(geoid__regex=r"^([0-9]{7}|[0-9]{10})$"),
                name="municipality_geoid_is_seven_or_ten_digits",
                violation_error_message="A place's GEOID is seven digits, a county subdivision's ten.",
            ),
            models.CheckConstraint(
                condition=Q(policing__in=Policing.values),
                name="municipality_policing_known_value",
                violation_error_message="Choose who polices the place from the list.",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    # A comparison with null is null, which a check lets pass.
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="municipality_point_on_earth",
                violation_error_message="Give both latitude and longitude, in degrees, or neither.",
            ),
            models.UniqueConstraint(
                fields=["main_county", "slug"],
                name="municipality_slug_unique_in_county",
                violation_error_message="Another municipality of this county has this address.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.state.code}"
