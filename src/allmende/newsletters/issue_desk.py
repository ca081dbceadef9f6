"""The staff's screens of an issue: written and ordered, previewed, tried, approved, watched.

One form holds the words and all items. Whatever button is pressed, what was typed is kept first.
Dragging, and the keyboard at an item's grip, send `move`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from allmende.mailroom import batches
from allmende.newsletters import compose, dispatch, editing, readiness, tasks, trial
from allmende.newsletters.issue_forms import ArticleForm, EditionForm, ItemForm, WordsForm
from allmende.newsletters.models import Issue, Item
from allmende.newsletters.staff_roles import APPROVES
from allmende.newsroom import reading, today
from allmende.newsroom.models import Article
from allmende.people.models import Person

OFFERED = 12
UNKNOWN = {"leave": "…", "preferences": "…"}  # tokens of nobody
VIEWS = ("desktop", "phone", "dark", "text")
View = Callable[..., HttpResponse]
State = Issue.State


@dataclass(frozen=True)
class Row:
    """An item on the screen, with what was typed and what readers see without it."""

    item: Item
    headline: str
    teaser: str
    embargoed: bool
    article: Article

    @property
    def unpublished(self) -> bool:
        return not self.article.live and self.article.first_published_at is None

    @property
    def withdrawn(self) -> bool:
        return not self.article.live and self.article.first_published_at is not None


def with_issue(permission: str) -> Callable[[View], View]:
    """The view gets the issue in place of its key, if the person may."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, pk: int) -> HttpResponse:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            rows = Issue.objects.select_related(
                "newsletter", "edition", "batch", "written_by", "approved_by"
            )
            return view(request, get_object_or_404(rows, pk=pk))

        return answer

    return decorate


drafts, approves = with_issue("newsletters.change_issue"), with_issue(APPROVES)


def who(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)  # nobody else passes the permissions
    return request.user


def back(issue: Issue, anchor: str = "") -> HttpResponse:
    return redirect(reverse("issue_desk", args=[issue.pk]) + anchor)


@drafts
def desk(request: HttpRequest, issue: Issue) -> HttpResponse:
    """A draft to be written; of any other how it fares."""
    if not issue.is_draft:
        return render(request, "newsletters/admin/issue_running.html", running(request, issue))
    return written(request, issue, WordsForm(instance=issue))


def written(
    request: HttpRequest,
    issue: Issue,
    words: WordsForm,
    *,
    typed: QueryDict | None = None,
    status: int = 200,
) -> HttpResponse:
    """The desk of a draft. typed: what was sent and could not be kept."""
    rows = rows_of(issue, typed)
    context = {
        "issue": issue,
        "words": words,
        "parts": [
            (key, label, [row for row in rows if row.item.part == key])
            for key, label in Item.Part.choices
        ],
        "offered": offered(issue),
        "article_form": ArticleForm(initial={"part": Item.Part.TOPICS}),
        "edition_form": EditionForm(initial={"edition": issue.edition}),
        "may_approve": request.user.has_perm(APPROVES),
        "move_url": reverse("issue_move", args=[999999]),
    }
    return render(request, "newsletters/admin/issue_desk.html", context, status=status)


def rows_of(issue: Issue, typed: QueryDict | None) -> list[Row]:
    rows = []
    for item in issue.items.select_related("article__section", "article__locale"):
        headline, teaser, embargoed = item.headline, item.teaser, item.embargoed
        if typed is not None and f"headline-{item.pk}" in typed:
            headline, teaser = (
                str(typed.get(f"{n}-{item.pk}", "")) for n in ("headline", "teaser")
            )
            embargoed = f"embargoed-{item.pk}" in typed
        rows.append(Row(item, headline, teaser, embargoed, item.article))
    return rows


def offered(issue: Issue) -> list[Article]:
    """What is newest and what is scheduled, as far as it does not stand in the issue yet."""
    inside = set(issue.items.values_list("article_id", flat=True))
    rows = today.articles().filter(live=True, locale__language_code=issue.newsletter.language)
    newest = rows.exclude(pk__in=inside).order_by("-first_published_at")[:OFFERED]
    coming = [row.article for row in today.scheduled().rows if row.article.pk not in inside]
    return list({article.pk: article for article in [*newest, *coming]}.values())


@require_POST
@drafts
def save(request: HttpRequest, issue: Issue) -> HttpResponse:
    """Keeps what was typed, then does what the pressed button says: "up:7"."""
    words = WordsForm(request.POST, instance=issue)
    if not issue.is_draft:
        return too_late(request, issue)
    if request.POST.get("version") != str(issue.version):
        told = _(
            "Somebody else has changed the issue meanwhile. What you typed stands here; save it"
            " once more to put it in place of theirs."
        )
        messages.error(request, told)
        return written(request, issue, words, typed=request.POST, status=409)
    if not words.is_valid():
        messages.error(request, _("Please mend what is marked; nothing was saved."))
        issue.refresh_from_db()
        return written(request, issue, words, typed=request.POST, status=422)
    keep(request, issue, words)
    return act(request, issue)


def too_late(request: HttpRequest, issue: Issue) -> HttpResponse:
    messages.error(request, _("The issue is approved or over: nothing of it changes any more."))
    return back(issue)


def keep(request: HttpRequest, issue: Issue, words: WordsForm) -> None:
    """Writes down what differs from what stands there."""
    by = who(request)
    if said := changed(words.cleaned_data, dict(words.initial)):
        editing.write(issue, by=by, **said)
    for item in issue.items.all():
        names = list(ItemForm.base_fields)
        form = ItemForm({name: request.POST.get(f"{name}-{item.pk}", "") for name in names})
        if f"headline-{item.pk}" not in request.POST or not form.is_valid():
            continue
        if changed(form.cleaned_data, {name: getattr(item, name) for name in names}):
            editing.reword(item, by=by, **form.cleaned_data)
    issue.refresh_from_db()


def changed(said: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """What is different; browsers write line breaks in a way of their own."""
    for name, value in said.items():
        said[name] = "\n".join(value.splitlines()) if isinstance(value, str) else value
    return {name: value for name, value in said.items() if value != before[name]}


def act(request: HttpRequest, issue: Issue) -> HttpResponse:
    by = who(request)
    name, _colon, key = request.POST.get("do", "").partition(":")
    item = issue.items.filter(pk=key).first() if key.isdigit() else None
    deeds: dict[str, Callable[[Item], object]] = {
        "up": lambda item: editing.move(item, to=max(0, editing.place_of(item) - 1), by=by),
        "down": lambda item: editing.move(item, to=editing.place_of(item) + 1, by=by),
        "remove": lambda item: editing.remove(item, by=by),
    }
    if item and name in deeds:
        deeds[name](item)
    elif name == "approve":
        return redirect("issue_approve", issue.pk)
    elif name == "preview":
        return redirect("issue_preview", issue.pk)
    elif name == "test":
        trial.send(issue, to=by, at=timezone.now())
        messages.success(request, _("A test is on its way to %(email)s.") % {"email": by.email})
    else:
        messages.success(request, _("Saved."))
    return back(issue, f"#item-{key}" if item and name in ("up", "down") else "")


@require_POST
@drafts
def add(request: HttpRequest, issue: Issue) -> HttpResponse:
    """Articles ticked in the list of offers, one chosen, or the highlights of an edition."""
    if not issue.is_draft:
        return too_late(request, issue)
    if request.POST.get("do") == "edition":
        return take_edition(request, issue)
    part = request.POST.get("part", "")
    keys = [int(key) for key in request.POST.getlist("offered") if key.isdigit()]
    chosen = ArticleForm(request.POST)
    if request.POST.get("do") == "chosen" and chosen.is_valid():
        keys = [chosen.cleaned_data["article"].pk]
    rows = Article.objects.in_bulk(keys) if part in Item.Part.values else {}
    articles = [rows[key] for key in keys if key in rows]
    added = editing.add(issue, articles, part=part, by=who(request)) if articles else 0
    if added:
        told = ngettext("%(n)s article was added.", "%(n)s articles were added.", added)
        messages.success(request, told % {"n": added})
    else:
        messages.error(request, _("Choose an article that does not stand in the issue yet."))
    return back(issue)


def take_edition(request: HttpRequest, issue: Issue) -> HttpResponse:
    form = EditionForm(request.POST)
    if form.is_valid():
        edition = form.cleaned_data["edition"]
        count = editing.take_highlights(issue, edition, by=who(request))
        told = _("The highlights are those of the edition now: %(n)s.")
        messages.success(request, told % {"n": count})
    else:
        messages.error(request, _("Choose an edition."))
    return back(issue)


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """An item was dragged to `position`, counted from 0; without one, to the end."""
    if not request.user.has_perm("newsletters.change_issue"):
        raise PermissionDenied
    item = get_object_or_404(Item.objects.select_related("issue"), pk=pk)
    position = request.GET.get("position", "")
    last = item.issue.items.filter(part=item.part).count()
    to = int(position) if position.isdigit() else last
    try:
        editing.move(item, to=to, by=who(request))
    except editing.NotADraft:
        return JsonResponse({"success": False}, status=409)
    return JsonResponse({"success": True})


# --- Looking ---------------------------------------------------------------------------------


@drafts
def preview(request: HttpRequest, issue: Issue) -> HttpResponse:
    view = request.GET.get("as", "")
    content = dispatch.content_of(issue)
    context = {
        "issue": issue,
        "view": view if view in VIEWS else VIEWS[0],
        "views": VIEWS,
        "text": compose.filled(content, UNKNOWN).text,
        "subject": content.subject,
    }
    return render(request, "newsletters/admin/issue_preview.html", context)


@drafts
def letter(request: HttpRequest, issue: Issue) -> HttpResponse:
    """The letter itself, in a frame that may do nothing and asks only for our pictures."""
    dark = request.GET.get("as") == "dark"
    html = compose.filled(dispatch.content_of(issue), UNKNOWN).html
    wanted = "@media all" if dark else "@media not all"
    html = html.replace("@media (prefers-color-scheme: dark)", wanted)
    response = HttpResponse(html)
    response["Content-Security-Policy"] = (
        f"sandbox; default-src 'none'; img-src 'self' {settings.PAPER_URL};"
        " style-src 'unsafe-inline'; frame-ancestors 'self'"
    )
    return response


# --- Approving and watching -------------------------------------------------------------------


@approves
def approve(request: HttpRequest, issue: Issue) -> HttpResponse:
    """Says what is found and what will happen; then it happens."""
    if not issue.is_draft:
        return too_late(request, issue)
    if request.method == "POST":
        return approved(request, issue)
    found = readiness.findings(issue, compose.content(issue))
    by = who(request)
    context = {
        "issue": issue,
        "faults": [one for one in found if one.keeps],
        "notes": [one for one in found if not one.keeps],
        "same_person": issue.newsletter.second_approver and issue.written_by_id == by.pk,
        "at_once": issue.send_at <= timezone.now(),
        "zone": reading.zone(),
    }
    return render(request, "newsletters/admin/issue_approve.html", context)


def approved(request: HttpRequest, issue: Issue) -> HttpResponse:
    seen = request.POST.get("seen", "")
    try:
        version = int(seen) if seen.isdigit() else -1
        dispatch.approve(issue, by=who(request), seen=version, at=timezone.now())
    except dispatch.ChangedMeanwhile:
        told = _("Somebody has changed the issue since you looked. Please look again.")
    except dispatch.SamePerson:
        told = _("You wrote last: somebody else has to approve.")
    except dispatch.MayNotPublish:
        told = _("An article goes live with it that you may not publish.")
    except dispatch.NotReady:
        told = _("The issue cannot leave like this.")
    except dispatch.Over:
        return too_late(request, issue)
    else:
        transaction.on_commit(partial(tasks.carry_on.enqueue, issue.pk))
        messages.success(request, _("Approved."))
        return back(issue)
    messages.error(request, told)
    return redirect("issue_approve", issue.pk)


def running(request: HttpRequest, issue: Issue) -> dict[str, Any]:
    now = timezone.now()
    progress = batches.progress(issue.batch, at=now) if issue.batch else None
    share = progress and round(100 * (progress.total - progress.left) / max(1, progress.total))
    faults = [str(readiness.Finding(kind, name)) for kind, name in issue.faults]
    return {
        "issue": issue,
        "progress": progress,
        "share": share,
        "faults": faults,
        "begins_at": dispatch.begins_at(issue) if issue.approved_at else None,
        "moving": issue.state in (State.APPROVED, State.SENDING),
        "may_approve": request.user.has_perm(APPROVES),
        "zone": reading.zone(),
    }


@drafts
def progress(request: HttpRequest, issue: Issue) -> HttpResponse:
    """The figures alone, for the script that renews them."""
    return render(request, "newsletters/admin/issue_progress.html", running(request, issue))


@require_POST
@approves
def run(request: HttpRequest, issue: Issue) -> HttpResponse:
    """Pause, resume, stop, back to the desk: whichever button was pressed."""
    do = request.POST.get("do", "")
    if do == "stop" and request.POST.get("sure") != "yes":
        context = running(request, issue)
        return render(request, "newsletters/admin/issue_stop.html", context)
    deeds: dict[str, Callable[[], bool]] = {
        "pause": lambda: bool(issue.batch and batches.pause(issue.batch)),
        "resume": lambda: bool(issue.batch and batches.resume(issue.batch)),
        "stop": lambda: dispatch.stop(issue, at=timezone.now()),
        "reopen": lambda: dispatch.reopen(issue),
    }
    if do in deeds and not deeds[do]():
        messages.error(request, _("That came too late: the issue has gone on meanwhile."))
    return back(issue)


def addresses() -> list[URLPattern]:
    return [
        path("issues/<int:pk>/desk/", desk, name="issue_desk"),
        path("issues/<int:pk>/save/", save, name="issue_save"),
        path("issues/<int:pk>/articles/", add, name="issue_add"),
        path("issues/<int:pk>/preview/", preview, name="issue_preview"),
        path("issues/<int:pk>/letter/", letter, name="issue_letter"),
        path("issues/<int:pk>/approve/", approve, name="issue_approve"),
        path("issues/<int:pk>/progress/", progress, name="issue_progress"),
        path("issues/<int:pk>/run/", run, name="issue_run"),
        path("issue-items/<int:pk>/move/", move, name="issue_move"),
    ]


def desk_url(issue: Issue) -> str:
    return reverse("issue_desk", args=[issue.pk])
