"""What is due, what came, what came back."""

import datetime as dt
from urllib.parse import urlencode

from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allmende.ledger.money import Money
from allmende.payments.desk.rights import SEE, allowed, paged
from allmende.payments.models import DueItem
from allmende.payments.models.dues import DueItemQuerySet

State = DueItem.State
# What the office asks for most: each a few states.
GROUPS = {
    "": list(State),
    "open": DueItem.OPEN,
    "back": [State.RETURNED, State.CHARGED_BACK, State.REOPENED, State.FAILED],
    "collected": [State.COLLECTED],
}


@require_safe
@allowed(SEE)
def shown(request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "") for name in ("group", "state", "method", "month")}
    rows = chosen(**asked)
    sums = rows.order_by().values("currency").annotate(count=Count("pk"), cents=Sum("cents"))
    context = {
        "shown": paged(request, rows.select_related("pledge__person")),
        "asked": asked,
        "groups": [
            ("", _("All")),
            ("open", _("Open")),
            ("back", _("Came back")),
            ("collected", _("Collected")),
        ],
        "kept": urlencode({name: value for name, value in asked.items() if value}) + "&",
        "states": State.choices,
        "methods": sorted(set(DueItem.objects.order_by().values_list("method", flat=True))),
        "sums": [(row["count"], Money(row["cents"], row["currency"])) for row in sums],
    }
    return render(request, "payments/admin/items.html", context)


def chosen(*, group: str, state: str, method: str, month: str) -> DueItemQuerySet:
    """What the form asks for; what it cannot mean is left out."""
    rows = DueItem.objects.order_by("-due_on", "-pk")
    rows = rows.filter(state__in=GROUPS.get(group) or GROUPS[""])
    if state in State.values:
        rows = rows.filter(state=state)
    if method:
        rows = rows.filter(method=method)
    if first := first_of(month):
        after = (first + dt.timedelta(days=32)).replace(day=1)
        rows = rows.filter(Q(due_on__gte=first, due_on__lt=after))
    return rows


def first_of(month: str) -> dt.date | None:
    """ "2026-03" → its first day."""
    try:
        return dt.date.fromisoformat(f"{month}-01")
    except ValueError:
        return None


PATHS = [path("geld/faellig/", shown, name="payments_items")]
