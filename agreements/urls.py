"""The public addresses. They never change: an address that moves redirects."""

from django.urls import path

from agreements import views, views_lists

urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("agreements/", views.AgreementListView.as_view(), name="agreements"),
    path("agreements/<str:public_id>/", views.AgreementView.as_view(), name="agreement"),
    path("agencies/<slug:state>/<slug:agency>/", views.AgencyView.as_view(), name="agency"),
    path("us/<slug:state>/", views.StateView.as_view(), name="state"),
    path("us/<slug:state>/<slug:county>/", views.CountyView.as_view(), name="county"),
    path("us/<slug:state>/<slug:county>/<slug:municipality>/", views.MunicipalityView.as_view(), name="municipality"),
    path("timeline/", views.TimelineView.as_view(), name="timeline"),
    path("changes/", views_lists.ChangesView.as_view(), name="changes"),
    path("sheets/", views_lists.SheetsView.as_view(), name="sheets"),
    path("sheets/<slug:list>/<int:order>/", views_lists.SheetView.as_view(), name="sheet"),
    path("methodology/", views.MethodologyView.as_view(), name="methodology"),
    path("find/", views.FindView.as_view(), name="find"),
    path("healthz", views.healthz, name="healthz"),
]
