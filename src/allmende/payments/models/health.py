"""How a provider answers: shown to the office, and a reason not to send givers there."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProviderHealth(models.Model):
    """failures: requests in a row that were not answered. failure: kind and path of the last one,
    never what was said."""

    provider = models.CharField(_("provider"), max_length=32, unique=True)
    well_at = models.DateTimeField(_("last answer"), null=True)
    failed_at = models.DateTimeField(_("last failure"), null=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    failure = models.CharField(_("what failed"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("health of a provider")
        verbose_name_plural = _("health of providers")
        ordering = ["provider"]

    def __str__(self) -> str:
        return self.provider
