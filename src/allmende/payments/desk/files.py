"""What the screens of both kinds of batches have in common: freeze, release, download, end."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from allmende.payments import bankfiles
from allmende.payments.bankfiles import Batch, State
from allmende.payments.desk.rights import View, allowed, by
from allmende.payments.models import PayoutBatch, SepaBatch
from allmende.payments.pain import schemas

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Deed = Callable[[HttpRequest, Any], object]

FROZEN = gettext_lazy("Frozen. Now a second person looks at it and releases it.")
RELEASED = gettext_lazy("Released. Download the file and hand it to the bank.")
ACCEPTED = gettext_lazy("The bank has accepted it.")
MOST = 20  # rows left out that are named on a screen
AT_ONCE = 500  # rows of an open batch that are looked at whenever it is shown


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


def first(
    find: Callable[..., list[Fault]], batch: SepaBatch | PayoutBatch, request: HttpRequest
) -> dict[str, object]:
    """For the screen: rows that are left out, and how many more there are; on further pages none.
    The rows of a large open batch are looked at when somebody asks for it."""
    if request.GET.get("p", "1") != "1":
        return {"faults": []}
    is_open = batch.state == State.OPEN
    checked = is_open and (batch.count <= AT_ONCE or "pruefen" in request.GET)
    found = find(batch, checked=checked)
    return {
        "faults": found[:MOST],
        "more_faults": max(0, len(found) - MOST),
        "may_check": is_open and not checked,
        "all_well": checked and not found,
    }


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


def steps(
    kind: type[Batch], of: ModuleType, *, name: str, folder: str,
    freeze: str, release: str, rejected: "StrPromise",
) -> list[URLPattern]:  # fmt: skip
    """Addresses of all that is done with one batch. of: the deeds of its kind. name: of its screen.
    freeze, release: the rights that are asked for. rejected: said after it was."""

    def froze(request: HttpRequest, batch: Any) -> object:
        return of.freeze(batch, by=by(request), at=timezone.now())

    def released(request: HttpRequest, batch: Any) -> object:
        return of.release(batch, by=by(request), at=timezone.now())

    def accepted(request: HttpRequest, batch: Any) -> object:
        return bankfiles.accept(batch)

    def refused(request: HttpRequest, batch: Any) -> object:
        code = request.POST.get("code", "").strip() or "office"
        return of.reject(batch, code=code, at=timezone.now())

    def view(right: str, deed: Deed, done: "StrPromise") -> View:
        def answer(request: HttpRequest, pk: int) -> HttpResponse:
            step(request, get_object_or_404(kind, pk=pk), partial(deed, request), str(done))
            return redirect(name, pk)

        return require_POST(allowed(right)(answer))

    def file(request: HttpRequest, pk: int) -> HttpResponse:
        return download(request, get_object_or_404(kind, pk=pk), back=name)

    views = {
        ("einfrieren", "freeze"): view(freeze, froze, FROZEN),
        ("freigeben", "release"): view(release, released, RELEASED),
        ("angenommen", "accept"): view(release, accepted, ACCEPTED),
        ("ablehnen", "reject"): view(release, refused, rejected),
        ("datei", "file"): require_safe(allowed(release)(file)),
    }
    return [
        path(f"{folder}<int:pk>/{word}/", one, name=f"{name}_{key}")
        for (word, key), one in views.items()
    ]


def download(request: HttpRequest, batch: SepaBatch | PayoutBatch, *, back: str) -> HttpResponse:
    """The same bytes each time."""
    try:
        content = bankfiles.file_of(batch)
    except bankfiles.WrongState:
        messages.error(request, _("It is released first."))
        return redirect(back, batch.pk)
    headers = {"Content-Disposition": f'attachment; filename="{batch.msg_id}.xml"'}
    return HttpResponse(content, content_type="application/xml", headers=headers)
