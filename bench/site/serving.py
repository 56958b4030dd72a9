"""The site as production serves it, and Datasette as its documents say, each on a port of this machine."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench.site import client
from bench.site.databases import ROOT, Database

START_SECONDS = 60
DATASETTE = ROOT / ".venv-bench" / "bin" / "datasette"


@contextlib.contextmanager
def site(database: Database, port: int) -> Iterator[int]:
    """gunicorn with config/gunicorn.py on that database; yields the port."""
    command = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", "--bind", f"127.0.0.1:{port}"]
    with _served(command, port, "/healthz", database.environment(), database.table.with_suffix(".log")):
        yield port


@contextlib.contextmanager
def datasette(databases: Sequence[Database], port: int) -> Iterator[Mapping[int, str]]:
    """Datasette on their tables of agreements; yields the path of each table, by scale.

    The files are served as immutable, which its documents advise where they do not change: it counts rows once.
    """
    files = [argument for one in databases for argument in ("--immutable", str(one.table))]
    command = [str(DATASETTE), "serve", *files, "--host", "127.0.0.1", "--port", str(port)]
    log = databases[0].table.with_name("datasette.log")
    with _served(command, port, "/-/versions.json", None, log):
        yield {one.scale: f"/{one.table.stem}/agreements" for one in databases}


@contextlib.contextmanager
def _served(
    command: Sequence[str], port: int, path: str, environment: Mapping[str, str] | None, log: Path
) -> Iterator[None]:
    with contextlib.suppress(OSError):
        client.get(port, path)
        raise SystemExit(f"Port {port} is in use: choose another with --port")
    with log.open("w") as errors:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=errors, stderr=errors)
    try:
        _wait(server, port, path, log)
        yield
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(server: "subprocess.Popen[bytes]", port: int, path: str, log: Path) -> None:
    """Until it answers 200."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(OSError):
            if client.get(port, path)[0].status == 200:
                return
        time.sleep(0.1)
    raise SystemExit(f"{' '.join(server.args)} does not answer:\n{log.read_text()[-2000:]}")
