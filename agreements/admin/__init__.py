"""The editors' admin: every model of the record, searchable, with its sources beside it."""

from agreements.admin import agencies, events, links, lists, places, proposals, sources, users

__all__ = ["agencies", "events", "links", "lists", "places", "proposals", "sources", "users"]
