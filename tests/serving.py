"""The site as it is served: gunicorn on the test database, with collected static files, on a free port."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

#: Collects the static files under their hashed names. Compressing them takes ten times as long, and no test here asks.
_COLLECT = """
import django
from django.conf import settings
from django.core.management import call_command
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
django.setup()
call_command("collectstatic", interactive=False, verbosity=0)
"""
_START_SECONDS = 60


@contextlib.contextmanager
def served(folder: Path, host: str = "") -> Iterator[int]:
    """The port at which it answers until the end. folder: for what it writes; host: the database's, if another."""
    database = connection.settings_dict
    given = {"host": host or database["HOST"], "port": str(database["PORT"] or 5432)}
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in given.items())
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": f"postgres://{quote(database['USER'])}@/{database['NAME']}?{query}",
        "SECRET_KEY": settings.SECRET_KEY,  # so that sessions that a test has made are good here
        "HTTPS": "0",
        "STATIC_ROOT": str(folder / "static"),
        "PAGES_ROOT": str(folder / "pages"),
    }
    environment.pop("DEBUG", None)
    subprocess.run([sys.executable, "-c", _COLLECT], cwd=settings.BASE_DIR, env=environment, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", "--bind", f"127.0.0.1:{port}"]
    log = folder / "log"
    with log.open("w") as written:
        server = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=written, stderr=written)
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz", server, log)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise AssertionError(f"The server did not answer at {url}: {log.read_text()}")
