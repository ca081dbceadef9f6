"""What of the money waits for somebody, on the staff's first screen."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from allmende.payments import notices
from allmende.payments.desk.rights import SEE
from allmende.payments.models import Payout, PayoutBatch, Question, SepaBatch, Transfer
from allmende.payments.models.files import FileForBank
from allmende.payments.moving import day_of

State = FileForBank.State


@dataclass(frozen=True)
class Wait:
    """So many things that wait, and where they are done."""

    label: str
    count: int
    url: str


def every() -> list[Wait]:
    today = day_of(timezone.now())
    debits = SepaBatch.objects.filter(collect_on__gt=today)
    found = [
        (_("Open questions"), Question.objects.filter(answered_at=None), "payments_questions"),
        (
            _("Transfers to be assigned"),
            Transfer.objects.filter(state=Transfer.State.OPEN),
            "payments_transfers",
        ),
        (_("Batches of debits to be frozen"), debits.filter(state=State.OPEN), "payments_batches"),
        (
            _("Batches of debits to be released"),
            debits.filter(state=State.FROZEN),
            "payments_batches",
        ),
        (
            _("Files of payouts to be frozen or released"),
            PayoutBatch.objects.filter(state__in=[State.OPEN, State.FROZEN]),
            "payments_payout_batches",
        ),
        (
            _("Payouts that came back"),
            Payout.objects.filter(state=Payout.State.RETURNED),
            "payments_payouts",
        ),
    ]
    waits = [Wait(label, rows.count(), reverse(screen)) for label, rows, screen in found]
    letters = len(notices.unreachable(on=today))
    return [*waits, Wait(_("Letters by post"), letters, reverse("payments_letters"))]


class Waits(Component):
    name = "money"
    order = 190
    template_name = "payments/admin/today.html"

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        return {"waits": [wait for wait in every() if wait.count]}


def put(request: HttpRequest, panels: list[Any]) -> None:
    if request.user.has_perm(SEE):
        panels.append(Waits())
