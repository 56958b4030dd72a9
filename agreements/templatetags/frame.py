"""Template tags of the frame around every page; they need no context, so that an error page can use them."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def publisher() -> str:
    """Who publishes the site; "" where the operator has not said."""
    return settings.PUBLISHER_NAME


@register.simple_tag
def contact_email() -> str:
    """Where errors are reported; "" where the operator has not said."""
    return settings.CONTACT_EMAIL
