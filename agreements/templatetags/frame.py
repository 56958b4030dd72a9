"""Template tags of the frame around every page; they need no context, so that an error page can use them."""

from collections.abc import Callable
from functools import cache
from html import escape
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.safestring import SafeString, mark_safe

from agreements.figures.marks import MARKS
from agreements.paths import path_to
from agreements.typesetting import typeset

register = template.Library()


class ConstantNode(template.Node):
    """What a function says of a name that the template gives."""

    def __init__(self, of: Callable[[str], str], name: str) -> None:
        self.of = of
        self.name = name

    def render(self, context: Any) -> str:
        return self.of(self.name)


def _constant(of: Callable[[str], str], token: template.base.Token) -> ConstantNode:
    tag, *names = token.split_contents()
    if len(names) != 1 or names[0][0] not in "\"'":
        raise template.TemplateSyntaxError(f"{{% {tag} %}} takes one name, in quotation marks.")
    return ConstantNode(of, names[0].strip("\"'"))


@register.tag
def path(parser: Any, token: template.base.Token) -> ConstantNode:
    """The path of a named page: {% path "about" %}. As {% url %} without arguments, which takes ten times as long."""
    return _constant(path_to, token)


class TypesetNode(template.Node):
    """A part of a page, its text set as in print."""

    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Any) -> SafeString:
        return mark_safe(typeset(self.nodelist.render(context)))


@register.tag("typeset")
def typeset_block(parser: Any, token: template.base.Token) -> TypesetNode:
    """{% typeset %} … {% endtypeset %}: what is between, with typographic apostrophes and unbroken dates."""
    nodelist = parser.parse(("endtypeset",))
    parser.delete_first_token()
    return TypesetNode(nodelist)


@register.tag
def asset(parser: Any, token: template.base.Token) -> ConstantNode:
    """The address of a static file: {% asset "css/site.css" %}. As {% static %}, looked up once."""
    return _constant(lambda name: _address(staticfiles_storage, name), token)


@cache
def _address(storage: Any, name: str) -> str:
    return escape(storage.url(name))


@register.simple_tag
def marks() -> SafeString:
    """Every status mark as SVG, to be defined once a page and used by reference."""
    return _MARKS


_MARKS = mark_safe(
    "".join(f'<path id="mark-{mark.slug}" fill-rule="evenodd" d="{mark.path}"/>' for mark in MARKS.values())
)


@register.simple_tag
def publisher() -> str:
    """Who publishes the site; "" where the operator has not said."""
    return settings.PUBLISHER_NAME


@register.simple_tag
def contact_email() -> str:
    """Where errors are reported; "" where the operator has not said."""
    return settings.CONTACT_EMAIL
