"""What the screens of both kinds of batches have in common: freeze, release, download, end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from allmende.payments import bankfiles
from allmende.payments.bankfiles import Batch, State
from allmende.payments.desk.rights import by
from allmende.payments.models import PayoutBatch, SepaBatch
from allmende.payments.pain import schemas

MOST = 20  # rows left out that are named on a screen


@dataclass(frozen=True)
class Deeds:
    """What this person may do with a batch now. name: of the screen's addresses."""

    name: str
    freeze: bool
    release: bool
    waits_for_another: bool
    download: bool
    accept: bool
    end: bool


def deeds(
    request: HttpRequest, batch: SepaBatch | PayoutBatch, name: str, *, freeze: str, release: str
) -> Deeds:
    """freeze, release: the rights that are asked for."""
    may_release = request.user.has_perm(release)
    frozen, mine = batch.state == State.FROZEN, batch.frozen_by_id == by(request).pk
    return Deeds(
        name,
        freeze=batch.state == State.OPEN and request.user.has_perm(freeze),
        release=may_release and frozen and not mine,
        waits_for_another=frozen and mine,
        download=may_release and bool(batch.file) and batch.state not in (State.OPEN, State.FROZEN),
        accept=may_release and batch.state == State.EXPORTED,
        end=may_release and batch.state in (State.FROZEN, State.EXPORTED, State.ACCEPTED),
    )


Fault = TypeVar("Fault")


def first(faults: list[Fault], request: HttpRequest) -> tuple[list[Fault], int]:
    """Those that are shown, and how many more there are; on further pages none."""
    shown = faults[:MOST] if request.GET.get("p", "1") == "1" else []
    return shown, len(faults) - len(shown) if shown else 0


def step(request: HttpRequest, batch: Batch, deed: Callable[[Batch], object], done: str) -> None:
    """One step of a batch; where it is refused, the screen says why."""
    try:
        deed(batch)
    except (bankfiles.Refused, schemas.Invalid) as refused:
        messages.error(request, words_of(refused))
    else:
        messages.success(request, done)


def words_of(refused: Exception) -> str:
    known = {
        bankfiles.Empty: _("Nothing of it may go along."),
        bankfiles.SamePerson: _("Whoever froze it may not release it; ask a second person."),
        bankfiles.PastDeadline: _("The bank takes nothing for this day any more. Reject it."),
        bankfiles.WrongState: _("Somebody else was first. Please look again."),
        bankfiles.Stale: _("Rows changed since it was frozen: %(why)s. Reject it.")
        % {"why": refused},
        schemas.Invalid: _("The file is not what banks accept: %(why)s") % {"why": refused},
    }
    return known.get(type(refused), str(refused))


def download(request: HttpRequest, batch: SepaBatch | PayoutBatch, *, back: str) -> HttpResponse:
    """The same bytes each time."""
    try:
        content = bankfiles.file_of(batch)
    except bankfiles.WrongState:
        messages.error(request, _("It is released first."))
        return redirect(back, batch.pk)
    headers = {"Content-Disposition": f'attachment; filename="{batch.msg_id}.xml"'}
    return HttpResponse(content, content_type="application/xml", headers=headers)
