"""What a page is made of besides the data: code, templates, static files and settings, as one short text."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings

#: Of the fixtures too, pages read some: ZIP codes and other names of places.
FOLDERS = ("agreements", "municipalities", "config", "templates", "static", "fixtures")
_FILES = ("requirements.lock", "requirements-dev.lock")
#: Secrets, which no page shows and no name of a file should be made of; and what no page depends on.
_UNUSED = {"SECRET_KEY", "DATABASES", "DATABASE_URL", "DATA_DIR", "PAGES_ROOT"}


def release() -> str:
    """A fingerprint that every process of this checkout, configuration and database shares, and another does not."""
    base = Path(settings.BASE_DIR)
    made = hashlib.sha256()
    paths = [path for folder in FOLDERS for path in (base / folder).rglob("*") if path.is_file()]
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    for path in sorted([*paths, *(base / name for name in _FILES), manifest]):
        if path.exists() and path.suffix != ".pyc":
            content = path.read_bytes()
            made.update(f"{path.name} {len(content)}\n".encode())
            made.update(content)
    for name, value in sorted(_settings().items()):
        made.update(f"{name}={value!r}\n".encode())
    database = settings.DATABASES["default"]
    made.update(f"{database.get('HOST')} {database.get('PORT')} {database.get('NAME')}".encode())
    return made.hexdigest()[:16]


def _settings() -> dict[str, Any]:
    """The project's own settings, which may change what a page says."""
    from config import settings as ours

    found = {name: value for name, value in vars(ours).items() if name.isupper() and name not in _UNUSED}
    # A function's text has its place in memory in it, which is another in each process; its code is hashed above.
    return {name: value for name, value in found.items() if not callable(value)}
