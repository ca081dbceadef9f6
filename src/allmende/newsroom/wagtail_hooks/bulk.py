"""Bulk actions on the list of articles: each says in numbers what it will do before it does it."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext, ngettext_lazy, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.snippets.widgets import AdminSnippetChooser

from allmende.newsroom import bulk, taking_back
from allmende.newsroom.bulk import Reason
from allmende.newsroom.models import Article, BulkChange, SectionPage, Topic
from allmende.newsroom.wagtail_hooks.articles import ArticleFilters, listed_under, said
from allmende.newsroom.wagtail_hooks.home import sees_articles

STAY = {
    Reason.REFUSED: ngettext_lazy(
        "%(count)d stays, because you may not do this to it:",
        "%(count)d stay, because you may not do this to them:",
        "count",
    ),
    Reason.LOCKED: ngettext_lazy(
        "%(count)d is locked or waits for its time, and stays:",
        "%(count)d are locked or wait for their time, and stay:",
        "count",
    ),
    Reason.UNREADY: ngettext_lazy(
        "%(count)d is not ready to be read, and stays. Open it to see what is missing:",
        "%(count)d are not ready to be read, and stay. Open them to see what is missing:",
        "count",
    ),
    Reason.FULL: ngettext_lazy(
        "%(count)d has as many topics and authors as it can have, and stays:",
        "%(count)d have as many topics and authors as they can have, and stay:",
        "count",
    ),
    Reason.SINCE: ngettext_lazy(
        "%(count)d was changed again since, and stays:",
        "%(count)d were changed again since, and stay:",
        "count",
    ),
    Reason.NOTHING: ngettext_lazy("%(count)d is so already:", "%(count)d are so already:", "count"),
}


def counted(text: Any, count: int) -> str:
    return str(text % {"count": count})


class Nothing(forms.Form):
    """No choice is to be made; the numbers are there at once."""

    def chosen(self) -> Any:
        return None


class Choice(forms.Form):
    """A choice decides what the deed does, so the numbers follow it: `seen` is the choice whose
    numbers were shown."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def chosen(self) -> Any:
        return self.cleaned_data["choice"]

    def is_seen(self) -> bool:
        return bool(self.cleaned_data["seen"] == str(self.chosen().pk))


class SectionForm(Choice):
    choice: forms.ModelChoiceField[SectionPage] = forms.ModelChoiceField(
        SectionPage.objects.order_by("place_in_menu", "title"),
        label=pgettext_lazy("of the paper", "Section"),
    )


class TopicForm(Choice):
    choice: forms.ModelChoiceField[Topic] = forms.ModelChoiceField(
        Topic.objects.all(), label=_("Topic"), widget=AdminSnippetChooser(Topic)
    )


class ArticleAction(BulkAction):
    """Says what will be done, does it, says what was done and offers the way back."""

    models = [Article]
    template_name = "newsroom/admin/bulk.html"
    form_class: type[forms.Form] = Nothing
    will: Any
    was: Any
    button: Any
    icon = "doc-full"
    way_back = ""
    next_url: str
    outcome: bulk.Outcome | None = None

    def deed(self, chosen: Any) -> bulk.Deed:
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not sees_articles(request.user):
            raise Http404
        if self.next_url == request.path:  # Wagtail's way when nobody says where to go back to
            self.next_url = reverse("articles:index")
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def keys(self) -> list[int]:
        """Keys of what was selected, one more than `MOST` at the most."""
        given = self.request.GET.getlist("id")
        if "all" in given:
            rows = self.listed(self.request.GET)
            return list(rows.order_by("-pk").values_list("pk", flat=True)[: bulk.MOST + 1])
        return sorted({int(key) for key in given if key.isdecimal()})

    def listed(self, query: QueryDict) -> Any:
        """What the list shows under its filters, on all its pages."""
        articles = listed_under(query)
        filters = ArticleFilters(query, articles, request=self.request)
        if not filters.is_valid():
            return articles.none()
        found = filters.qs
        if words := query.get("q", "").strip():
            return said(words, found)
        return found

    @cached_property
    def articles(self) -> list[Article]:
        rows = Article.objects.in_bulk(self.keys)
        if not rows:
            raise Http404
        return [rows[key] for key in self.keys if key in rows]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super(BulkAction, self).get_context_data(**kwargs)
        context |= {
            "title": self.display_name,
            "icon": self.icon,
            "next": self.next_url,
            "submit_url": f"{self.request.path}?{self.request.META['QUERY_STRING']}",
            "button": self.button,
            "serious": "serious" in self.classes,
            "most": bulk.MOST,
        }
        if len(self.keys) > bulk.MOST:
            return context | {"too_many": True}
        if self.outcome is None and self.form_class is Nothing:
            self.outcome = self.rehearse(self.deed(None))
        return context | self.said()

    def said(self) -> dict[str, Any]:
        if self.outcome is None:
            return {"articles": self.articles}
        found = self.outcome
        staying = [
            (counted(STAY[reason], len(rows)), rows) for reason, rows in found.staying.items()
        ]
        return {
            "outcome": found,
            "will": counted(self.will, len(found.articles)) if found.articles else "",
            "pages": pages_said(found.pages, done=False),
            "staying": staying,
        }

    def form_valid(self, form: Any) -> HttpResponse:
        if len(self.keys) > bulk.MOST:
            return self.render_to_response(self.get_context_data(form=form))
        chosen = form.chosen()
        deed = self.deed(chosen)
        if isinstance(form, Choice) and not form.is_seen():
            self.outcome = self.rehearse(deed)
            again = self.form_class(initial={"choice": chosen, "seen": chosen.pk})
            return self.render_to_response(self.get_context_data(form=again))
        self.report(self.perform(deed))
        return redirect(self.next_url)

    def rehearse(self, deed: bulk.Deed) -> bulk.Outcome:
        return bulk.rehearse(deed, self.articles, by=self.request.user, at=timezone.now())

    def perform(self, deed: bulk.Deed) -> bulk.Outcome:
        return bulk.perform(deed, self.articles, by=self.request.user, at=timezone.now())

    def report(self, outcome: bulk.Outcome) -> None:
        stayed = sum(len(rows) for rows in outcome.staying.values())
        sentences = []
        if outcome.articles:
            sentences.append(counted(self.was, len(outcome.articles)))
            sentences.append(pages_said(outcome.pages, done=True))
        if stayed:
            sentences.append(
                ngettext("%(count)d stayed as it was.", "%(count)d stayed as they were.", stayed)
                % {"count": stayed}
            )
        tell = messages.success if outcome.articles else messages.warning
        tell(self.request, " ".join(sentences), buttons=self.undo(outcome))

    def undo(self, outcome: bulk.Outcome) -> list[Any]:
        query = QueryDict(mutable=True)
        query["next"] = self.next_url
        if outcome.change:
            address = reverse("articles_undo", args=[outcome.change.pk])
        elif self.way_back and outcome.articles:
            query.setlist("id", [str(article.pk) for article in outcome.articles])
            address = reverse("wagtail_bulk_action", args=["newsroom", "article", self.way_back])
        else:
            return []
        return [messages.button(f"{address}?{query.urlencode()}", gettext("Undo"))]


def pages_said(count: int, *, done: bool) -> str:
    if done:
        said = ngettext(
            "%(count)d page is being renewed.", "%(count)d pages are being renewed.", count
        )
    else:
        said = ngettext(
            "%(count)d page will be renewed.", "%(count)d pages will be renewed.", count
        )
    return said % {"count": count}


@hooks.register("register_bulk_action")
class Publish(ArticleAction):
    display_name = _("Publish")
    action_type = "publish"
    aria_label = _("Publish the selected articles")
    action_priority = 10
    will = ngettext_lazy(
        "%(count)d article will be published.", "%(count)d articles will be published.", "count"
    )
    was = ngettext_lazy("%(count)d article published.", "%(count)d articles published.", "count")
    button = _("Publish now")
    icon = "upload"
    way_back = "unpublish"

    def deed(self, chosen: Any) -> bulk.Deed:
        return bulk.publish()


@hooks.register("register_bulk_action")
class Withdraw(ArticleAction):
    display_name = _("Unpublish")
    action_type = "unpublish"
    aria_label = _("Unpublish the selected articles")
    action_priority = 20
    will = ngettext_lazy(
        "%(count)d article will be taken from readers.",
        "%(count)d articles will be taken from readers.",
        "count",
    )
    was = ngettext_lazy(
        "%(count)d article taken from readers.", "%(count)d articles taken from readers.", "count"
    )
    button = _("Unpublish now")
    icon = "download"
    way_back = "publish"

    def deed(self, chosen: Any) -> bulk.Deed:
        return bulk.withdraw()


@hooks.register("register_bulk_action")
class Refile(ArticleAction):
    display_name = _("Move to a section")
    action_type = "refile"
    aria_label = _("Move the selected articles to a section")
    action_priority = 30
    form_class = SectionForm
    will = ngettext_lazy("%(count)d article will move.", "%(count)d articles will move.", "count")
    was = ngettext_lazy("%(count)d article moved.", "%(count)d articles moved.", "count")
    button = _("Move now")
    icon = "folder-open-inverse"

    def deed(self, chosen: Any) -> bulk.Deed:
        return bulk.refile(chosen)


@hooks.register("register_bulk_action")
class AddTopic(ArticleAction):
    display_name = _("Add a topic")
    action_type = "add_topic"
    aria_label = _("Add a topic to the selected articles")
    action_priority = 40
    form_class = TopicForm
    will = ngettext_lazy(
        "%(count)d article will get the topic.", "%(count)d articles will get the topic.", "count"
    )
    was = ngettext_lazy(
        "%(count)d article got the topic.", "%(count)d articles got the topic.", "count"
    )
    button = _("Add now")
    icon = "tag"

    def deed(self, chosen: Any) -> bulk.Deed:
        return bulk.add_topic(chosen)


@hooks.register("register_bulk_action")
class Remove(ArticleAction):
    display_name = _("Delete")
    action_type = "delete"
    aria_label = _("Delete the selected articles")
    action_priority = 50
    classes = {"serious"}
    will = ngettext_lazy(
        "%(count)d article will be put into the bin, and deleted for good after thirty days.",
        "%(count)d articles will be put into the bin, and deleted for good after thirty days.",
        "count",
    )
    was = ngettext_lazy(
        "%(count)d article put into the bin.", "%(count)d articles put into the bin.", "count"
    )
    button = _("Put into the bin")
    icon = "bin"

    def deed(self, chosen: Any) -> bulk.Deed:
        return bulk.remove(at=timezone.now())


@hooks.register("register_bulk_action")
class PutBack(ArticleAction):
    display_name = _("Put back from the bin")
    action_type = "put_back"
    aria_label = _("Put the selected articles back from the bin")
    action_priority = 60
    will = ngettext_lazy(
        "%(count)d article will be put back as it was.",
        "%(count)d articles will be put back as they were.",
        "count",
    )
    was = ngettext_lazy("%(count)d article put back.", "%(count)d articles put back.", "count")
    button = _("Put back now")
    icon = "undo"

    def deed(self, chosen: Any) -> bulk.Deed:
        return taking_back.put_back()


class Undo(ArticleAction):
    """Takes back what an action did to many: no action of the list's own, it has an address."""

    display_name = _("Take back")
    action_type = "undo"
    aria_label = display_name
    will = ngettext_lazy(
        "%(count)d article will be as it was.", "%(count)d articles will be as they were.", "count"
    )
    was = ngettext_lazy(
        "%(count)d article is as it was.", "%(count)d articles are as they were.", "count"
    )
    button = _("Take it back")
    icon = "undo"
    change: BulkChange

    @cached_property
    def articles(self) -> list[Article]:
        return taking_back.articles_of(self.change)

    @cached_property
    def keys(self) -> list[int]:
        return [article.pk for article in self.articles]

    def deed(self, chosen: Any) -> bulk.Deed:
        return taking_back.deed(self.change)

    def perform(self, deed: bulk.Deed) -> bulk.Outcome:
        return taking_back.take_back(self.change, by=self.request.user, at=timezone.now())


def undo(request: HttpRequest, pk: int) -> HttpResponse:
    action = Undo(request, Article)
    action.change = get_object_or_404(BulkChange, pk=pk, taken_back_at=None)
    return action.dispatch(request)


@hooks.register("register_admin_urls")
def undo_address() -> list[URLPattern]:
    return [path("articles/undo/<int:pk>/", undo, name="articles_undo")]
