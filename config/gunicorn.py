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
    """Reads two pages before the process's first reader does, and lets the collector be.

    Much is loaded and worked out at the first request only: addresses, templates, formats, the statements. The pages
    are not kept, and it does not matter if the database is away: this says nothing of whether the process may serve.

    What is there by now stays as long as the process, so the collector need not look through it again and again. A
    page makes ten thousand objects, nearly all gone with it by themselves; the collector's own bounds are for less.
    """
    from django.conf import settings
    from django.db import connections
    from django.template.loader import get_template

    from config.published import Published

    for path in sorted((settings.BASE_DIR / "templates" / "agreements").glob("*.html")):
        get_template(f"agreements/{path.name}")
    if isinstance(worker.wsgi, Published):
        worker.wsgi.rehearse("/", "/agreements/")
    connections.close_all()  # this thread's, which will serve nobody
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
