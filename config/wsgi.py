"""The WSGI application that gunicorn serves: Django, behind the published pages.

With DEBUG=1 it is Django alone, as runserver wants it: every page is made anew, and no page is kept.
"""

import os
from wsgiref.types import WSGIApplication

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def _application() -> WSGIApplication:
    django = get_wsgi_application()
    from django.conf import settings

    if settings.DEBUG:
        return django
    # These need Django's settings.
    from whitenoise.middleware import WhiteNoiseMiddleware

    from config.published import Published
    from config.published_release import release
    from config.published_store import Store
    from config.published_version import Versions

    # The files that WhiteNoise found, with its headers for each. Here they need neither Django nor the database.
    return Published(django, Store(settings.PAGES_ROOT, release()), Versions(), WhiteNoiseMiddleware().files)


application = _application()
