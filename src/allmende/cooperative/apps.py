from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CooperativeConfig(AppConfig):
    name = "allmende.cooperative"
    label = "cooperative"
    verbose_name = _("Cooperative")

    def ready(self) -> None:
        # Models must be loaded first.
        from allmende.cooperative import persons, proofs, receivers, showing  # noqa: F401
        from allmende.lib import proofs as lists

        for proof in proofs.PROOFS:
            lists.register(proof)
        showing.register_all()
