"""The address of everything that has a page."""

from agreements.models import Event
from agreements.paths import path_to
from municipalities.models import County, Municipality, State


def place_url(municipality: Municipality) -> str:
    """The page of a municipality; main_county and state must be loaded with it."""
    county = municipality.main_county
    return path_to("municipality", municipality.state.slug, county.slug, municipality.slug)


def county_url(county: County) -> str:
    return path_to("county", county.state.slug, county.slug)


def url_of(place: Municipality | County) -> str:
    return place_url(place) if isinstance(place, Municipality) else county_url(place)


def event_url(event: Event) -> str:
    """The permalink of an event: its place on the page of what it is about."""
    subject = event.subject
    if isinstance(subject, Municipality):
        page = place_url(subject)
    elif isinstance(subject, County):
        page = county_url(subject)
    elif isinstance(subject, State):
        page = path_to("state", subject.slug)
    else:
        page = subject.get_absolute_url()
    return f"{page}#{event.anchor}"
