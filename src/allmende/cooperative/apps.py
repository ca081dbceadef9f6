from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CooperativeConfig(AppConfig):
    name = "allmende.cooperative"
    label = "cooperative"
    verbose_name = _("Cooperative")
