"""Direct debit as a way of paying. Nothing is asked over a network: the mandate, signed in our own
form before, is all it needs; `notices`, `batches` and `reading_statements` do the rest."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from allmende.payments import mandates
from allmende.payments.models import BankAccount
from allmende.payments.providers import port


class Provider:
    name = "debit"
    title = _("Direct debit")
    account = "sepa-transit"
    rhythms = frozenset({"once", "monthly", "quarterly", "yearly"})
    collects = False

    def ready(self) -> bool:
        """Creditors without an identifier of the central bank may not collect."""
        return BankAccount.objects.filter(is_main=True).exclude(creditor_id="").exists()

    def begin(self, ask: port.Ask, *, at: dt.datetime) -> port.Step:
        """Raises port.Refused without a mandate that may be used."""
        mandate = mandates.of(ask.pledge)
        if mandate is None:
            raise port.Refused("no_mandate")
        return port.Step(
            "done",
            words={"mandate": mandate.reference, "iban": mandates.masked(mandate)},
        )
