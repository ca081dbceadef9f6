"""The office's screens of persons: found, seen with their history, merged, erased."""

from collections.abc import Callable
from functools import wraps

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from allmende.people import accounts, addresses, erasure, export, merging, moving, unmerging
from allmende.people.account_views import json_of
from allmende.people.answers import Event, collect
from allmende.people.forms import MoveForm
from allmende.people.kin import family, root
from allmende.people.models import Merge, Person
from allmende.people.roles import Role, roles_of
from allmende.people.signals import recalling

ON_SCREEN = 50
OFFERED = 10
MOST = 500  # found by address; more tell nobody anything
View = Callable[..., HttpResponse]


def allowed(name: str) -> Callable[[View], View]:
    """Only roles that may; the view gets who asks and the row that stays."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, pk: int, **more: int) -> HttpResponse:
            if not request.user.has_perm(f"people.{name}"):
                raise PermissionDenied
            found = get_object_or_404(Person, pk=pk)
            if found.merged_into_id:
                return redirect("persons_one", root(found).pk)
            return view(request, found, **more)

        return answer

    return decorate


def by(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user


def search(words: str) -> QuerySet[Person]:
    """Persons in whose name or addresses all the words are found, the newest first."""
    found = Person.objects.filter(merged_into=None)
    for word in words.split():
        found = found.filter(
            Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(pk__in=reached_by(word))
        )
    lists = ("emailaddress_set", "contact_addresses", "groups")
    return found.order_by("-pk").prefetch_related(*lists)


def reached_by(word: str) -> list[int]:
    """Keys of persons with such an address; of merged ones that of the row that stays."""
    like = Q(contact_addresses__email__icontains=word) | Q(emailaddress__email__icontains=word)
    postal = Q(contact_addresses__street__icontains=word) | Q(
        contact_addresses__town__icontains=word
    )
    rows = Person.objects.filter(like | postal).select_related("merged_into").distinct()
    return [root(row).pk for row in rows[:MOST]]


@require_safe
def persons(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("people.view_person"):
        raise PermissionDenied
    words = request.GET.get("q", "").strip()
    shown = Paginator(search(words), ON_SCREEN).get_page(request.GET.get("p"))
    return render(request, "people/admin/persons.html", {"shown": shown, "words": words})


@require_safe
@allowed("view_person")
def one(request: HttpRequest, person: Person) -> HttpResponse:
    """A person with everything that happened."""
    shown = Paginator(history(person), ON_SCREEN).get_page(request.GET.get("p"))
    context = {
        "person": person,
        "addresses": addresses.of(person),
        "postal": person.contact_addresses.exclude(town=""),
        "roles": [Role(role).label for role in roles_of(person)],
        "merged": Person.objects.filter(pk__in=family(person)[1:]),
        "merges": merges_of(person),
        "alike": merging.alike(person).count() if not person.erased_at else 0,
        "shown": shown,
    }
    return render(request, "people/admin/person.html", context)


def merges_of(person: Person) -> list[Merge]:
    """Those that can be undone still."""
    rows = person.merges.filter(undone_at=None, at__gt=timezone.now() - unmerging.WITHIN)
    return list(rows.filter(person__erased_at=None).select_related("person").order_by("-at"))


def history(person: Person) -> list[Event]:
    """What all apps remember of all rows of a human being, the newest first."""
    rows = Person.objects.in_bulk(family(person)).values()
    events = [event for row in rows for event in collect(recalling, row)]
    return sorted(events, key=lambda event: event.at, reverse=True)


@require_safe
@allowed("view_person")
def data(request: HttpRequest, person: Person) -> HttpResponse:
    """Everything that is kept, to answer somebody who asks by letter."""
    if "json" in request.GET:
        return json_of(person, at=timezone.now())
    found = [section for section in export.sections(person) if section.rows]
    return render(request, "people/admin/data.html", {"person": person, "sections": found})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("erase_person")
def erase(request: HttpRequest, person: Person) -> HttpResponse:
    at = timezone.now()
    context: dict[str, object] = {"person": person}
    try:
        if person.erased_at:
            return redirect("persons_one", person.pk)
        if request.method == "POST":
            erasure.erase(person, at=at, by=by(request))
            messages.success(request, _("Erased. What law keeps stands in the history."))
            return redirect("persons_one", person.pk)
        context["report"] = erasure.foresee(person, at=at)
    except erasure.HasRole as refused:
        context["refused"] = str(refused)
    return render(request, "people/admin/erase.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("change_person")
def move(request: HttpRequest, person: Person) -> HttpResponse:
    """Another address for whoever lost every mailbox that they had."""
    if person.erased_at:
        return redirect("persons_one", person.pk)
    form = MoveForm(request.POST or None)
    known = [one for one in addresses.of(person) if one.confirmed]  # the others are not told
    context = {"person": person, "form": form, "addresses": known}
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        try:
            moving.ask(person, email=email, by=by(request), at=timezone.now())
        except (accounts.AddressTaken, moving.CannotMove) as refused:
            form.add_error("email", str(refused))
        else:
            told = _("A link is on its way to %(email)s. It is the address once it is confirmed.")
            messages.success(request, told % {"email": email})
            return redirect("persons_one", person.pk)
    status = 422 if form.errors else 200
    return render(request, "people/admin/move.html", context, status=status)


@require_safe
@allowed("merge_person")
def merge(request: HttpRequest, person: Person) -> HttpResponse:
    """Who else is this? Those alike are offered, others are searched."""
    words = request.GET.get("q", "").strip()
    found = search(words) if words else merging.alike(person)
    offered = found.filter(erased_at=None, merged_into=None).exclude(pk=person.pk)[:OFFERED]
    context = {"person": person, "offered": offered, "words": words}
    return render(request, "people/admin/merge.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("merge_person")
def merge_with(request: HttpRequest, person: Person, other: int) -> HttpResponse:
    """Both side by side; the office says which row stays."""
    two = [person, root(get_object_or_404(Person, pk=other))]
    context = {"person": person, "other": two[1], "two": [facts(row) for row in two]}
    if request.method == "POST":
        stays = next((row for row in two if str(row.pk) == request.POST.get("stays")), None)
        if stays is None:
            context["refused"] = _("Please choose which of the two stays.")
        else:
            goes = two[1] if stays is two[0] else two[0]
            try:
                moved = merging.merge(goes, into=stays, by=by(request), at=timezone.now())
            except merging.CannotMerge as refused:
                context["refused"] = str(refused)
            else:
                messages.success(request, outcome(moved))
                return redirect("persons_one", stays.pk)
    return render(request, "people/admin/merge_with.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("merge_person")
def unmerge(request: HttpRequest, person: Person, merge: int) -> HttpResponse:
    """Takes a merge back that turned out to be a mistake."""
    at = timezone.now()
    row = get_object_or_404(Merge.objects.select_related("person", "into"), pk=merge, into=person)
    doors = EmailAddress.objects.filter(user=person, pk__in=row.doors).count()
    context = {"person": person, "merge": row, "doors": doors}
    try:
        if request.method == "POST":
            unmerging.undo(row, by=by(request), at=at)
            messages.success(request, _("They are two persons again."))
            return redirect("persons_one", row.person_id)
        unmerging.check(row, row.person, row.into, by=by(request), at=at)
    except merging.CannotMerge as refused:
        context["refused"] = str(refused)
    return render(request, "people/admin/unmerge.html", context)


def outcome(moved: merging.Moved) -> str:
    said = _("They are one person now.")
    if moved.addresses:
        said += " " + ngettext(
            "%(count)d sign-in address went over.",
            "%(count)d sign-in addresses went over.",
            moved.addresses,
        ) % {"count": moved.addresses}
    if moved.passkeys:
        said += " " + ngettext(
            "%(count)d passkey was removed and has to be set up again.",
            "%(count)d passkeys were removed and have to be set up again.",
            moved.passkeys,
        ) % {"count": moved.passkeys}
    return said


def facts(person: Person) -> dict[str, object]:
    """What tells two rows apart."""
    events = history(person)
    return {
        "person": person,
        "addresses": addresses.of(person),
        "postal": person.contact_addresses.exclude(town=""),
        "roles": [Role(role).label for role in roles_of(person)],
        "events": len(events),
        "last": events[0] if events else None,
        "consents": person.consents.count(),
    }


def screens() -> list[URLPattern]:
    return [
        path("personen/", persons, name="persons"),
        path("personen/<int:pk>/", one, name="persons_one"),
        path("personen/<int:pk>/daten/", data, name="persons_data"),
        path("personen/<int:pk>/loeschen/", erase, name="persons_erase"),
        path("personen/<int:pk>/adresse/", move, name="persons_move"),
        path("personen/<int:pk>/zusammenfuehren/", merge, name="persons_merge"),
        path(
            "personen/<int:pk>/zusammenfuehren/<int:other>/", merge_with, name="persons_merge_with"
        ),
        path("personen/<int:pk>/trennen/<int:merge>/", unmerge, name="persons_unmerge"),
    ]
