"""The public addresses. They never change: an address that moves redirects."""

from django.urls import path

from agreements.views import agreements, find, health, home, lists, places, sheets, text, timeline

urlpatterns = [
    path("", home.HomeView.as_view(), name="home"),
    path("agreements/", lists.AgreementListView.as_view(), name="agreements"),
    path("agreements/<str:public_id>/", agreements.AgreementView.as_view(), name="agreement"),
    path("agencies/<slug:state>/<slug:agency>/", agreements.AgencyView.as_view(), name="agency"),
    path("us/<slug:state>/", places.StateView.as_view(), name="state"),
    path("us/<slug:state>/<slug:county>/", places.CountyView.as_view(), name="county"),
    path("us/<slug:state>/<slug:county>/<slug:municipality>/", places.MunicipalityView.as_view(), name="municipality"),
    path("timeline/", timeline.TimelineView.as_view(), name="timeline"),
    path("changes/", sheets.ChangesView.as_view(), name="changes"),
    path("sheets/", sheets.SheetsView.as_view(), name="sheets"),
    path("sheets/<slug:list>/<int:order>/", sheets.SheetView.as_view(), name="sheet"),
    path("methodology/", text.MethodologyView.as_view(), name="methodology"),
    path("find/", find.FindView.as_view(), name="find"),
    path("healthz", health.healthz, name="healthz"),
]
