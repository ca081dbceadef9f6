"""What machines read: feeds, sitemaps, robots.txt and its like. Rendered for nobody in particular,
like every public page."""

import datetime as dt
import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation

from allmende.newsroom import feed_formats, feeds, heads, icons, reading, sitemaps
from allmende.newsroom.translation import NAMES
from allmende.newsroom.views import page
from allmende.paper.contrast import LIGHT_PAGE

XML = "application/xml; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
# RFC 9116 recommends less than a year; forty weeks lie well within it, and whoever finds a paper
# whose worker has stood still that long had better not trust the address.
EXPIRES = dt.timedelta(weeks=40)
# Those that gather texts to train machines with, by the names that their owners publish.
COLLECTORS = (
    "AI2Bot",
    "Amazonbot",
    "anthropic-ai",
    "Applebot-Extended",
    "Bytespider",
    "CCBot",
    "ClaudeBot",
    "cohere-ai",
    "Diffbot",
    "FacebookBot",
    "Google-Extended",
    "GPTBot",
    "Meta-ExternalAgent",
    "Omgilibot",
    "Timpibot",
    "Webzio-Extended",
)


def feed(request: HttpRequest, ending: str, kind: str = "", slug: str = "") -> HttpResponse:
    """The newest of a listing with their corrections. Updated when an article was, never "now"."""
    found = feeds.find(kind, slug)
    if found is None:
        raise Http404
    with (
        translation.override(found.language.split("-")[0]),
        timezone.override(reading.paper().time_zone_info),
    ):
        text = feed_formats.written(found, feeds.entries(found.listing), ending)
    return HttpResponse(text, content_type=feed_formats.CONTENT_TYPES[ending])


def feeds_page(request: HttpRequest) -> HttpResponse:
    """Feeds, for people; those of topics, authors and dossiers stand on their own pages."""
    context = {
        "site_feed": feeds.of_site(),
        "section_feeds": [(row.title, feeds.of_row(row)) for row in reading.sections()],
        "language_feeds": [
            (code, NAMES[code], feeds.of_language(code)) for code in reading.other_languages()
        ],
    }
    return page(request, "newsroom/feeds.html", context, head=heads.of_feeds)


def sitemap(request: HttpRequest) -> HttpResponse:
    return HttpResponse(sitemaps.index(), content_type=XML)


def sitemap_part(request: HttpRequest, kind: str, number: str) -> HttpResponse:
    found = sitemaps.part(kind, int(number))
    if found is None:
        raise Http404
    return HttpResponse(found, content_type=XML)


def sitemap_pages(request: HttpRequest) -> HttpResponse:
    return HttpResponse(sitemaps.pages(), content_type=XML)


def sitemap_news(request: HttpRequest) -> HttpResponse:
    """Reads the hour, which is an ingredient: the schedule orders the page when it has passed."""
    return HttpResponse(sitemaps.news(at=timezone.now()), content_type=XML)


def robots(request: HttpRequest) -> HttpResponse:
    """RFC 9309: the staff's rooms are nobody's business; who trains machines asks the paper."""
    lines = ["User-agent: *", "Disallow: /redaktion/", "Disallow: /konto/", ""]
    if not reading.paper().text_mining_allowed:
        lines += [*(f"User-agent: {name}" for name in COLLECTORS), "Disallow: /", ""]
    lines += [f"Sitemap: {settings.PAPER_URL}/sitemap{end}.xml" for end in ("", "-news")]
    return HttpResponse("\n".join([*lines, ""]), content_type=TEXT)


def security(request: HttpRequest) -> HttpResponse:
    """RFC 9116: where to report a hole. Renewed every week, so that it holds for 39 at least."""
    paper = reading.paper()
    until = (reading.week_of(timezone.now()) + EXPIRES).astimezone(dt.UTC)
    if not paper.email:
        raise Http404
    lines = [
        f"Contact: mailto:{paper.email}",
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {paper.language}, en",
        f"Canonical: {settings.PAPER_URL}/.well-known/security.txt",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type=TEXT)


def manifest(request: HttpRequest) -> HttpResponse:
    """What a telephone is told that keeps the paper on its home screen."""
    paper = reading.paper()
    sizes = [
        {
            "src": f"/icon-{size}.png",
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    said = {
        "id": "/",
        "name": paper.name,
        "short_name": paper.name,
        "description": paper.claim,
        "lang": paper.language,
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "background_color": LIGHT_PAGE,
        "theme_color": LIGHT_PAGE,
        "icons": sizes,
    }
    content = json.dumps(said, ensure_ascii=False, indent=1)
    return HttpResponse(content, content_type="application/manifest+json; charset=utf-8")


def icon(request: HttpRequest, size: str = "180") -> HttpResponse:
    """Without a size: the one that Apple's telephones ask for."""
    return HttpResponse(icons.png(reading.paper(), int(size)), content_type="image/png")


def favicon(request: HttpRequest) -> HttpResponse:
    """For browsers that take no drawing, and for all who ask without having read the page."""
    return HttpResponse(icons.ico(reading.paper()), content_type="image/vnd.microsoft.icon")
