"""Share cards: the picture of each kind of page, at the page's address and card.png."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from agreements import cards, counts
from agreements.cards import Card
from agreements.kinds import Status
from agreements.models import Agreement
from agreements.record import IN_FORCE, attach_standings
from agreements.views.base import RecordView
from municipalities.models import County, Municipality, State


class CardView(RecordView):
    """A card as of a day of the record. It is public and changes with the record only, as its page does.

    It takes a tenth of a second to draw, so each has one address: any other query leads to that.
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.asked.trouble == "unreadable":
            return HttpResponse("The day asked for cannot be read.", status=400, content_type="text/plain")
        if request.META.get("QUERY_STRING", "") != self.query():
            return redirect("?".join(filter(None, [request.path, self.query()])))
        return HttpResponse(cards.draw(self.card(**kwargs)), content_type="image/png")

    def query(self) -> str:
        """The query of the card's own address: the day, if one is asked for that the record has."""
        has_day = bool(self.request.GET.get("as_of")) and self.asked.trouble != "later"
        return f"as_of={self.asked.day.isoformat()}" if has_day else ""

    def card(self, **kwargs: str) -> Card:
        """The country's: how many cities and counties of all have a signed agreement."""
        found = counts.national(self.record())
        cities = f"{found['cities_signed']:,} of {found['cities']:,} cities, towns and villages"
        counties = f"{found['counties_signed']:,} of {found['counties']:,} counties"
        words = f"{cities} and {counties} have signed"
        return Card("Which cities and counties have signed agreements with ICE", Status.SIGNED, words, self.asked.day)


class StateCardView(CardView):
    """A state: how many of its municipalities have a signed agreement."""

    def card(self, **kwargs: str) -> Card:
        state = get_object_or_404(State, slug=kwargs["state"])
        signed = len(self.record(state).places_with(*IN_FORCE))
        return Card(state.name, Status.SIGNED, have_signed(signed, state.municipalities.count()), self.asked.day)


class CountyCardView(CardView):
    """A county: how many of its municipalities have a signed agreement."""

    def card(self, **kwargs: str) -> Card:
        counties = County.objects.select_related("state")
        county = get_object_or_404(counties, state__slug=kwargs["state"], slug=kwargs["county"])
        record = self.record(county.state)
        named = list(record.named().filter(counties=county).values_list("pk", flat=True))
        record.read_places(named)
        signed = sum(record.place(place).status in IN_FORCE for place in named)
        title = f"{county.full_name}, {county.state.name}"
        return Card(title, Status.SIGNED, have_signed(signed, county.municipalities.count()), self.asked.day)


class MunicipalityCardView(CardView):
    """A municipality: its status."""

    def card(self, **kwargs: str) -> Card:
        places = Municipality.objects.select_related("state").filter(main_county__slug=kwargs["county"])
        place = get_object_or_404(places, state__slug=kwargs["state"], slug=kwargs["municipality"])
        status = self.record(place.state).place(place.pk).status
        return Card(f"{place.name}, {place.state.name}", status, Status(status).label, self.asked.day)


class AgreementCardView(CardView):
    """An agreement: its status and program."""

    def card(self, **kwargs: str) -> Card:
        agreements = Agreement.objects.select_related("agency__state")
        found = get_object_or_404(agreements, public_id=kwargs["public_id"], merged_into=None)
        [agreement] = attach_standings([found], self.asked.day)
        status = agreement.standing.status
        title = f"{agreement.agency.name}, {agreement.agency.state.name}"
        program = f", {agreement.get_program_display()}" if agreement.program else ""
        return Card(title, status, f"{Status(status).label}{program}", self.asked.day)


def have_signed(signed: int, total: int) -> str:
    """How many of how many, as a card says it."""
    municipalities = "municipality" if total == 1 else "municipalities"
    return f"{signed:,} of {total:,} {municipalities} {'has' if signed == 1 or total == 1 else 'have'} signed"
