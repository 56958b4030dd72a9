"""The pages of agencies and agreements."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404

from agreements import chronicle, pages
from agreements.models import Agency, Agreement
from agreements.printed import Printed
from agreements.record import attach_standings
from agreements.views.base import RecordView


class AgencyView(RecordView):
    """One agency and all its agreements. The address of one merged into another leads to that one."""

    template_name = "agreements/agency.html"
    agency: Agency

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        agencies = Agency.objects.select_related("state", "merged_into__state").prefetch_related(
            "municipalities__main_county__state", "municipalities__state", "counties__state", "aliases"
        )
        self.agency = get_object_or_404(agencies, state__slug=kwargs["state"], slug=kwargs["agency"])
        if self.agency.merged_into:
            return HttpResponsePermanentRedirect(self.agency.merged_into.get_absolute_url())
        return super().get(request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        agreements = Agreement.objects.standing_alone().with_places().filter(agency=self.agency)
        return super().get_context_data(
            agency=self.agency,
            agreements=pages.as_rows(agreements.with_status(self.asked.day)),
            **chronicle.event_lists(chronicle.events().filter(agency=self.agency), self.asked.day),
            **kwargs,
        )


class AgreementView(RecordView):
    """One agreement: where it stands, its events with their sources, and what ICE printed."""

    template_name = "agreements/agreement.html"
    agreement: Agreement

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        agreements = Agreement.objects.with_places().select_related("merged_into")
        self.agreement = get_object_or_404(agreements, public_id=kwargs["public_id"])
        if self.agreement.merged_into:
            return HttpResponsePermanentRedirect(self.agreement.merged_into.get_absolute_url())
        return super().get(request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        [agreement] = pages.as_rows(attach_standings([self.agreement], self.asked.day))
        return super().get_context_data(
            agreement=agreement,
            agency=agreement.agency,
            printed=Printed(agreement.listings.all(), self.asked.day),
            others=agreement.agency.agreements.standing_alone().exclude(pk=agreement.pk),
            **chronicle.event_lists(chronicle.events(agreement=agreement), self.asked.day),
            **kwargs,
        )
