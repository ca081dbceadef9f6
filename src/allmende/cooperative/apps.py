from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CooperativeConfig(AppConfig):
    name = "allmende.cooperative"
    label = "cooperative"
    verbose_name = _("Cooperative")

    def ready(self) -> None:
        # Models must be loaded first.
        from allmende.cooperative import (
            keeping,
            persons,  # noqa: F401
            proofs,
            receivers,  # noqa: F401
            showing,
        )
        from allmende.lib import proofs as lists
        from allmende.lib import renewing

        for proof in proofs.PROOFS:
            lists.register(proof)
        showing.register_all()
        for column in keeping.sealed():
            renewing.register(column)
