"""Staff screens of the newsroom in Wagtail's admin."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from allmende.newsroom.models import Article, Author, Topic


class ArticleViewSet(PageListingViewSet):
    """All articles in one list, wherever they stand."""

    model = Article
    icon = "doc-full"
    menu_label = _("Articles")
    menu_order = 110
    add_to_admin_menu = True
    list_filter = ["section", "live", "first_published_at", "owner"]


class AuthorViewSet(SnippetViewSet):
    model = Author
    icon = "user"
    menu_label = _("Authors")
    list_display = [
        "name",
        Column("kind", label=_("Kind"), accessor="get_kind_display"),
        "role",
    ]
    list_filter = ["kind"]
    search_fields = ["name"]
    panels = [
        FieldPanel("name"),
        FieldPanel("slug"),
        FieldPanel("kind"),
        FieldPanel("role"),
        FieldPanel("bio"),
        FieldPanel("email"),
        FieldPanel("picture"),
        FieldPanel("person"),
    ]


class TopicViewSet(SnippetViewSet):
    model = Topic
    icon = "tag"
    menu_label = _("Topics")
    list_display = ["name", "slug"]
    search_fields = ["name"]
    panels = [FieldPanel("name"), FieldPanel("slug"), FieldPanel("description")]


class NewsroomGroup(SnippetViewSetGroup):
    items = (AuthorViewSet, TopicViewSet)
    menu_label = _("Newsroom")
    menu_icon = "group"
    menu_order = 120


register_snippet(NewsroomGroup)


@hooks.register("register_admin_viewset")
def article_listing() -> ArticleViewSet:
    return ArticleViewSet("articles")


@hooks.register("construct_main_menu")
def hide_help(request: HttpRequest, menu_items: list[Any]) -> None:
    """Wagtail's own help leads to other hosts."""
    menu_items[:] = [item for item in menu_items if item.name != "help"]
