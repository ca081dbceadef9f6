"""The staff's screen on which an edition is arranged.

One form holds all lines. Whatever button is pressed, the words typed in headings and the marks at
announced articles are kept first. Dragging, and the keyboard at a line's grip, send `move`.
"""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from allmende.editions import arranging
from allmende.editions.forms import ArticleForm, HeadingForm
from allmende.editions.models import Edition, Line
from allmende.editions.views import shown
from allmende.newsroom import today
from allmende.newsroom.models import Article

OFFERED = 12


def edition_of(request: HttpRequest, pk: int) -> Edition:
    if not request.user.has_perm("editions.change_edition"):
        raise PermissionDenied
    return get_object_or_404(Edition, pk=pk)


def desk(request: HttpRequest, pk: int) -> HttpResponse:
    """Lines in order on the left, what may be added beside them."""
    edition = edition_of(request, pk)
    lines = edition.lines.select_related("article__section", "article__locale")
    context = {
        "edition": edition,
        "lines": lines,
        "offered": offered(edition),
        "article_form": ArticleForm(),
        "heading_form": HeadingForm(),
        "move_url": reverse("edition_move", args=[999999]),
    }
    return render(request, "editions/admin/desk.html", context)


def offered(edition: Edition) -> list[Article]:
    """What is scheduled and what is newest, as far as it does not stand in the edition yet."""
    inside = set(edition.lines.values_list("article_id", flat=True))
    coming = [row.article for row in today.scheduled().rows]
    rows = today.articles().filter(live=True).order_by("-first_published_at")
    newest = list(rows[: OFFERED + len(inside)])
    wanted = {article.pk: article for article in [*coming, *newest] if article.pk not in inside}
    return list(wanted.values())[:OFFERED]


@require_POST
def arrange(request: HttpRequest, pk: int) -> HttpResponse:
    """Keeps what was typed, then does what the pressed button says: "up:7"."""
    edition = edition_of(request, pk)
    keep(request, edition)
    name, _colon, key = request.POST.get("do", "").partition(":")
    line = edition.lines.filter(pk=key).first() if key.isdigit() else None
    deeds: dict[str, Callable[[Line], None]] = {
        "up": lambda line: arranging.move(line, to=max(0, arranging.place_of(line) - 1)),
        "down": lambda line: arranging.move(line, to=arranging.place_of(line) + 1),
        "remove": arranging.remove,
    }
    if line and name in deeds:
        deeds[name](line)
    elif name in ("show", "hide"):
        arranging.show(edition, public=name == "show")
    elif not line:
        messages.success(request, _("Saved."))
    anchor = f"#line-{key}" if line and name in ("up", "down") else ""
    return redirect(reverse("edition_desk", args=[pk]) + anchor)


def keep(request: HttpRequest, edition: Edition) -> None:
    for line in edition.lines.all():
        if line.article_id is None:
            arranging.rename(line, heading=request.POST.get(f"heading-{line.pk}", "").strip()[:80])
        elif f"known-{line.pk}" in request.POST:  # the box was on the screen
            arranging.announce(line, announced=f"announced-{line.pk}" in request.POST)


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Articles ticked in the list of offers, the one chosen, or a heading."""
    edition = edition_of(request, pk)
    do = request.POST.get("do")
    if do == "heading":
        heading = HeadingForm(request.POST)
        if heading.is_valid():
            arranging.add_heading(edition, heading=heading.cleaned_data["heading"])
        else:
            messages.error(request, _("Give the heading some words."))
        return redirect("edition_desk", pk)
    keys = [key for key in request.POST.getlist("offered") if key.isdigit()]
    chosen = ArticleForm(request.POST)
    if do == "chosen" and chosen.is_valid():
        keys = [str(chosen.cleaned_data["article"].pk)]
    rows = Article.objects.in_bulk([int(key) for key in keys])
    added = arranging.add_articles(edition, [rows[int(k)] for k in keys if int(k) in rows])
    if added:
        told = ngettext("%(n)s article was added.", "%(n)s articles were added.", added)
        messages.success(request, told % {"n": added})
    else:
        messages.error(request, _("Choose an article that does not stand in the edition yet."))
    return redirect("edition_desk", pk)


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """A line was dragged to `position`, counted from 0; without one, to the end."""
    line = get_object_or_404(Line.objects.select_related("edition"), pk=pk)
    edition_of(request, line.edition_id)
    position = request.GET.get("position", "")
    last = line.edition.lines.count()
    arranging.move(line, to=int(position) if position.isdigit() else last)
    return JsonResponse({"success": True})


def preview(request: HttpRequest, pk: int) -> HttpResponse:
    return shown(request, edition_of(request, pk), staff=True)


def addresses() -> list[URLPattern]:
    return [
        path("editions/<int:pk>/arrange/", desk, name="edition_desk"),
        path("editions/<int:pk>/arrange/save/", arrange, name="edition_arrange"),
        path("editions/<int:pk>/arrange/add/", add, name="edition_add"),
        path("editions/<int:pk>/preview/", preview, name="edition_preview"),
        path("edition-lines/<int:pk>/move/", move, name="edition_move"),
    ]
