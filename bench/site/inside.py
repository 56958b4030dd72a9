"""Runs one of our modules inside the site: python -m bench.site.inside table|queries ARGUMENT...

The environment says which database. The module is read only then, for its imports need the site's settings.
"""

import importlib
import sys

import django

if __name__ == "__main__":
    django.setup()
    importlib.import_module(f"bench.site.{sys.argv[1]}").main(*sys.argv[2:])
