"""The editors' desk: Django's admin, shaped for people who enter updates under deadline.

Outside of agreements.admin, which registers its models with this site while it is imported.
"""

from django.contrib import admin


class DeskSite(admin.AdminSite):
    """The one admin site of the project; `admin.site` is it."""

    site_header = "287(g) Tracker: editors"
    site_title = "287(g) Tracker"
    index_title = "Desk"
