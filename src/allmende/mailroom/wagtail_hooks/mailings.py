"""Mailings: how far each is; pause, resume, stop; and what nobody knows is decided here."""

import math
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry, log

from allmende.mailroom import batches
from allmende.mailroom.models import Batch, Message

ON_SCREEN = 20
SHOWN = 50  # uncertain letters that are named
LIVE = (Batch.State.FREEZING, Batch.State.SENDING, Batch.State.PAUSED)
State = Message.State


def check(request: HttpRequest, what: str) -> None:
    """Raises PermissionDenied for who may not "view" or "change" mailings."""
    if not request.user.has_perm(f"mailroom.{what}_batch"):
        raise PermissionDenied


def known() -> QuerySet[Batch]:
    """With the subject, and without the rest of what each says."""
    subject = KeyTextTransform("subject", "content")
    return Batch.objects.annotate(subject=subject).defer("content")


@require_GET
def mailings(request: HttpRequest) -> HttpResponse:
    """The newest first."""
    check(request, "view")
    page = Paginator(known().order_by("-pk"), ON_SCREEN).get_page(request.GET.get("p"))
    found = batches.progress_of(list(page), at=timezone.now())
    rows = [(batch, found[batch.pk]) for batch in page]
    return render(request, "mailroom/admin/mailings.html", {"rows": rows, "page": page})


@require_GET
def mailing(request: HttpRequest, pk: int) -> HttpResponse:
    check(request, "view")
    batch = get_object_or_404(known(), pk=pk)
    return render(request, "mailroom/admin/mailing.html", of(request, batch))


@require_GET
@transaction.non_atomic_requests  # on SQLite each would take a sender's turn to write
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """What of a mailing's page changes while one looks at it."""
    check(request, "view")
    batch = get_object_or_404(known(), pk=pk)
    return render(request, "mailroom/admin/progress.html", of(request, batch))


def of(request: HttpRequest, batch: Batch) -> dict[str, Any]:
    now = timezone.now()
    found = batches.progress(batch, at=now)
    rows = batch.messages.remaining().order_by("pk")
    refused = rows.filter(state=State.REFUSED).order_by().values("code")
    return {
        "batch": batch,
        "progress": found,
        "live": batch.state in LIVE,
        "early": batch.send_at > now,
        "changes": request.user.has_perm("mailroom.change_batch"),
        "uncertain": rows.filter(state=State.UNCERTAIN)[:SHOWN] if found.uncertain else [],
        "unshown": max(0, found.uncertain - SHOWN),
        "refusals": refused.annotate(count=Count("pk")).order_by("-count")[:10],
        "time_left": time_left(found.seconds_left) if found.left else "",
        "late": rows.filter(state=State.DEFERRED).order_by("due_at").first(),
    }


def time_left(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes = math.ceil(seconds / 60)
    words = ngettext("about %(n)d minute left", "about %(n)d minutes left", minutes)
    return words % {"n": minutes}


@require_GET
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Says in numbers what stopping would do."""
    check(request, "change")
    batch = get_object_or_404(known(), pk=pk)
    context = {"batch": batch, "progress": batches.progress(batch, at=timezone.now())}
    return render(request, "mailroom/admin/stop.html", context)


@require_POST
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Pause, resume, stop: whichever button was pressed."""
    check(request, "change")
    batch = get_object_or_404(Batch.objects.defer("content"), pk=pk)
    deeds: dict[str, tuple[Callable[[], bool], str]] = {
        "pause": (lambda: batches.pause(batch), gettext("The mailing is paused.")),
        "resume": (lambda: batches.resume(batch), gettext("The mailing goes on.")),
        "stop": (
            lambda: batches.stop(batch, at=timezone.now()),
            gettext("The mailing is stopped. What has not left never will."),
        ),
    }
    name = request.POST.get("do", "")
    if name in deeds:
        deed, words = deeds[name]
        with transaction.atomic():
            if done := deed():
                log(batch, f"mailroom.{name}", user=request.user)
        if done:
            messages.success(request, words)
        else:
            messages.error(request, gettext("Nothing was changed: somebody was quicker."))
    return redirect("mailroom_mailing", pk)


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Uncertain letters: send them again, or take them for handed over."""
    check(request, "change")
    batch = get_object_or_404(Batch.objects.defer("content"), pk=pk)
    resend = request.POST.get("do") == "resend"
    with transaction.atomic():
        count = batches.settle(batch, resend=resend, at=timezone.now())
        if count:
            log(batch, "mailroom.settle", user=request.user, data={"resend": resend, "n": count})
    if not count:
        messages.error(request, gettext("Nothing was changed: somebody was quicker."))
    elif resend:
        words = ngettext("%(n)d letter is sent again.", "%(n)d letters are sent again.", count)
        messages.success(request, words % {"n": count})
    else:
        words = ngettext(
            "%(n)d letter counts as handed over.", "%(n)d letters count as handed over.", count
        )
        messages.success(request, words % {"n": count})
    return redirect("mailroom_mailing", pk)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("mailings/", mailings, name="mailroom_mailings"),
        path("mailings/<int:pk>/", mailing, name="mailroom_mailing"),
        path("mailings/<int:pk>/progress/", progress, name="mailroom_progress"),
        path("mailings/<int:pk>/stop/", ask, name="mailroom_stop"),
        path("mailings/<int:pk>/run/", run, name="mailroom_run"),
        path("mailings/<int:pk>/settle/", settle, name="mailroom_settle"),
    ]


class Item(MenuItem):
    """permission: without which it is not shown."""

    def __init__(self, *arguments: Any, permission: str, **more: Any) -> None:
        self.permission = permission
        super().__init__(*arguments, **more)

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.permission)


@hooks.register("register_reports_menu_item")
def item() -> Item:
    return Item(
        _("Mailings"),
        reverse("mailroom_mailings"),
        permission="mailroom.view_batch",
        icon_name="mail",
        order=880,
    )


@hooks.register("insert_global_admin_css")
def look() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("mailroom/office.css"))


@hooks.register("register_log_actions")
def log_actions(registry: LogActionRegistry) -> None:
    registry.register_action("mailroom.pause", _("Pause mailing"), _("Mailing paused"))
    registry.register_action("mailroom.resume", _("Resume mailing"), _("Mailing resumed"))
    registry.register_action("mailroom.stop", _("Stop mailing"), _("Mailing stopped"))
    registry.register_action(
        "mailroom.settle", _("Decide over uncertain letters"), _("Uncertain letters decided")
    )
