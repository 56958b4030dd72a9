"""The pages of agencies and agreements."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from agreements import chronicle, places
from agreements.meta import Meta
from agreements.milestones import milestones
from agreements.models import Agency, Agreement, Event
from agreements.printed import Printed
from agreements.record import attach_standings
from agreements.sentences import agency_answer, agreement_sentences
from agreements.sources import with_differences
from agreements.views.base import RecordView
from agreements.views.places import COUNTRY, sourced


class AgencyView(RecordView):
    """One agency and all its agreements. The address of one merged into another leads to that one."""

    template_name = "agreements/agency.html"
    agency: Agency

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        agencies = Agency.objects.select_related("state", "merged_into__state")
        self.agency = get_object_or_404(agencies, state__slug=kwargs["state"], slug=kwargs["agency"])
        if self.agency.merged_into:
            return HttpResponsePermanentRedirect(self.agency.merged_into.get_absolute_url())
        return super().get(request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**context_of_agency(self.agency, self.asked.day), **kwargs)


def context_of_agency(agency: Agency, on: date) -> dict[str, Any]:
    """What the page of an agency shows."""
    agreements = agency.agreements.standing_alone().select_related("agency__state").with_status(on)
    answer = agency_answer(agency.name, on, [(one.program, one.standing) for one in agreements])
    found = chronicle.event_lists(chronicle.events(agency=agency), on)
    return {
        "agency": agency,
        "answer": answer,
        "agreements": with_differences(agreements, on),
        "places": places.served(agency),
        "aliases": list(dict.fromkeys(agency.aliases.values_list("printed_name", flat=True))),
        "meta": Meta(f"{agency.name}, {agency.state.name}", answer.text, crumbs_of(agency)),
        **sourced(found),
        **found,
    }


class AgreementView(RecordView):
    """One agreement: where it stands, its dates, its events with their sources, and what ICE printed."""

    template_name = "agreements/agreement.html"
    has_card = True
    agreement: Agreement

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        agreements = Agreement.objects.select_related("agency__state", "merged_into")
        self.agreement = get_object_or_404(agreements, public_id=kwargs["public_id"])
        if self.agreement.merged_into:
            return HttpResponsePermanentRedirect(self.agreement.merged_into.get_absolute_url())
        return super().get(request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        [agreement] = attach_standings([self.agreement], self.asked.day)
        return super().get_context_data(**context_of_agreement(agreement, self.asked.day), **kwargs)


def context_of_agreement(agreement: Agreement, on: date) -> dict[str, Any]:
    """What the page of an agreement shows; it has .standing."""
    agency = agreement.agency
    found = chronicle.event_lists(chronicle.events(agreement=agreement), on)
    printed = Printed(agreement.listings.all(), on)
    runs = printed.runs
    void = places.voided(found["events"], agreement.pk, agreement.standing)
    sentences = agreement_sentences(agency.name, on, agreement.program, agreement.standing, void)
    title = f"{agency.name}, {agency.state.code}: {agreement.get_program_display()} ({agreement.public_id})"
    return {
        "agreement": agreement,
        "agency": agency,
        "sentences": sentences,
        "places": places.served(agency),
        "maybe": places.may_have_happened(found["events"], on),
        "others": others_of(agreement, on),
        "printed": printed,
        "runs": runs,
        "memorandum": next((run.listing.moa_url for run in reversed(runs) if run.listing.moa_url), ""),
        "addenda": list(dict.fromkeys(run.listing.addendum_url for run in runs if run.listing.addendum_url)),
        "milestones": milestones(found["events"], printed),
        "meta": Meta(title, " ".join(sentences), crumbs_of(agency, agreement)),
        **sourced(found),
        **found,
    }


def others_of(agreement: Agreement, on: date) -> list[Agreement]:
    """The other agreements of its agency that have come into the record by that day."""
    others = agreement.agency.agreements.standing_alone().exclude(pk=agreement.pk)
    known = chronicle.until(Event.objects.published().filter(agreement=OuterRef("pk")), on)
    return list(others.filter(Exists(known)))


def crumbs_of(agency: Agency, agreement: Agreement | None = None) -> tuple[tuple[str, str], ...]:
    """The way from the country to an agency or one of its agreements."""
    state = (agency.state.name, reverse("state", args=[agency.state.slug]))
    crumbs = (COUNTRY, state, (agency.name, agency.get_absolute_url()))
    return (*crumbs, (agreement.public_id, agreement.get_absolute_url())) if agreement else crumbs
