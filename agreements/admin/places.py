"""The places as editors change them: the reference lists' own admins, with all that the record's can do."""

from django.contrib import admin

from agreements.admin.base import DeskAdmin
from municipalities.admin import CountyAdmin, MunicipalityAdmin, StateAdmin
from municipalities.models import County, Municipality, State

admin.site.unregister([State, County, Municipality])


@admin.register(State)
class DeskStateAdmin(DeskAdmin, StateAdmin):
    """A state."""


@admin.register(County)
class DeskCountyAdmin(DeskAdmin, CountyAdmin):
    """A county."""


@admin.register(Municipality)
class DeskMunicipalityAdmin(DeskAdmin, MunicipalityAdmin):
    """A municipality."""
