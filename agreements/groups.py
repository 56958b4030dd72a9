"""Who may do what at the editors' desk: three groups, each of which may all that the one before it may.

Rights are Django's permissions. A migration that adds a model, or a permission of its own, adds a row here and runs
`settle` again: what a database has of the models by then is granted, and nothing is taken away.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions

CONTRIBUTOR, EDITOR, ADMINISTRATOR = NAMES = ("Contributor", "Editor", "Administrator")
#: Which permission lets one publish, and review what others wrote.
PUBLISH = "agreements.publish_event"

#: The models of which the permissions are, and by which app.
_APPS = ("agreements", "municipalities", "auth")
_READ, _WRITE, _DELETE = ("view",), ("add", "change"), ("delete",)
#: What is entered as a draft; what is said of agencies; what the lists brought; the places.
_ENTERED = ("event", "citation", "claim", "source", "suit")
_SETTLED = ("check", "agency", "agencyalias", "agreement")
_FROM_LISTS = ("sheet", "listing", "proposal")
#: What was published or proposed of events: made by publishing, and by nothing else.
_PUBLISHED = ("revision",)
#: What a command notes of the sources.
_NOTED = ("linkcheck",)
_PLACES = ("municipality", "county")

#: For each group what it may besides what the ones before it may: (app, permissions, models).
_RIGHTS: dict[str, list[tuple[str, tuple[str, ...], tuple[str, ...]]]] = {
    CONTRIBUTOR: [
        ("agreements", _READ, _ENTERED + _SETTLED + _FROM_LISTS + _PUBLISHED + _NOTED),
        ("municipalities", _READ, (*_PLACES, "state")),
        ("agreements", _WRITE, _ENTERED),
    ],
    EDITOR: [
        ("agreements", _WRITE, _SETTLED),
        ("agreements", ("change",), ("proposal",)),
        ("agreements", ("publish",), ("event",)),
        ("agreements", ("review",), ("sheet",)),
        ("municipalities", _WRITE, _PLACES),
    ],
    # Accounts are switched off, never deleted: the history names them. What a group may is for superusers.
    ADMINISTRATOR: [
        ("agreements", _DELETE, _ENTERED + _SETTLED),
        ("municipalities", _DELETE, _PLACES),
        ("auth", _READ + _WRITE, ("user",)),
        ("auth", _READ, ("group",)),
    ],
}


def rights(group: str) -> Iterator[tuple[str, str]]:
    """What a group may, as (app, codename of the permission): ("agreements", "publish_event")."""
    for name in NAMES[: NAMES.index(group) + 1]:
        for app, verbs, models in _RIGHTS[name]:
            yield from ((app, f"{verb}_{model}") for model in models for verb in verbs)


def settle(apps: Any = installed, schema_editor: Any = None) -> None:
    """Makes the groups where they are missing and gives each its rights. A migration hands in its own two arguments.

    Django makes the permissions themselves only after all migrations have run, so they are made here first. A right to
    a model that is not there yet is left out.
    """
    using = schema_editor.connection.alias if schema_editor else "default"
    for app in _APPS:
        create_permissions(installed.get_app_config(app), verbosity=0, using=using, apps=apps)
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    there = {
        (permission.content_type.app_label, permission.codename): permission
        for permission in permissions.filter(content_type__app_label__in=_APPS).select_related("content_type")
    }
    for name in NAMES:
        group, _ = apps.get_model("auth", "Group").objects.using(using).get_or_create(name=name)
        group.permissions.add(*(there[right] for right in rights(name) if right in there))


def remove(apps: Any, schema_editor: Any) -> None:
    """Takes the groups away again; accounts and permissions stay."""
    apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias).filter(name__in=NAMES).delete()
