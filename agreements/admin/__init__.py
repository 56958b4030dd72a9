"""The editors' admin: every model of the record, searchable, with its sources beside it."""

from django.contrib import admin

from agreements.admin import agencies, events, lists, proposals, sources

__all__ = ["agencies", "events", "lists", "proposals", "sources"]

admin.site.site_header = "287(g) Tracker: editors"
admin.site.site_title = "287(g) Tracker"
