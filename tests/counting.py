"""How many queries a page takes."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, ContextList


def queries_of(client: Client, url: str) -> tuple[int, ContextList]:
    """The queries of a page, and its context. Asked for twice: what was changed since, the first reader works out."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    return len(captured), response.context
