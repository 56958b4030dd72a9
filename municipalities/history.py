"""History: what each row was, when, and who changed it, kept by database triggers so that raw SQL is in it too."""

from typing import Any, TypeVar

import pghistory
from django.db import models

Model = TypeVar("Model", bound=type[models.Model])


def keep_history(model: Model, **options: Any) -> Model:
    """Keep every insert, update and delete of this model in `<Model>History`, reached as `.history`.

    options are those of pghistory.track, such as exclude.
    """
    tracker = pghistory.track(
        # A trigger a statement, not a row: loading 36,000 places takes a third of the time, and every row is kept.
        pghistory.InsertEvent(level=pghistory.Statement),
        pghistory.UpdateEvent(level=pghistory.Statement),
        pghistory.DeleteEvent(level=pghistory.Statement),
        model_name=f"{model.__name__}History",
        **{"obj_field": pghistory.ObjForeignKey(related_name="history", related_query_name="history_entry"), **options},
    )
    return tracker(model)


def keep_link_history(through: type[models.Model], name: str) -> type[models.Model]:
    """Keep every link made or cut of a many-to-many field, as `<name>History`."""
    proxy = type(
        name,
        (through,),
        {
            "__module__": through.__module__,
            "Meta": type("Meta", (), {"proxy": True, "app_label": through._meta.app_label}),
        },
    )
    tracker = pghistory.track(
        pghistory.InsertEvent(), pghistory.DeleteEvent(), model_name=f"{name}History", obj_field=None
    )
    return tracker(proxy)
