"""What the office does with a contribution for its giver, who phones, writes a letter, or died."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.log_actions import log

from allmende.contributions import managing
from allmende.contributions.campaigns import PURPOSE
from allmende.contributions.models import Declaration
from allmende.paper import identity
from allmende.payments import due, pledges, reactions
from allmende.payments.models import DueItem, Pledge
from allmende.people.kin import family
from allmende.people.models import Person
from allmende.people.views import person_of

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

MAY = "payments.change_pledge"
WHYS: "dict[str, StrPromise]" = {
    "reader": gettext_lazy("The giver wants it; a mail confirms it"),
    "death": gettext_lazy("The giver has died; all of theirs ends, and no letter is sent"),
    "office": gettext_lazy("The office wants it; no letter is sent"),
}


@dataclass(frozen=True)
class Choices:
    """What the screen of a contribution offers."""

    pause: bool
    resume: bool
    end: bool
    pauses: list[tuple[str, str]]
    whys: "list[tuple[str, StrPromise]]"


def choices(request: HttpRequest, pledge: Pledge, *, at: dt.datetime) -> Choices | None:
    if not request.user.has_perm(MAY):
        return None
    can = managing.can(pledge, at=at)
    today = timezone.localdate(at, identity.paper().time_zone_info)
    return Choices(
        pause=can.pause,
        resume=can.resume,
        end=pledge.state in managing.LIVING,
        pauses=managing.pause_choices(on=today),
        whys=list(WHYS.items()),
    )


@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Whichever button was pressed."""
    if not request.user.has_perm(MAY):
        raise PermissionDenied
    rows = Pledge.objects.filter(purpose=PURPOSE).select_related("person")
    pledge = get_object_or_404(rows, pk=pk)
    deeds: dict[str, Callable[[HttpRequest, Pledge], HttpResponse | None]] = {
        "pause": pause,
        "resume": resume,
        "end": end,
    }
    deed = deeds.get(request.POST.get("do", ""))
    answer = deed(request, pledge) if deed else None
    return answer or redirect("contributor", pk)


def pause(request: HttpRequest, pledge: Pledge) -> None:
    now = timezone.now()
    today = timezone.localdate(now, identity.paper().time_zone_info)
    until = request.POST.get("until", "")
    chosen = until in dict(managing.pause_choices(on=today))
    tell(
        request, pledge, "pledge_paused", _("It rests; a mail says so to the giver."),
        done=chosen and managing.pause(pledge, until=dt.date.fromisoformat(until), at=now),
    )  # fmt: skip


def resume(request: HttpRequest, pledge: Pledge) -> None:
    done = managing.resume(pledge, at=timezone.now())
    told = _("It goes on; a mail says so to the giver.")
    tell(request, pledge, "pledge_resumed", told, done=done)


def end(request: HttpRequest, pledge: Pledge) -> HttpResponse | None:
    """First says in numbers what will happen, for it cannot be undone."""
    why = request.POST.get("why", "")
    if why not in WHYS:
        messages.error(request, _("Please choose why it ends."))
        return None
    if request.POST.get("sure") != "yes":
        context = {"pledge": pledge, "why": why, "words": WHYS[why], **at_stake(pledge, why)}
        return TemplateResponse(request, "contributions/admin/ending.html", context)
    told = _("It has ended; what is with a provider ends there, too.")
    tell(request, pledge, "pledge_ended", told, done=ended(pledge, why=why, at=timezone.now()))
    return None


def at_stake(pledge: Pledge, why: str) -> dict[str, int]:
    """others: further pledges of a giver who died, shares they still pay for among them. planned:
    payments that are asked for no more; under_way: those that may still come."""
    all_of_them = [pledge.pk]
    if why == "death" and pledge.person:
        rows = Pledge.objects.filter(person__in=family(pledge.person))
        living = rows.filter(state__in=pledges.LIVING)
        all_of_them += living.exclude(pk=pledge.pk).values_list("pk", flat=True)
    items = DueItem.objects.filter(pledge__in=all_of_them)
    given_up = [*due.LOOSE, DueItem.State.FAILED]
    return {
        "others": len(all_of_them) - 1,
        "planned": items.filter(state__in=given_up).count(),
        "under_way": items.filter(state=DueItem.State.SUBMITTED).count(),
    }


def ended(pledge: Pledge, *, why: str, at: dt.datetime) -> bool:
    """False where it had ended before."""
    if pledge.state not in managing.LIVING:
        return False
    if why == "death":
        reactions.death(pledge, at=at)
        return True
    if why == "office":
        return pledges.end(pledge, reason=Pledge.Reason.OFFICE, at=at)
    giver: Person | None = pledge.person
    name, email = (giver.get_full_name(), giver.email) if giver else ("", "")
    managing.declare(pledge, kind=Declaration.Kind.END, at=at, name=name, email=email)
    return True


def tell(request: HttpRequest, pledge: Pledge, action: str, told: str, *, done: bool) -> None:
    if not done:
        messages.warning(request, _("Nothing was changed: please look at its state."))
        return
    log(pledge, f"contributions.{action}", user=person_of(request))
    messages.success(request, told)


def addresses() -> list[URLPattern]:
    return [path("contributions/givers/<int:pk>/do/", act, name="contributor_do")]
