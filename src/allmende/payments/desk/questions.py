"""What a person has to look at: one list, which should be empty."""

import re

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from allmende.payments import questions
from allmende.payments.desk.rights import ANSWER, SEE, allowed, by, paged
from allmende.payments.models import Question

LONGEST = 300
PAYMENT = re.compile(r"\battempt (\d+)")


@require_safe
@allowed(SEE)
def shown(request: HttpRequest) -> HttpResponse:
    answered = "beantwortet" in request.GET
    rows = Question.objects.filter(answered_at__isnull=not answered)
    rows = rows.select_related("item__pledge", "answered_by")
    rows = rows.order_by("-answered_at" if answered else "asked_at", "pk")
    page = paged(request, rows)
    context = {
        "shown": page,
        "lines": [(row, payment_of(row)) for row in page],
        "answered": answered,
        "may_answer": request.user.has_perm(ANSWER),
    }
    return render(request, "payments/admin/questions.html", context)


def payment_of(question: Question) -> int | None:
    """The payment that it is about, where somebody can decide over it."""
    found = PAYMENT.search(question.detail)
    return int(found[1]) if found else None


@require_POST
@allowed(ANSWER)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """What was done about it is kept beside the question."""
    question = get_object_or_404(Question, pk=pk)
    reply = request.POST.get("reply", "").strip()[:LONGEST]
    if not reply:
        messages.error(request, _("Please write what was done about it."))
    elif questions.answer(question, reply=reply, by=by(request), at=timezone.now()):
        messages.success(request, _("Answered."))
    else:
        messages.warning(request, _("Somebody else has answered in the meantime."))
    return redirect("payments_questions")


PATHS = [
    path("geld/", shown, name="payments_questions"),
    path("geld/fragen/<int:pk>/", answer, name="payments_answer"),
]
