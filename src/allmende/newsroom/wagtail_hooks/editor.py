"""What stands beside the text while it is written: warnings, counts of characters, and once it is
published when readers have it."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET
from draftjs_exporter.dom import DOM
from wagtail import hooks
from wagtail.admin.rich_text.converters.contentstate import link_entity
from wagtail.admin.rich_text.converters.html_to_contentstate import LinkElementHandler
from wagtail.rich_text.feature_registry import FeatureRegistry

from allmende.bakery import renewals
from allmende.newsroom import cautions, reading
from allmende.newsroom.downloads import DownloadLink
from allmende.newsroom.models import Article, Picture
from allmende.newsroom.picture_links import PictureLink
from allmende.newsroom.wagtail_hooks.home import sees_articles

SCRIPTS = ("newsroom/counts.js", "newsroom/cautions.js", "newsroom/out.js")
LATELY = dt.timedelta(hours=1)
LONGEST = 255


def key(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 18 else None


@require_GET
def article_cautions(request: HttpRequest) -> HttpResponse:
    """A piece of HTML about the text as it stands in the editor; empty when all is well."""
    if not sees_articles(request.user):
        raise PermissionDenied
    zone = reading.zone()
    chosen = [key(typed) for typed in request.GET.getlist("picture")]
    found = cautions.of(
        request.GET.get("headline", "")[:LONGEST],
        locale=key(request.GET.get("locale", "")),
        article=key(request.GET.get("article", "")),
        pictures=dict.fromkeys(picture for picture in chosen if picture is not None),
        on=timezone.localdate(timezone=zone),
    )
    context = {"found": found, "zone": zone, "twins_at_most": cautions.TWINS}
    return render(request, "newsroom/admin/cautions.html", context)


@require_GET
def article_out(request: HttpRequest, pk: int) -> HttpResponse:
    """A piece of HTML about what a late publication has renewed; empty for older ones."""
    if not sees_articles(request.user):
        raise PermissionDenied
    article = get_object_or_404(Article.objects.live(), pk=pk)
    since = article.last_published_at
    context: dict[str, Any] = {"article": article, "zone": reading.zone()}
    if since and timezone.now() - since < LATELY:
        found = renewals.renewal(article.ingredient, path=article.url, since=since)
        context["renewal"] = found
        context["after"] = (found.out_at - since).total_seconds() if found.out_at else None
    return render(request, "newsroom/admin/out.html", context)


@hooks.register("register_admin_urls")
def editor_addresses() -> list[URLPattern]:
    return [
        path("article-cautions/", article_cautions, name="article_cautions"),
        path("article-out/<int:pk>/", article_out, name="article_out"),
    ]


@hooks.register("insert_editor_js")
def editor_scripts() -> SafeString:
    return format_html_join(
        "", '<script src="{}" defer></script>', ((static(name),) for name in SCRIPTS)
    )


@hooks.register("register_rich_text_features", order=10)  # after Wagtail's own of this name
def link_to_public_copies(features: FeatureRegistry) -> None:
    features.register_link_type(DownloadLink)
    features.register_link_type(PictureLink)
    # Asked for by name, the registry would gather all features once more, and so on.
    rule = features.converter_rules_by_converter["contentstate"]["link"]
    rule["from_database_format"]['a[linktype="picture"]'] = KeptPictureLink("LINK")
    rule["to_database_format"]["entity_decorators"]["LINK"] = written_link


class KeptPictureLink(LinkElementHandler):
    """In the editor a link to a picture looks like any other, and stays what it is."""

    def get_attribute_data(self, attrs: dict[str, str]) -> dict[str, Any]:
        key = attrs.get("id", "")
        picture = Picture.objects.filter(pk=key).first() if key.isdecimal() else None
        return {"picture": key, "url": picture.file.url if picture else None}


def written_link(props: dict[str, Any]) -> Any:
    if key := props.get("picture"):
        return DOM.create_element("a", {"linktype": "picture", "id": key}, props["children"])
    return link_entity(props)
