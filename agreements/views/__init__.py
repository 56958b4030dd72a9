"""The public pages, a module a room."""
