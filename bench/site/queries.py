"""How many queries a page takes, without any cache: asked of the views in this very process."""

import json

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def main(*paths: str) -> None:
    """Prints {path: [queries, milliseconds spent in them]} as JSON. The first request of a process is not counted."""
    client = Client(headers={"host": "127.0.0.1"})
    client.get("/healthz")
    found = {}
    for path in paths:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        found[path] = [len(captured), round(sum(float(one["time"]) for one in captured) * 1000, 1)]
    print(json.dumps(found))
