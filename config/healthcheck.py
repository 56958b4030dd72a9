"""`python -m config.healthcheck`: exit code 0 if the site inside this container answers on /healthz, else 1."""

import os
import sys
import urllib.error
import urllib.request

ADDRESS = "http://127.0.0.1:8000/healthz"


def own_host(allowed: list[str]) -> str:
    """A host name that the site answers to: the first of ALLOWED_HOSTS; for "*", which allows any, this machine's."""
    first = allowed[0].strip().lstrip(".") if allowed else "*"
    return "localhost" if first == "*" else first


def is_healthy(address: str = ADDRESS) -> bool:
    """Whether the address answers 200 to a request for the site's own (first) host name, as ALLOWED_HOSTS demands."""
    host = own_host(os.environ.get("ALLOWED_HOSTS", "localhost").split(","))
    request = urllib.request.Request(address, headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=4) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(0 if is_healthy() else 1)
