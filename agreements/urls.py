"""The public addresses. They never change: an address that moves redirects."""

from django.urls import path, register_converter

from agreements.paths import PublicId
from agreements.views import (
    agreements,
    cards,
    figures,
    find,
    health,
    home,
    lists,
    places,
    sheets,
    sitemaps,
    text,
    timeline,
)

register_converter(PublicId, "public_id")

urlpatterns = [
    path("", home.HomeView.as_view(), name="home"),
    path("agreements/", lists.AgreementListView.as_view(), name="agreements"),
    path("agreements/<public_id:public_id>/", agreements.AgreementView.as_view(), name="agreement"),
    path("agencies/<slug:state>/<slug:agency>/", agreements.AgencyView.as_view(), name="agency"),
    path("us/<slug:state>/", places.StateView.as_view(), name="state"),
    path("us/<slug:state>/<slug:county>/", places.CountyView.as_view(), name="county"),
    path("us/<slug:state>/<slug:county>/<slug:municipality>/", places.MunicipalityView.as_view(), name="municipality"),
    path("timeline/", timeline.TimelineView.as_view(), name="timeline"),
    path("figures/timeline/", timeline.TimelineFigureView.as_view(), name="timeline-figure"),
    path("figures/map/", figures.MapFigureView.as_view(), name="map-figure"),
    path("changes/", sheets.ChangesView.as_view(), name="changes"),
    path("sheets/", sheets.SheetsView.as_view(), name="sheets"),
    path("sheets/<slug:list>/<int:order>/", sheets.SheetView.as_view(), name="sheet"),
    path("methodology/", text.MethodologyView.as_view(), name="methodology"),
    path("glossary/", text.GlossaryView.as_view(), name="glossary"),
    path("about/", text.AboutView.as_view(), name="about"),
    path("corrections/", text.CorrectionsView.as_view(), name="corrections"),
    path("corrections/e<int:event>/", text.CorrectionsView.as_view(), name="event-corrections"),
    path("accessibility/", text.AccessibilityView.as_view(), name="accessibility"),
    # A slug has no dot in it, so no place can be called card.png.
    path("card.png", cards.CardView.as_view(), name="card"),
    path("us/<slug:state>/card.png", cards.StateCardView.as_view(), name="state-card"),
    path("us/<slug:state>/<slug:county>/card.png", cards.CountyCardView.as_view(), name="county-card"),
    path(
        "us/<slug:state>/<slug:county>/<slug:municipality>/card.png",
        cards.MunicipalityCardView.as_view(),
        name="municipality-card",
    ),
    path("agreements/<public_id:public_id>/card.png", cards.AgreementCardView.as_view(), name="agreement-card"),
    path("find/", find.FindView.as_view(), name="find"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemaps/site.xml", sitemaps.of_site, name="sitemap-site"),
    path("sitemaps/<slug:state>/<slug:kind>-<int:page>.xml", sitemaps.of_state, name="sitemap-state"),
    path("healthz", health.healthz, name="healthz"),
]
