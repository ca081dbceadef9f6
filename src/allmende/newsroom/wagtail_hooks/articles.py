"""All articles in one list, with filters for an archive of a hundred thousand."""

from typing import Any

import django_filters
from django import forms
from django.db.models import IntegerField, Model, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.admin.widgets import AdminPageChooser
from wagtail.models import Revision, WorkflowState, get_default_page_content_type
from wagtail.snippets.widgets import AdminSnippetChooser

from allmende.newsroom import search
from allmende.newsroom.models import (
    Article,
    Author,
    Byline,
    Correction,
    DossierPage,
    SectionPage,
    Topic,
    Unready,
)
from allmende.newsroom.wagtail_hooks.home import sees_articles

# Who looks further than this filters; nobody turns a hundred pages.
COUNTED = 5_000
FOUND = 2_000
STATES = [
    ("live", _("live")),
    ("draft", _("not live")),
    ("unfinished", _("with unpublished changes")),
    ("scheduled", _("scheduled")),
    ("review", _("in review")),
    ("unready", _("unfinished: held back, or live from an import")),
    ("locked", _("locked")),
    ("binned", _("in the bin")),
]
YES_NO = [("true", _("Yes")), ("false", _("No"))]


def keys_of(rows: QuerySet) -> QuerySet:
    """Keys of the pages that rows of Wagtail's own tables are about."""
    about_pages = rows.filter(base_content_type=get_default_page_content_type())
    keys = about_pages.annotate(key=Cast("object_id", IntegerField()))
    return keys.order_by().values("key")


class StateFilter(django_filters.ChoiceFilter):
    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        match value:
            case "live":
                return qs.filter(live=True)
            case "draft":
                return qs.filter(live=False)
            case "unfinished":
                return qs.filter(has_unpublished_changes=True)
            case "scheduled":
                waiting = Revision.objects.filter(approved_go_live_at__isnull=False)
                return qs.filter(pk__in=keys_of(waiting))
            case "review":
                return qs.filter(pk__in=keys_of(WorkflowState.objects.active()))
            case "unready":
                return qs.filter(pk__in=Unready.objects.values("pk"))
            case "locked":
                return qs.filter(locked=True)
        return qs


def listed_under(query: Any) -> QuerySet[Article]:
    """What lies in the bin is listed where somebody asks for it, and nowhere else."""
    in_bin = query.get("state") == "binned"
    return Article.objects.filter(binned__isnull=not in_bin)


class HasFilter(django_filters.ChoiceFilter):
    """Yes or no to a condition that is asked of each article."""

    def __init__(self, condition: Q, **kwargs: Any) -> None:
        self.condition = condition
        super().__init__(choices=YES_NO, widget=forms.RadioSelect, empty_label=_("All"), **kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if value not in ("true", "false"):
            return qs
        return qs.filter(self.condition if value == "true" else ~self.condition)


class MineFilter(django_filters.ChoiceFilter):
    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return qs.filter(owner=self.parent.request.user) if value == "true" else qs


class ThroughFilter(django_filters.ModelChoiceFilter):
    """Articles that a row of another table ties to what was chosen."""

    def __init__(self, through: type[Model], names: tuple[str, str], **kwargs: Any) -> None:
        self.through, (self.article, self.chosen) = through, names
        super().__init__(**kwargs)

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        if value is None:
            return qs
        ties = self.through._default_manager.filter(**{self.chosen: value.pk})
        return qs.filter(pk__in=ties.order_by().values(self.article))


class SnippetChooser(AdminSnippetChooser):
    """A filter's value comes from an address, which people may write by hand."""

    def get_instance(self, value: Any) -> Any:
        return super().get_instance(value if str(value).isdecimal() else None)


class PageChooser(AdminPageChooser):
    def get_instance(self, value: Any) -> Any:
        return super().get_instance(value if str(value).isdecimal() else None)


class ArticleFilters(WagtailFilterSet):
    """Nothing here lists rows without bound: what may be many is chosen in a dialog of its own."""

    state = StateFilter(
        label=_("State"), choices=STATES, widget=forms.RadioSelect, empty_label=_("All")
    )
    section = django_filters.ModelMultipleChoiceFilter(
        label=pgettext_lazy("of the paper", "Section"),
        queryset=SectionPage.objects.order_by("place_in_menu", "title"),
        widget=forms.CheckboxSelectMultiple,
    )
    author = ThroughFilter(
        Byline,
        ("article_id", "author_id"),
        label=_("Author"),
        queryset=Author.objects.all(),
        widget=SnippetChooser(Author, show_edit_link=False),
    )
    topic = ThroughFilter(
        Article.topics.through,
        ("article_id", "topic_id"),
        label=_("Topic"),
        queryset=Topic.objects.all(),
        widget=SnippetChooser(Topic, show_edit_link=False),
    )
    dossier = django_filters.ModelChoiceFilter(
        label=_("Dossier"),
        queryset=DossierPage.objects.all(),
        widget=PageChooser(target_models=[DossierPage], show_edit_link=False),
    )
    first_published_at = django_filters.DateFromToRangeFilter(
        label=_("First published"), widget=DateRangePickerWidget
    )
    picture = HasFilter(Q(picture__isnull=False), label=_("With a lead picture"))
    corrected = HasFilter(
        Q(pk__in=Correction.objects.order_by().values("article")), label=_("With a correction")
    )
    mine = MineFilter(
        label=_("Only my own"),
        choices=YES_NO[:1],
        widget=forms.RadioSelect,
        empty_label=_("All"),
    )

    class Meta:
        model = Article
        fields: list[str] = []


class CountsSoFar(WagtailPaginator):
    """Counts no further than `COUNTED`: counting all would take longer than showing a page."""

    @cached_property
    def counted(self) -> int:
        if isinstance(self.object_list, QuerySet):
            keys = self.object_list.order_by().values_list("pk", flat=True)
            return len(keys[: COUNTED + 1])
        return int(self.object_list.count())

    @cached_property
    def count(self) -> int:
        return min(self.counted, COUNTED)

    @cached_property
    def items_count_label(self) -> str:
        if self.counted > COUNTED:
            return gettext("the first %(count)d articles; filter to see others") % {
                "count": COUNTED
            }
        return str(super().items_count_label)


def said(words: str, articles: QuerySet[Article]) -> QuerySet[Article]:
    """Those of `articles` that the staff's search finds, the newest `FOUND` at the most. The
    search is asked once; what it found is then counted, sorted and shown by key."""
    found = search.staff(words).order_by("-pk").values_list("pk", flat=True)
    return articles.filter(pk__in=list(found[:FOUND]))


class ArticleListing(IndexView):
    """Says of an article what an editor looks for: its section, and when readers first saw it."""

    paginator_class = CountsSoFar
    paginate_by = 30
    list_export = [
        "number",
        "title",
        "section.title",
        "locale.language_code",
        "live",
        "first_published_at",
        "latest_revision_created_at",
        "url",
    ]
    export_headings = {
        "number": _("Number"),
        "title": _("Headline"),
        "section.title": pgettext_lazy("of the paper", "Section"),
        "locale.language_code": _("Language"),
        "live": _("live"),
        "url": _("Address"),
    }
    base_columns = [
        *(column for column in IndexView.base_columns if column.name in ("bulk_actions", "title")),
        Column(
            "section",
            label=pgettext_lazy("of the paper", "Section"),
            accessor="section",
            width="14%",
        ),
        DateColumn(
            "first_published_at",
            label=_("First published"),
            sort_key="first_published_at",
            width="12%",
        ),
        *(
            column
            for column in IndexView.base_columns
            if column.name not in ("bulk_actions", "title", "parent")
        ),
    ]

    def get_base_queryset(self) -> QuerySet[Article]:
        """All articles hang in one place, so who may look into it sees them all: asking for each
        row whether it may be seen would read the whole table."""
        articles = (
            listed_under(self.request.GET)
            if sees_articles(self.request.user)
            else Article.objects.none()
        )
        return self.annotate_queryset(articles.prefetch_related("section"))

    def get_ordering(self) -> str:
        """What was found stands in the list's own order as well."""
        return super().get_ordering() or self.default_ordering

    def search_queryset(self, queryset: QuerySet[Article]) -> QuerySet[Article]:
        return said(self.search_query, queryset) if self.is_searching else queryset

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        """By date as the index has it; Wagtail's order of missing dates would sort every row."""
        if self.ordering == "-latest_revision_created_at":
            return queryset.order_by("-latest_revision_created_at")
        return super().order_queryset(queryset)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["model_opts"] = Article._meta  # its own bulk actions, not those of any page
        return context


class ArticleViewSet(PageListingViewSet):
    """All articles in one list, wherever they stand."""

    model = Article
    index_view_class = ArticleListing
    filterset_class = ArticleFilters
    icon = "doc-full"
    menu_label = _("Articles")
    menu_order = 110
    add_to_admin_menu = True
    export_filename = "articles"
