from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "allmende.payments"
    label = "payments"
    verbose_name = _("Payments")

    def ready(self) -> None:
        # Models must be loaded first.
        from allmende.lib import proofs as lists
        from allmende.lib import renewing
        from allmende.payments import persons, proofs, repaying, sealed  # noqa: F401

        for proof in proofs.PROOFS:
            lists.register(proof)
        for column in sealed.COLUMNS:
            renewing.register(column)
