"""The list of members at the office, as of any day and as known on any day; one's own extract."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import log

from allmende.cooperative import queries, reports
from allmende.cooperative.models import Membership
from allmende.cooperative.models.register import ADMITTED
from allmende.cooperative.queries import Line
from allmende.cooperative.register_forms import ListForm
from allmende.cooperative.wagtail_hooks import asking
from allmende.cooperative.wagtail_hooks.asking import Table
from allmende.cooperative.wagtail_hooks.rights import SEE, Screen, check
from allmende.paper import identity
from allmende.people.views import person_of

VOLUME = 2000  # members in one PDF


@dataclass
class Asked:
    """The list that a form asks for."""

    on: dt.date
    known_on: dt.date
    words: str
    known: int | None = None
    roll: list[Line] = field(default_factory=list)
    total: int = 0

    def __post_init__(self) -> None:
        self.known = queries.last_known(self.known_on)
        everybody = queries.roll(on=self.on, known=self.known)
        self.total = len(everybody)
        self.roll = queries.search(everybody, self.words) if self.words else everybody

    def complete(self, lines: list[Line]) -> list[Line]:
        return queries.complete(lines, on=self.on, known=self.known)


def form_of(request: HttpRequest) -> ListForm:
    today = asking.today().isoformat()
    first = {"on": today, "known_on": today, "q": ""}
    return ListForm(asking.asked(request, first, first))


@require_safe
def shown(request: HttpRequest) -> HttpResponse:
    check(request, SEE)
    form = form_of(request)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        values = form.cleaned_data
        found = Asked(values["on"], values["known_on"], values["q"])
        table = Table(
            _("List of members"),
            [
                _("No."), _("Name"), _("Address"), _("Member since"), _("Further shares"),
                _("Leaves on"),
            ],
            found.roll,
            lambda lines: [cells(line) for line in found.complete(lines)],
            empty=_("Nobody is found.") if found.words else _("There are no members on that day."),
        )  # fmt: skip
        [page] = asking.paged(request, [table])
        context |= {
            "shown": page,
            "rows": list(zip(page.rows, page.page.object_list, strict=True)),
            "sentence": asking.sentence(found.on, found.known_on),
            "found": found,
            "volumes": volumes(found.roll),
        }
    status = 200 if form.is_valid() else 422
    return asking.page(request, "register", "list", context, status=status)


def cells(line: Line) -> list[str]:
    told = line.details
    place = f"{told.get('postcode', '')} {told.get('town', '')}".strip()
    address = ", ".join(part for part in (told.get("street", ""), place) if part)
    return [
        str(line.number), line.name or _("deleted"), address, asking.day(line.joined_on),
        asking.count(line.further), asking.day(line.leaves_on),
    ]  # fmt: skip


def volumes(roll: list[Line]) -> list[tuple[int, int, int]]:
    """Its number, and the first and last member's number in it."""
    parts = [roll[at : at + VOLUME] for at in range(0, len(roll), VOLUME)]
    return [(place, part[0].number, part[-1].number) for place, part in enumerate(parts, 1)]


@require_safe
def as_csv(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """All of it, made while it is sent."""
    check(request, SEE)
    form = form_of(request)
    if not form.is_valid():
        return shown(request)
    values = form.cleaned_data
    found = Asked(values["on"], values["known_on"], values["q"])
    noted(request, found, "csv")
    return asking.streamed(reports.as_csv(completed(found)), f"mitglieder-{found.on}.csv")


def completed(found: Asked) -> Iterator[Line]:
    for at in range(0, len(found.roll), asking.LOT):
        yield from found.complete(found.roll[at : at + asking.LOT])


@require_safe
def as_pdf(request: HttpRequest) -> HttpResponse:
    """One volume of it: a paper of ten thousand members would take a minute."""
    check(request, SEE)
    form = form_of(request)
    if not form.is_valid():
        return shown(request)
    values = form.cleaned_data
    found = Asked(values["on"], values["known_on"], values["q"])
    wanted = request.GET.get("volume", "1")
    place = int(wanted) if wanted.isascii() and wanted.isdigit() else 1
    part = found.roll[(place - 1) * VOLUME : place * VOLUME] if place else []
    noted(request, found, "pdf")
    made = reports.as_pdf(
        found.complete(part), on=found.on, known_on=found.known_on,
        language=get_language() or "de", at=timezone.now(), total=len(found.roll),
    )  # fmt: skip
    name = f"mitglieder-{found.on}-{place}.pdf"
    return asking.sent_as(HttpResponse(made, content_type="application/pdf"), name)


def noted(request: HttpRequest, found: Asked, form: str) -> None:
    """That it left the house; not whom was searched for."""
    data = {
        "form": form, "on": found.on.isoformat(), "known_on": found.known_on.isoformat(),
        "lines": len(found.roll),
    }  # fmt: skip
    log(identity.paper(), "cooperative.list_taken", user=person_of(request), data=data)


@require_safe
def extract(request: HttpRequest, pk: int) -> HttpResponse:
    """For the office to hand out (§ 31 (2) GenG), in the member's language."""
    check(request, SEE)
    rows = Membership.objects.filter(stage__in=ADMITTED).select_related("person")
    found = get_object_or_404(rows, pk=pk)
    language = found.person.language if found.person else identity.paper().language
    made = reports.extract(found, language=language, at=timezone.now())
    log(found, "cooperative.extract_made", user=person_of(request))
    name = f"auszug-{found.number}.pdf"
    return asking.sent_as(HttpResponse(made, content_type="application/pdf"), name)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    base = "cooperative/register/"
    return [
        path(base, shown, name="register_list"),
        path(f"{base}list.csv", as_csv, name="register_csv"),
        path(f"{base}list.pdf", as_pdf, name="register_pdf"),
        path(f"{base}<int:pk>/extract.pdf", extract, name="register_extract"),
    ]


def menu_items() -> list[MenuItem]:
    name, address = _("List of members"), reverse("register_list")
    return [Screen(name, address, icon_name="table", order=30, rights=[SEE])]


@hooks.register("insert_global_admin_css")
def style() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("cooperative/register.css"))
