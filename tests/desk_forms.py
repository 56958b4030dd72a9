"""The desk's addresses, and what a browser sends from its forms."""

from typing import Any

from django.db.models import Model
from django.test import Client
from django.urls import reverse

from agreements.models import Source
from tests import factories as make


def url(model: type[Model], page: str, *args: object) -> str:
    """The address of a model's page at the desk, such as "add", or with a row's id of the row's, such as "change"."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def url_of(row: Model, page: str = "change") -> str:
    """The address of a row's page."""
    return url(type(row), page, row.pk)


def seen(client: Client, row: Model) -> str:
    """The state that the row's change page was made from, as its form carries it."""
    return client.get(url_of(row)).context["seen"]


def form_of(client: Client, row: Model, **values: Any) -> dict[str, Any]:
    """What a browser sends back of this row's change page, with these values instead."""
    context = client.get(url_of(row)).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.initial_forms, *inline.formset.extra_forms]
    sent = {"_seen": context.get("seen", "")}
    for bound in (bound for form in forms for bound in form):
        value = bound.value()
        if isinstance(value, list | tuple):
            value = [getattr(one, "pk", one) for one in value]
        if value is not None and value is not False:
            sent[bound.html_name] = value
    return {**sent, **values}


def event_form(*sources: Source, **values: Any) -> dict[str, Any]:
    """What is sent to add an event of South Miami's with these sources, the first of them used; without a button."""
    form = {
        "kind": "discussed",
        "summary": "The commission debated it.",
        "typed": "3/7/2025",
        "sequence": "0",
        "about": f"municipality:{make.south_miami().pk}",
        "citations-TOTAL_FORMS": len(sources),
        "citations-INITIAL_FORMS": 0,
    }
    for number, source in enumerate(sources):
        form |= {f"citations-{number}-source": source.pk, f"citations-{number}-confidence": "high"}
        form |= {f"citations-{number}-is_used": "on"} if number == 0 else {}
    return {**form, **values}
