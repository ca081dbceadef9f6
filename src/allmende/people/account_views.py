"""A reader's own pages: addresses, newsletters, keys, data, and the end of it all."""

import datetime as dt
import time
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import flows
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.cache import cache
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.lib.limits import Limit
from allmende.lib.signing import Expired, Refused
from allmende.people import accounts, addresses, erasure, export, links, moving, taking_back
from allmende.people.answers import collect
from allmende.people.forms import AddressForm
from allmende.people.models import Person
from allmende.people.public_forms import View, client_of, comes_from_us, public
from allmende.people.sign_in import is_fresh, is_staff
from allmende.people.signals import account_shown


@lru_cache(maxsize=1)
def limit() -> Limit:
    """Nobody writes to a whole town through their account."""
    return Limit("addresses", times=20, span=3600, secret=settings.SECRET_KEY)


def own(view: Callable[..., HttpResponse]) -> View:
    """For whoever is signed in; the view gets the person."""

    @never_cache
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not isinstance(request.user, Person):
            return to_sign_in(request)
        return view(request, request.user, *args, **kwargs)

    return answer


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """And back, where there is something to see."""
    back = request.path if request.method == "GET" else reverse("account_home")
    return redirect(f"{reverse('account_login')}?{urlencode({'next': back})}")


def fresh(view: View) -> View:
    """For whoever has shown just now who they are: a telephone left on a table changes nothing."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_fresh(request):
            return view(request, *args, **kwargs)
        logout(request)
        messages.info(request, _("You came in a while ago. Please sign in once more for this."))
        return to_sign_in(request)

    return answer


@require_safe
@own
def home(request: HttpRequest, person: Person) -> HttpResponse:
    return shown(request, person, form=AddressForm())


def shown(
    request: HttpRequest, person: Person, *, form: AddressForm, status: int = 200
) -> HttpResponse:
    context = {
        "person": person,
        "is_staff": is_staff(person),
        "addresses": addresses.of(person),
        "panels": collect(account_shown, person, at=timezone.now()),
        "keys": Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN),
        "form": form,
    }
    return render(request, "people/account/home.html", context, status=status)


@require_POST
@own
@fresh
def add_address(request: HttpRequest, person: Person) -> HttpResponse:
    """Says the same for every address; what is true stands in the mail."""
    form = AddressForm(request.POST)
    if is_staff(person):
        return redirect("account_home")  # the office changes theirs
    if not limit().allows(client_of(request), cache=cache, now=time.time()):
        form.add_error("email", _("Those were very many addresses. Please try again in an hour."))
    if form.is_valid():
        email = form.cleaned_data["email"]
        try:
            addresses.ask(person, email=email, at=timezone.now())
        except addresses.TooMany as refused:
            form.add_error("email", str(refused))
        else:
            messages.success(
                request,
                _("A mail is on its way to %(email)s. Confirm there, and the address is yours.")
                % {"email": email},
            )
            return redirect("account_home")
    return shown(request, person, form=form, status=422)


@require_POST
@own
@fresh
def change_address(request: HttpRequest, person: Person) -> HttpResponse:
    """ "primary lene@…" or "remove lene@…"."""
    deed, _space, email = request.POST.get("do", "").partition(" ")
    at = timezone.now()
    if not is_staff(person):
        try:
            if deed == "primary":
                addresses.make_primary(person, email=email, at=at)
                messages.success(
                    request, _("From now on we write to %(email)s.") % {"email": email}
                )
            elif deed == "remove":
                addresses.remove(person, email=email, at=at)
                messages.success(request, _("%(email)s is removed.") % {"email": email})
        except addresses.LastOne as refused:
            messages.error(request, str(refused))
    return redirect("account_home")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """The button behind a mailed link; opening the link changes nothing."""
    now = timezone.now()
    try:
        new, old, opens = links.confirmed_by(token, at=now)
    except Expired:
        return told(request, "expired", status=410)
    except Refused:
        return told(request, "broken", status=404)
    with translation.override(new.person.language):
        if request.method != "POST":
            context = {"new": new, "old": old, "opens": opens}
            return render(request, "people/account/confirm_address.html", context)
        if not comes_from_us(request):
            return told(request, "foreign", status=403)
        addresses.confirm(new, instead_of=old, opens=opens, at=now)
        return told(request, "confirmed", new=new, old=old)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, token: str) -> HttpResponse:
    """For the address before, which got the link; opening it changes nothing."""
    now = timezone.now()
    try:
        person, email, new, door = links.taken_back_by(token, at=now)
    except Expired:
        return told(request, "late", status=410)
    except Refused:
        return told(request, "broken", status=404)
    with translation.override(person.language):
        if request.method != "POST":
            context = {"email": email, "door": door}
            return render(request, "people/account/take_back.html", context)
        if not comes_from_us(request):
            return told(request, "foreign", status=403)
        taking_back.take_back(person, email=email, new=new, door=door, at=now)
        return told(request, "taken back", email=email)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, token: str) -> HttpResponse:
    """For the address that the office gave to whoever lost theirs; opening it changes nothing."""
    now = timezone.now()
    try:
        new, moved = moving.asked_by(token, at=now)
    except Expired:
        return told(request, "expired", status=410)
    except Refused:
        return told(request, "broken", status=404)
    with translation.override(new.person.language):
        if moved:
            return told(request, "moved", new=new)
        if request.method != "POST":
            return render(request, "people/account/move.html", {"new": new})
        if not comes_from_us(request):
            return told(request, "foreign", status=403)
        try:
            moving.move(new, at=now)
        except (accounts.AddressTaken, moving.IsStaff):
            return told(request, "not moved", status=409)
        return told(request, "moved", new=new)


def told(request: HttpRequest, case: str, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"told": case, **more}
    return render(request, "people/account/told.html", context, status=status)


@require_POST
@own
def sign_out_everywhere(request: HttpRequest, person: Person) -> HttpResponse:
    accounts.end_sessions(person, at=timezone.now())
    logout(request)
    messages.success(request, _("You are signed out on every device."))
    return redirect("account_login")


@require_safe
@own
def data(request: HttpRequest, person: Person) -> HttpResponse:
    """Everything that is kept about the person, to read."""
    found = [section for section in export.sections(person, own=True) if section.rows]
    return render(request, "people/account/data.html", {"sections": found, "person": person})


@require_safe
@own
def data_as_json(request: HttpRequest, person: Person) -> HttpResponse:
    """The same to take away."""
    return json_of(person, own=True, at=timezone.now())


def json_of(person: Person, *, at: dt.datetime, own: bool = False) -> JsonResponse:
    answer = JsonResponse(
        export.as_data(person, at=at, own=own),
        encoder=DjangoJSONEncoder,
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )
    answer["Content-Disposition"] = f'attachment; filename="{at.date()}-{person.key}.json"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@own
@fresh
def erase(request: HttpRequest, person: Person) -> HttpResponse:
    """Says what goes and what law keeps; a ticked box and a button later it has happened."""
    now = timezone.now()
    context: dict[str, Any] = {"person": person}
    try:
        if request.method == "POST" and request.POST.get("sure"):
            report = erasure.erase(person, at=now)
            logout(request)
            return told(request, "erased", report=report)
        context["report"] = erasure.foresee(person, at=now)
    except erasure.HasRole as refused:
        context["refused"] = str(refused)
    context["unsure"] = request.method == "POST"
    return render(request, "people/account/erase.html", context)


class AddKeyView(AddWebAuthnView):
    """Adds a passkey. A reader gets no recovery codes, for a mailed code recovers everything."""

    def form_valid(self, form: Any) -> HttpResponse:
        user = self.request.user
        if is_staff(user):
            answer: HttpResponse = super().form_valid(form)
            return answer
        given = form.cleaned_data
        # As at a sign-up, where allauth makes no codes either, but tells its owner nothing.
        flows.signup_authenticator(
            self.request, user=user, name=given["name"], credential=given["credential"]
        )
        get_adapter(self.request).send_notification_mail("mfa/email/webauthn_added", user)
        return redirect("account_home")
