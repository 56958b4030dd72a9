"""The embedded server's launcher, on real servers of its own: cold starts, crashes, leftovers, awkward places."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from filelock import FileLock

from config import postgres, postgres_home

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cluster that was started once. Making one takes some two seconds, and a copy of it a quarter of that."""
    path = tmp_path_factory.mktemp("initialised")
    postgres.connection(path)
    postgres.stop(path)
    yield cluster(path)
    discard(path)


@pytest.fixture
def cold_dir(tmp_path: Path) -> Iterator[Path]:
    """A data directory without a cluster; what was started and made for it is gone afterwards."""
    path = tmp_path / "data"
    yield path
    if path.exists():
        discard(path)


@pytest.fixture
def data_dir(cold_dir: Path, initialised: Path) -> Path:
    """A data directory with a cluster, and without a server."""
    cold_dir.mkdir()
    place = postgres_home.claim_home(cold_dir.resolve())
    subprocess.run(["cp", "-a", initialised, place / "cluster"], check=True)
    return cold_dir


def discard(path: Path) -> None:
    postgres.stop(path)
    if place := postgres.home(path):
        shutil.rmtree(place)


def connect(path: Path, **changes: str) -> psycopg.Connection:
    server = postgres.connection(path)
    names = {"host": server["HOST"], "port": server["PORT"], "user": server["USER"], "dbname": server["NAME"]}
    return psycopg.connect(**{**names, **changes}, autocommit=True)


def write(path: Path, text: str) -> None:
    with connect(path) as client:
        client.execute("CREATE TABLE IF NOT EXISTS note (text text)")
        client.execute("INSERT INTO note VALUES (%s)", [text])


def notes(path: Path) -> list[str]:
    with connect(path) as client:
        return [text for (text,) in client.execute("SELECT text FROM note ORDER BY text")]


def cluster(path: Path) -> Path:
    place = postgres.home(path)
    assert place is not None
    return place / "cluster"


def postmaster(path: Path) -> postgres.Postmaster:
    server = postgres.Postmaster.read(cluster(path))
    assert server is not None
    return server


def launch(path: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "config.postgres", *arguments]
    environment = {**os.environ, "TRACKER_DATA_DIR": str(path)}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=PROJECT, env=environment, text=True, stdout=pipe, stderr=pipe)


def eventually(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it did not happen within 20 seconds"
        time.sleep(0.01)


def kill_server(path: Path) -> postgres.Postmaster:
    dead = postmaster(path)
    os.kill(dead.pid, signal.SIGKILL)
    eventually(lambda: not dead.runs(cluster(path)))
    return dead


def test_connection_cold_makes_a_private_socket_only_server(cold_dir: Path) -> None:
    with connect(cold_dir) as client:
        addresses = client.execute("SHOW listen_addresses").fetchone()
        encoding = client.execute(
            "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'tracker'"
        ).fetchone()

    assert addresses == ("",)
    assert encoding == ("b", "C.UTF-8")
    assert Path(postmaster(cold_dir).socket_dir).stat().st_mode & 0o077 == 0
    assert cluster(cold_dir).stat().st_mode & 0o077 == 0


def test_server_has_the_extensions(data_dir: Path) -> None:
    with connect(data_dir) as client:
        client.execute("CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gist; CREATE EXTENSION unaccent")

        assert client.execute("SELECT similarity('Miami', 'Miami'), unaccent('Doña')").fetchone() == (1.0, "Dona")


def test_connection_as_someone_else_is_refused(data_dir: Path) -> None:
    with connect(data_dir) as client:
        client.execute("CREATE ROLE somebody SUPERUSER LOGIN")

    with pytest.raises(psycopg.OperationalError, match="Peer authentication failed"):
        connect(data_dir, user="somebody")


def test_connection_warm_takes_no_lock(data_dir: Path) -> None:
    first = postgres.connection(data_dir)

    with FileLock(data_dir / "postgres.lock"):
        assert postgres.connection(data_dir) == first


def test_four_cold_starts_attach_to_one_server(cold_dir: Path) -> None:
    starters = [launch(cold_dir, "start") for _ in range(4)]

    said = {starter.communicate() for starter in starters}

    assert [starter.returncode for starter in starters] == [0, 0, 0, 0]
    assert said == {(f"PostgreSQL runs, its socket in {postmaster(cold_dir).socket_dir}\n", "")}
    # A second server, or a second start of the same, would have written over the first one's log, or complained in it.
    assert (cluster(cold_dir).parent / "server.log").read_text().count("starting PostgreSQL") == 1


def test_data_survives_stop_and_start(data_dir: Path) -> None:
    write(data_dir, "kept")

    assert postgres.stop(data_dir)

    assert not postgres.stop(data_dir)
    assert notes(data_dir) == ["kept"]


def test_data_survives_kill_of_the_server(data_dir: Path) -> None:
    write(data_dir, "kept")
    dead = kill_server(data_dir)

    assert notes(data_dir) == ["kept"]

    assert postmaster(data_dir).pid != dead.pid


def test_four_starts_after_a_kill_attach_to_one_server(data_dir: Path) -> None:
    write(data_dir, "kept")
    kill_server(data_dir)

    starters = [launch(data_dir, "start") for _ in range(4)]

    assert [starter.communicate()[1] for starter in starters] == [""] * 4
    assert notes(data_dir) == ["kept"]


def test_start_waits_for_what_is_left_of_a_killed_server(data_dir: Path) -> None:
    write(data_dir, "kept")
    # A server process inside such a loop does not notice that its postmaster is gone.
    until = "clock_timestamp() + '2 s'"
    loop = f"DO $$ DECLARE ending timestamptz := {until}; BEGIN WHILE clock_timestamp() < ending LOOP END LOOP; END $$"
    busy = connect(data_dir)

    def busy_loop() -> None:
        with contextlib.suppress(psycopg.OperationalError):
            busy.execute(loop)

    client = threading.Thread(target=busy_loop)
    client.start()
    time.sleep(0.2)
    kill_server(data_dir)

    found = notes(data_dir)

    client.join()
    busy.close()
    assert found == ["kept"]


@pytest.mark.parametrize("lives", [False, True], ids=["zombie", "somebody else's"])
def test_start_disregards_the_process_id_of_a(data_dir: Path, lives: bool) -> None:
    write(data_dir, "kept")
    dead = kill_server(data_dir)
    # Of the server's own user: PostgreSQL itself knows that processes of others are not its server.
    other = subprocess.Popen(["sleep", "60" if lives else "0"], user=postgres_home.server_user().pw_uid)
    if not lives:
        eventually(lambda: postgres._command_line(other.pid) == b"")
    for left in (cluster(data_dir) / "postmaster.pid", Path(dead.socket_dir) / ".s.PGSQL.5432.lock"):
        left.write_text(left.read_text().replace(str(dead.pid), str(other.pid), 1))

    try:
        assert notes(data_dir) == ["kept"]
        assert postmaster(data_dir).pid not in (dead.pid, other.pid)
    finally:
        other.kill()
        other.wait()


def test_start_disregards_an_empty_process_file(data_dir: Path) -> None:
    write(data_dir, "kept")
    kill_server(data_dir)
    (cluster(data_dir) / "postmaster.pid").write_text("")

    assert notes(data_dir) == ["kept"]


def test_start_after_the_socket_was_swept_away_replaces_the_server(data_dir: Path) -> None:
    write(data_dir, "kept")
    lost = postmaster(data_dir)
    (Path(lost.socket_dir) / ".s.PGSQL.5432").unlink()

    assert notes(data_dir) == ["kept"]

    assert not lost.runs(cluster(data_dir))


def test_start_after_a_killed_initdb_begins_anew(cold_dir: Path) -> None:
    starter = launch(cold_dir, "start")
    eventually(lambda: (place := postgres.home(cold_dir)) and list(place.glob("cluster.*/base")))
    starter.kill()
    starter.communicate()
    assert not cluster(cold_dir).exists()

    write(cold_dir, "whole")

    assert notes(cold_dir) == ["whole"]


def test_start_in_an_awkward_place_falls_back_to_a_short_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    base = Path(tempfile.mkdtemp(dir="/var/tmp"))
    awkward = base / f"a place, it's ours — {'long' * 30}"
    awkward.mkdir()
    if postgres_home.is_root():  # root's server lies elsewhere: make that place awkward too
        base.chmod(0o755)
        monkeypatch.setattr(postgres_home, "ROOT_HOME", awkward)

    try:
        write(awkward, "kept")
        kill_server(awkward)
        socket_dir = Path(postmaster(awkward).socket_dir)

        assert notes(awkward) == ["kept"]
        assert socket_dir.parent == Path("/tmp")
        assert socket_dir.stat().st_mode & 0o077 == 0
        shutil.rmtree(socket_dir)
    finally:
        discard(awkward)
        shutil.rmtree(base)


def test_socket_directory_open_to_others_is_refused(data_dir: Path) -> None:
    postgres.connection(data_dir)
    postgres.stop(data_dir)
    (cluster(data_dir).parent / "socket").chmod(0o755)

    with pytest.raises(postgres.ServerError, match="not a private folder"):
        postgres.connection(data_dir)


def test_moved_data_directory_keeps_its_data(data_dir: Path) -> None:
    write(data_dir, "kept")
    postgres.stop(data_dir)
    moved = data_dir.rename(data_dir.with_name("moved"))

    try:
        assert notes(moved) == ["kept"]
    finally:
        discard(moved)


def test_copied_data_directory_has_a_server_of_its_own(data_dir: Path) -> None:
    write(data_dir, "first")
    postgres.stop(data_dir)
    copy = shutil.copytree(data_dir, data_dir.with_name("copy"))

    try:
        write(copy, "second")

        assert notes(data_dir) == ["first"]
    finally:
        discard(copy)


def test_start_with_a_cluster_of_another_version_says_so(data_dir: Path) -> None:
    postgres.connection(data_dir)
    postgres.stop(data_dir)
    (cluster(data_dir) / "PG_VERSION").write_text("11\n")

    with pytest.raises(postgres.ServerError, match="made by PostgreSQL 11"):
        postgres.connection(data_dir)


def test_start_that_fails_shows_the_log(data_dir: Path) -> None:
    postgres.connection(data_dir)
    postgres.stop(data_dir)
    with (cluster(data_dir) / "postgresql.conf").open("a") as settings:
        settings.write("no_such_setting = 1\n")

    with pytest.raises(postgres.ServerError, match="no_such_setting"):
        postgres.connection(data_dir)


def test_start_without_the_wheel_says_what_to_do(cold_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_home.util, "find_spec", lambda name: None)

    with pytest.raises(postgres.ServerError, match="script/serve"):
        postgres.connection(cold_dir)


def test_user_without_a_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    used = {entry.pw_uid for entry in pwd.getpwall()}
    monkeypatch.setattr(os, "geteuid", lambda: next(number for number in range(100_000, 200_000) if number not in used))

    with pytest.raises(postgres.ServerError, match="has no name"):
        postgres_home.client_user()


def test_run_stops_the_server_and_returns_the_exit_code(data_dir: Path) -> None:
    runner = launch(data_dir, "run", "sh", "-c", "echo inside; exit 7")

    assert runner.communicate() == ("inside\n", "")

    assert runner.returncode == 7
    assert not postgres.stop(data_dir)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_run_passes_signals_on_and_stops_the_server(data_dir: Path, number: signal.Signals) -> None:
    runner = launch(data_dir, "run", "sh", "-c", "trap 'exit 5' INT TERM; echo ready; while :; do sleep 0.1; done")
    assert runner.stdout is not None
    runner.stdout.readline()

    runner.send_signal(number)
    runner.communicate()

    assert runner.returncode == 5
    assert not postgres.stop(data_dir)


def test_run_leaves_the_server_to_another_run(data_dir: Path) -> None:
    other = launch(data_dir, "run", "sh", "-c", "echo ready; exec sleep 60")
    assert other.stdout is not None
    other.stdout.readline()

    launch(data_dir, "run", "true").communicate()
    survived = postmaster(data_dir).answers(cluster(data_dir))
    other.terminate()
    other.communicate()

    assert survived
    assert not postgres.stop(data_dir)


def test_run_leaves_the_server_to_a_client(data_dir: Path) -> None:
    with connect(data_dir) as client:
        launch(data_dir, "run", "true").communicate()

        assert client.execute("SELECT 1").fetchone() == (1,)


def test_command_line_tells_the_status(data_dir: Path) -> None:
    def said(argument: str) -> tuple[int, str]:
        process = launch(data_dir, argument)
        return (process.wait(), process.communicate()[0])

    assert said("status") == (3, "PostgreSQL does not run\n")
    assert said("stop") == (0, "PostgreSQL was not running\n")
    assert said("start")[0] == 0
    assert said("status") == (0, f"PostgreSQL runs, process {postmaster(data_dir).pid}\n")
    assert said("stop") == (0, "PostgreSQL is stopped\n")
    assert said("restart")[0] == 2


def test_command_line_uses_the_data_directory_of_the_settings() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "TRACKER_DATA_DIR"}
    # With DATABASE_URL the settings start no server.
    environment |= {"DATABASE_URL": "postgres://nowhere/none", "SECRET_KEY": "unused"}
    asked = "from config import settings, postgres; print(settings.DATA_DIR == postgres.default_data_dir())"

    done = subprocess.run([sys.executable, "-c", asked], cwd=PROJECT, env=environment, capture_output=True, text=True)

    assert done.stdout == "True\n"


def test_settings_with_database_url_never_import_the_launcher() -> None:
    environment = {**os.environ, "DATABASE_URL": "postgres://nowhere/none", "SECRET_KEY": "unused"}
    asked = (
        "import sys, config.settings; print(*[name for name in sys.modules if 'postgres' in name and 'config' in name])"
    )

    done = subprocess.run([sys.executable, "-c", asked], cwd=PROJECT, env=environment, capture_output=True, text=True)

    assert (done.returncode, done.stdout) == (0, "\n")
