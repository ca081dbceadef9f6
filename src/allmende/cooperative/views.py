"""Baked pages: what membership is, and the statute in every version."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allmende.cooperative import showing, statute, wording
from allmende.cooperative.models import Question
from allmende.paper.pages import Head, page


@require_safe
def about(request: HttpRequest, language: str) -> HttpResponse:
    """What a share is, what it costs, which rights it brings, and how one leaves."""
    row = showing.shown()
    if row is None or row.law is None:
        raise Http404
    others = [(code, path) for code, path in showing.PATHS.items() if code != language]
    with translation.override(language):
        head = Head(
            showing.PATHS[language],
            _("The cooperative"),
            _("What a share costs, which rights it brings, and how to join."),
            showing.PATHS,
        )
        context = {
            "head": head,
            "others": others,
            "row": row,
            "law": row.law,
            "heading": row.words("heading", language),
            "intro": row.words("intro", language),
            "rights": row.words("rights", language),
            "groups": [(one, one.name(language)) for one in row.law.groups.all()],
            "notice": wording.span(row.law.notice_months),
            "versions": statute.published(),
            "questions": Question.objects.filter(language=language),
            "join": f"/beitreten/?sprache={language}",
        }
        return page(request, "cooperative/about.html", context, language=language)


@require_safe
def document(request: HttpRequest, number: int) -> HttpResponse:
    """The statute's own document, as it was agreed to."""
    law = statute.published().select_related("document").filter(number=number).first()
    if law is None:
        raise Http404
    return HttpResponse(bytes(law.document.content), content_type="application/pdf")
