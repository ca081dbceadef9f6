from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "allmende.ledger"
    label = "ledger"
    verbose_name = _("Ledger")

    def ready(self) -> None:
        from allmende.ledger import chart, proofs  # models must be loaded first
        from allmende.lib import proofs as lists

        post_migrate.connect(chart.lay, sender=self)
        for proof in proofs.PROOFS:
            lists.register(proof)
