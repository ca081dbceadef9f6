"""What staff screens need of payments."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry


@hooks.register("register_log_actions")
def log_actions(registry: LogActionRegistry) -> None:
    registry.register_action("payments.see_iban", _("See an IBAN"), _("Saw the IBAN in full"))
