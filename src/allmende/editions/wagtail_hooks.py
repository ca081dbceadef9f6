"""Staff screens of editions in Wagtail's admin."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.templatetags.static import static
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from allmende.editions import desk
from allmende.editions.models import Edition


def desk_url(edition: Edition) -> str:
    return reverse("edition_desk", args=[edition.pk])


class CreateEdition(generic.CreateView):
    def get_success_url(self) -> str:
        """What is made wants articles."""
        return desk_url(self.object)


class EditEdition(generic.EditView):
    def get_success_url(self) -> str:
        return desk_url(self.object)


class EditionViewSet(ModelViewSet):
    model = Edition
    icon = "list-ul"
    menu_label = _("Editions")
    menu_order = 115
    add_to_admin_menu = True
    add_view_class = CreateEdition
    edit_view_class = EditEdition
    search_fields = ["name"]
    list_display = [
        TitleColumn("name", label=_("Edition"), get_url=desk_url),
        DateColumn("date", label=_("Day"), sort_key="date"),
        Column("articles", label=_("Articles")),
        BooleanColumn("public", label=_("Shown to readers")),
    ]
    panels = [FieldPanel("date"), FieldPanel("name"), FieldPanel("intro")]

    def get_index_view_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_index_view_kwargs()
        return kwargs | {"queryset": counted()}


def counted() -> QuerySet[Edition]:
    inside = Count("lines", filter=Q(lines__article__isnull=False))
    return Edition.objects.annotate(articles=inside)


@hooks.register("register_admin_viewset")
def editions() -> EditionViewSet:
    return EditionViewSet("editions")


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return desk.addresses()


@hooks.register("insert_global_admin_css")
def style() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("editions/desk.css"))
