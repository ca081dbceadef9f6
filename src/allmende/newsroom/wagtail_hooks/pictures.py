"""The picture library: whose a picture is, how long it may be shown, and where it stands."""

import datetime as dt
from typing import Any

import django_filters
from django import forms
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import BaseColumn, DateColumn
from wagtail.images.views import images
from wagtail.models import ReferenceIndex
from wagtail.search.backends import get_search_backend

from allmende.newsroom import reading, rights
from allmende.newsroom.models import Picture
from allmende.newsroom.models.blocks import missing_words
from allmende.newsroom.wagtail_hooks.articles import FOUND, CountsSoFar

# Of a picture that stands in more places than these only their number is said.
NAMED = 3


def today() -> dt.date:
    return timezone.localdate(timezone=reading.zone())


class StateFilter(django_filters.ChoiceFilter):
    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        match value:
            case "uncredited":
                return qs.filter(rights.without_credit())
            case "wordless":
                return qs.filter(description="")
            case "soon":
                return qs.filter(expires_on__gte=today(), expires_on__lte=today() + rights.AHEAD)
            case "expired":
                return qs.filter(expires_on__lt=today())
            case "unused":
                uses = ReferenceIndex.objects.filter(
                    to_content_type=ReferenceIndex._get_base_content_type(Picture),
                    to_object_id=Cast(OuterRef("pk"), CharField()),
                )
                return qs.filter(~Exists(uses))
        return qs


class PictureFilters(images.ImagesFilterSet):
    # Counting the uses of each picture reads the whole library.
    usage_count = None
    state = StateFilter(
        label=_("State"),
        choices=[
            ("uncredited", _("without a credit")),
            ("wordless", _("without an alternative text")),
            ("soon", _("expiring soon")),
            ("expired", _("expired")),
            ("unused", _("unused")),
        ],
        widget=forms.RadioSelect,
        empty_label=_("All"),
    )

    class Meta(images.ImagesFilterSet.Meta):
        model = Picture


class RightsColumn(BaseColumn):
    cell_template_name = "newsroom/admin/picture_rights_cell.html"


class PlacesColumn(BaseColumn):
    cell_template_name = "newsroom/admin/picture_places_cell.html"


class PictureListing(images.IndexView):
    """Wagtail's library with what an editor must know before using a picture."""

    ORDERING_OPTIONS = {
        key: label
        for key, label in images.IndexView.ORDERING_OPTIONS.items()
        if "usage_count" not in key
    } | {"expires_on": _("Last day: (soonest first)")}
    filterset_class = PictureFilters
    paginator_class = CountsSoFar
    results_template_name = "newsroom/admin/pictures.html"

    @cached_property
    def columns(self) -> list[Any]:
        columns = super().columns
        if not columns:
            return []
        kept = [column for column in columns if column.name in ("bulk_actions", "preview", "title")]
        return [
            *kept,
            RightsColumn("rights", label=gettext("Rights"), sort_key="expires_on", width="28%"),
            PlacesColumn(
                "places", label=gettext("Used in"), classname="picture-places", width="22%"
            ),
            DateColumn(
                "created_at",
                label=gettext("Created"),
                sort_key="created_at",
                classname="picture-created",
                width="10%",
            ),
        ]

    def order_queryset(self, queryset: QuerySet[Picture]) -> QuerySet[Picture]:
        if self.ordering == "expires_on":
            return queryset.order_by(F("expires_on").asc(nulls_last=True), "-pk")
        return super().order_queryset(queryset)

    def search_queryset(self, queryset: QuerySet[Picture]) -> QuerySet[Picture]:
        """By title, tags and credit. Wagtail's search knows no credit and none of the filters, and
        its index follows a moment later, so it is asked apart."""
        if not self.is_searching:
            return queryset
        words = self.search_query
        found = get_search_backend().autocomplete(words, Picture.objects.only("pk"))
        keys = [picture.pk for picture in found[:FOUND]]
        typed = Q(title__icontains=words) | Q(credit__icontains=words)
        return queryset.filter(Q(pk__in=keys) | typed)

    def decorate_paginated_queryset(self, object_list: Any) -> Any:
        pictures = super().decorate_paginated_queryset(object_list)
        few = [row.pk for row in pictures if 0 < row.usage_count <= NAMED]
        places = rights.articles_with(few)
        for picture in pictures:
            picture.lacks = missing_words(picture)
            picture.articles = places.get(picture.pk, [])
            picture.is_over = bool(picture.expires_on and picture.expires_on < today())
            picture.ends_soon = bool(
                picture.expires_on and today() <= picture.expires_on <= today() + rights.AHEAD
            )
        return pictures


@hooks.register("register_admin_urls", order=-1)
def library_addresses() -> list[URLPattern]:
    """Before Wagtail's own, at their place and under their names."""
    return [
        path("images/", PictureListing.as_view()),
        path("images/results/", PictureListing.as_view(results_only=True)),
    ]
