"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("agreements.urls")),
]

handler400 = "config.middleware.refused"
handler500 = "config.middleware.failed"
