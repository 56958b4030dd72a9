from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class AgreementsConfig(AppConfig):
    name = "agreements"
    verbose_name = "The record"


class DeskConfig(AdminConfig):
    """Django's admin with our site in the place of its own."""

    default_site = "agreements.desk_site.DeskSite"
