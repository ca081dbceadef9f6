"""The public page of an issue, baked: what was sent, without what was personal."""

from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from allmende.newsletters import addressing, archive, contents
from allmende.newsletters.models.issues import NAME
from allmende.newsroom import heads
from allmende.newsroom.views import page, valid_date


@require_safe
def issue(request: HttpRequest, slug: str, date: str) -> HttpResponse:
    rows = archive.public().select_related("newsletter", "edition")
    day = valid_date(*date.split("-"))
    found = get_object_or_404(rows, newsletter=addressing.at(slug), date=day)
    if found.newsletter.slug != slug:
        return HttpResponsePermanentRedirect(found.url)
    head = partial(heads.of_words, found.url, found.subject, found.preheader)
    context = {
        "issue": found,
        "newsletter": found.newsletter,
        "greeting": found.greeting.replace(NAME, ""),
        "parts": partial(contents.parts, found, public=True),  # in the language of the page
    }
    language = found.newsletter.language
    return page(request, "newsletters/issue.html", context, head=head, language=language)
