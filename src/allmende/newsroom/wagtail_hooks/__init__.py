"""Staff screens of the newsroom in Wagtail's admin."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from allmende.newsroom import ticker_desk, translation, views
from allmende.newsroom.models import Article, Author, MovedAddress, Page, Topic
from allmende.newsroom.wagtail_hooks import bulk, editor, failures, home, pictures  # noqa: F401  they register
from allmende.newsroom.wagtail_hooks.articles import ArticleViewSet
from allmende.people.models import Person


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


class MovedAddressViewSet(SnippetViewSet):
    """Where addresses of an older system lead; an import fills it."""

    model = MovedAddress
    icon = "redirect"
    menu_label = _("Old addresses")
    list_display = ["path", Column("target", label=_("Leads to"), accessor="target")]
    search_fields = ["path", "link"]
    panels = [FieldPanel(name) for name in ("path", "page", "topic", "author", "link")]

    def get_queryset(self, request: HttpRequest) -> QuerySet[MovedAddress]:
        return MovedAddress.objects.select_related("page", "topic", "author")


class NewsroomGroup(SnippetViewSetGroup):
    items = (AuthorViewSet, TopicViewSet, MovedAddressViewSet)
    menu_label = _("Newsroom")
    menu_icon = "group"
    menu_order = 120


register_snippet(NewsroomGroup)


@hooks.register("register_admin_viewset")
def article_listing() -> ArticleViewSet:
    return ArticleViewSet("articles")


@hooks.register("register_admin_urls")
def translate_address() -> list[URLPattern]:
    return [path("articles/<int:pk>/translate/<slug:code>/", views.translate, name="translate")]


@hooks.register("register_page_header_buttons")
def translate_buttons(page: Page, user: Person, view_name: str, next_url: str | None = None) -> Any:
    if not isinstance(page, Article) or page.pk is None:
        return
    for priority, code in enumerate(translation.missing_languages(page), 70):
        yield Button(
            gettext("Version in %(language)s") % {"language": translation.name_for_staff(code)},
            reverse("translate", args=[page.pk, code]),
            icon_name="globe",
            priority=priority,
        )


@hooks.register("register_admin_urls")
def ticker_addresses() -> list[URLPattern]:
    return ticker_desk.addresses()


@hooks.register("register_page_header_buttons")
def ticker_button(page: Page, user: Person, view_name: str, next_url: str | None = None) -> Any:
    if not isinstance(page, Article) or page.pk is None:
        return
    if page.permissions_for_user(user).can_publish():
        label = pgettext("of an event", "Ticker")
        yield Button(label, ticker_desk.desk_url(page), icon_name="time", priority=60)


@hooks.register("construct_main_menu")
def hide_help(request: HttpRequest, menu_items: list[Any]) -> None:
    """Wagtail's own help leads to other hosts."""
    menu_items[:] = [item for item in menu_items if item.name != "help"]


@hooks.register("insert_global_admin_css")
def desk_style() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("newsroom/desk.css"))
