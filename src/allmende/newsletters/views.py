"""Pages of subscribing. None sets a cookie; a link that a mail scanner follows changes nothing."""

from collections.abc import Callable
from functools import lru_cache, partial, wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from allmende.lib.limits import Limit
from allmende.lib.signing import Expired, Refused
from allmende.newsletters import addressing, archive, links, subscribe
from allmende.newsletters.forms import FreshLinkForm, SignUpForm
from allmende.newsletters.models import Change, Newsletter, Subscription
from allmende.newsroom import heads
from allmende.newsroom.views import page
from allmende.people import addresses
from allmende.people.forms import AddressForm
from allmende.people.models import ContactAddress
from allmende.people.public_forms import View, comes_from_us, public, turned_away

State = Subscription.State


@lru_cache(maxsize=1)
def limit() -> Limit:
    """A school's network signs up a class; a machine that types addresses is stopped."""
    return Limit("subscribe", times=30, span=600, secret=settings.SECRET_KEY)


@require_safe
def newsletter(request: HttpRequest, slug: str) -> HttpResponse:
    """The page of one newsletter, baked: what it is, the form, and its issues."""
    found = addressing.at(slug)
    if found is None:
        raise Http404
    if found.slug != slug:
        return HttpResponsePermanentRedirect(found.url)
    head = partial(heads.of_words, found.url, found.name, found.description)
    context = {"newsletter": found, "issues": archive.of(found)}
    return page(request, "newsletters/newsletter.html", context, head=head, language=found.language)


def told(
    request: HttpRequest, told: str, *, status: int = 200, language: str | None = None, **more: Any
) -> HttpResponse:
    """A page that says what was done, or what is wrong: `told` names the case."""
    context = {"told": told, **more}
    return page(request, "newsletters/told.html", context, status=status, language=language)


def refused(request: HttpRequest, *, language: str | None = None) -> HttpResponse | None:
    """The answer to a form that was not sent from our pages, or is one of very many."""
    found = turned_away(request, limit())
    return told(request, found[0], status=found[1], language=language) if found else None


@public
@require_http_methods(["POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Says the same for every address; what is true stands in the mail."""
    if answer := refused(request):
        return answer
    form = SignUpForm(request.POST)
    if "newsletter" in form.errors:
        return told(request, "closed", status=404)
    chosen = form.cleaned_data["newsletter"]
    if not form.is_valid():
        context = {"newsletter": chosen, "form": form}
        template = "newsletters/newsletter.html"
        return page(request, template, context, language=chosen.language, status=422)
    email = form.cleaned_data["email"]
    subscribe.ask(chosen, email=email, at=timezone.now(), source=where_from(request))
    return told(request, "asked", language=chosen.language, newsletter=chosen, email=email)


def where_from(request: HttpRequest) -> str:
    """The path of our own page on which the form stood."""
    return urlsplit(request.headers.get("Referer", "")).path


@public
@require_http_methods(["GET", "HEAD", "POST"])
def fresh_link(request: HttpRequest) -> HttpResponse:
    """For whom a link has expired. Says the same for every address."""
    template = "newsletters/fresh_link.html"
    if request.method != "POST":
        return page(request, template, {})
    if answer := refused(request):
        return answer
    form = FreshLinkForm(request.POST)
    if not form.is_valid():
        return page(request, template, {"form": form}, status=422)
    email = form.cleaned_data["email"]
    subscribe.send_link(email, at=timezone.now())
    return told(request, "link asked", email=email)


def with_address(purpose: str, longest: Any) -> Callable[[View], View]:
    """Opens a signed link; the view gets the address in place of the token."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, token: str) -> HttpResponse:
            now = timezone.now()
            try:
                address = links.address_from(token, purpose=purpose, at=now, longest=longest)
            except Expired:
                return told(request, "expired", status=410)
            except Refused:
                return told(request, "broken", status=404)
            if request.method == "POST" and not comes_from_us(request):
                return told(request, "foreign", status=403)
            return view(request, address)

        return answer

    return decorate


@public
@require_http_methods(["GET", "HEAD", "POST"])
@with_address("confirm", links.CONFIRM)
def confirm(request: HttpRequest, address: ContactAddress) -> HttpResponse:
    """The button behind the mailed link. Pressed twice, it says that all is done."""
    now = timezone.now()
    waiting = subscribe.asked_by(address.person)
    language = address.person.language
    if request.method == "POST":
        chosen = {int(pk) for pk in request.POST.getlist("newsletter") if pk.isdecimal()}
        subscribe.confirm(address, newsletters=chosen, at=now)
    elif waiting:
        context = {"address": address, "waiting": waiting}
        return page(request, "newsletters/confirm.html", context, language=language)
    has = subscribe.of_person(address.person).filter(state=State.CONFIRMED)
    case = "confirmed" if has else "nothing chosen"
    link = links.to_preferences(address, at=now)
    return told(request, case, language=language, subscriptions=has, preferences=link)


DEEDS = {"pause": subscribe.pause, "resume": subscribe.resume, "leave": subscribe.leave}


@public
@require_http_methods(["GET", "HEAD", "POST"])
@with_address("preferences", links.PREFERENCES)
def preferences(request: HttpRequest, address: ContactAddress) -> HttpResponse:
    """What goes to an address, and a button for each thing one may want of it."""
    rows = Subscription.objects.filter(address=address).select_related("newsletter", "person")
    if "email" in request.POST:
        return change_address(request, address)
    done = False
    deed, _, pk = request.POST.get("do", "").partition(" ")
    if deed in DEEDS and pk.isdecimal():
        chosen = get_object_or_404(rows, pk=pk)
        done = DEEDS[deed](chosen, at=timezone.now(), way=Change.Way.PAGE)
    return preferences_page(request, address, done=done)


def change_address(request: HttpRequest, address: ContactAddress) -> HttpResponse:
    """Letters shall go elsewhere; says the same for every address, and asks there."""
    language = address.person.language
    if answer := refused(request, language=language):
        return answer
    form = AddressForm(request.POST)
    if form.is_valid():
        email = form.cleaned_data["email"]
        try:
            addresses.ask(
                address.person, email=email, instead_of=address, opens=False, at=timezone.now()
            )
        except addresses.TooMany as problem:
            form.add_error("email", str(problem))
        else:
            return told(request, "address asked", language=language, email=email, address=address)
    return preferences_page(request, address, form=form, status=422)


def preferences_page(
    request: HttpRequest, address: ContactAddress, *, status: int = 200, **more: Any
) -> HttpResponse:
    rows = Subscription.objects.filter(address=address).select_related("newsletter")
    subscriptions = rows.exclude(state=State.ASKED).order_by("newsletter__position", "pk")
    has = [row.newsletter_id for row in subscriptions if row.state != State.LEFT]
    context = {
        "address": address,
        "subscriptions": subscriptions,
        "others": Newsletter.objects.filter(is_open=True).exclude(pk__in=has),
        **more,
    }
    language = address.person.language
    template = "newsletters/preferences.html"
    return page(request, template, context, language=language, status=status)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """One click (RFC 8058): a POST from anywhere, without cookie, is answered without redirect.

    GET only shows the button, for mail scanners follow links.
    """
    now = timezone.now()
    try:
        subscription = links.subscription_from(token, at=now)
    except Refused:
        return told(request, "broken", status=404)
    language = subscription.newsletter.language
    if request.method == "POST":
        by_program = request.POST.get("List-Unsubscribe") == "One-Click"
        way = Change.Way.ONE_CLICK if by_program else Change.Way.PAGE
        subscribe.leave(subscription, at=now, way=way)
    if subscription.state != State.LEFT:
        context = {"subscription": subscription}
        return page(request, "newsletters/leave.html", context, language=language)
    return told(request, "left", language=language, newsletter=subscription.newsletter)
