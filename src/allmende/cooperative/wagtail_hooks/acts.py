"""One deed of the office at one member: its form, what it will do, and done."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from allmende.cooperative import acts, projecting, queries
from allmende.cooperative.act_forms import ActForm
from allmende.cooperative.acts import Act
from allmende.cooperative.models import Membership
from allmende.cooperative.models.register import ADMITTED
from allmende.cooperative.wagtail_hooks.rights import SEE, allowed
from allmende.people.views import person_of


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(SEE)
def act(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    found = acts.ACTS.get(code)
    if found is None:
        raise Http404
    if not request.user.has_perm(found.right):
        raise PermissionDenied
    membership = get_object_or_404(Membership.objects.filter(stage__in=ADMITTED), pk=pk)
    last = acts.seen(membership)
    if request.method == "POST" and request.POST.get("seen") != str(last):
        return stale(request, pk)
    state = projecting.state_of(membership)
    if not found.may(membership, state):
        messages.warning(request, _("This cannot be done now: look at what stands."))
        return redirect("coop_member", pk)
    form = found.form(
        request.POST or None, request.FILES or None, membership=membership, state=state
    )
    told: list[str] = []
    if request.method == "POST" and "back" not in request.POST and form.is_valid():
        answer = tried(request, found, membership, form, last)
        if isinstance(answer, HttpResponse):
            return answer
        told = answer
    context: dict[str, Any] = {
        "act": found,
        "member": membership,
        "name": queries.name_of(queries.details_of(pk, on=timezone.localdate())),
        "form": form,
        "told": told,
        "previews": found.foresee is not None,  # a template would call it
        "seen": last,
    }
    wrong = form.is_bound and form.errors
    return render(
        request, "cooperative/admin/act.html", context, status=422 if wrong else 200
    )  # fmt: skip


def tried(
    request: HttpRequest, found: Act, membership: Membership, form: ActForm, last: int
) -> HttpResponse | list[str]:
    """Done, or what it will do. What the deeds refuse stands at its field."""
    values = form.cleaned_data
    try:
        if found.foresee and "sure" not in request.POST:
            return found.foresee(membership, values)
        acts.do(
            found, membership, values, last=last, by=person_of(request), at=timezone.now()
        )  # fmt: skip
    except acts.Stale:
        return stale(request, membership.pk)
    except tuple(acts.FAULTS) as error:
        field, words = acts.FAULTS[type(error)]
        form.add_error(field if field in form.fields else None, str(words))
        return []
    messages.success(request, _("%(deed)s: recorded.") % {"deed": found.label})
    return redirect("coop_member", membership.pk)


def stale(request: HttpRequest, pk: int) -> HttpResponse:
    words = _(
        "Something was recorded since you opened the form, perhaps by a second click."
        " Nothing was written twice: look at the timeline."
    )
    messages.warning(request, words)
    return redirect("coop_member", pk)
