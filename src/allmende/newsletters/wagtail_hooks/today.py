"""The next edition and the letters at hand, on the staff's first screen."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.ui.components import Component

from allmende.editions.models import Edition
from allmende.mailroom import batches
from allmende.newsletters.models import Issue
from allmende.newsroom import reading

MOST = 5  # letters that are named
AT_HAND = [Issue.State.DRAFT, Issue.State.APPROVED, Issue.State.SENDING]


class AtHand(Component):
    """may_arrange: whether editions are theirs to make."""

    name = "newsletters"
    order = 150
    template_name = "newsletters/admin/today.html"

    def __init__(self, *, may_arrange: bool) -> None:
        self.may_arrange = may_arrange

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        now = timezone.now()
        rows = Issue.objects.filter(state__in=AT_HAND).select_related("newsletter", "batch")
        issues = list(rows.defer("content").order_by("send_at", "pk")[:MOST])
        running = batches.progress_of([row.batch for row in issues if row.batch], at=now)
        today = timezone.localdate(now, reading.zone())
        edition = Edition.objects.filter(date__gte=today).order_by("date", "slug").first()
        return {
            "issues": [(row, running.get(row.batch_id or 0)) for row in issues],
            "edition": edition,
            "may_arrange": self.may_arrange,
            "zone": reading.zone(),
        }


# After the newsroom's, which stands alone otherwise.
@hooks.register("construct_homepage_panels", order=80)
def at_hand(request: HttpRequest, panels: list[Any]) -> None:
    if request.user.has_perm("newsletters.view_issue"):
        panels.append(AtHand(may_arrange=request.user.has_perm("editions.change_edition")))
