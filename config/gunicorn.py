"""How gunicorn serves the site, on a laptop and in the container. Where it listens is said on its command line."""

import gc
from typing import Any

wsgi_app = "config.wsgi"
workers = 2
worker_class = "gthread"
threads = 4
# Pages take milliseconds; what takes this long is stuck.
timeout = 30
graceful_timeout = 10
# A reader's next page, and a proxy's next request, need no new connection. An idle one occupies no thread.
keepalive = 65
accesslog = None
errorlog = "-"
loglevel = "warning"
# Its control socket would be one more file to write, and the container's file system is read-only.
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Loads what the first reader would wait for, and lets the collector be.

    What is loaded by now stays as long as the process, so the collector need not look through it again and again. A
    page makes ten thousand objects, nearly all gone with it by themselves; the collector's own bounds are for less.
    """
    from django.conf import settings
    from django.template.loader import get_template
    from django.urls import reverse

    reverse("home")  # the whole table of addresses, with all views
    for path in sorted((settings.BASE_DIR / "templates" / "agreements").glob("*.html")):
        get_template(f"agreements/{path.name}")
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
