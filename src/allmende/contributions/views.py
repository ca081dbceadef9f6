"""Pages around giving: campaigns, accounts, the box's switch, reminders. None sets a cookie."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from allmende.bakery.ingredients import read
from allmende.contributions import accounts as public_accounts
from allmende.contributions import links, remembering, showing
from allmende.contributions.answering import refused, told
from allmende.contributions.forms import ReminderForm
from allmende.contributions.models import Campaign, PublicAccounts, Reminder
from allmende.lib.signing import Expired, Refused
from allmende.paper import identity
from allmende.paper.pages import Head, language_of, page
from allmende.people.public_forms import public

State = Reminder.State


@require_safe
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    """The page of one campaign, baked."""
    found = Campaign.objects.filter(slug=slug).first()
    if found is None or not found.is_public:
        raise Http404
    read(found.ingredient)
    head = Head(found.url, found.title, found.lead)
    context = {"campaign": found, "head": head}
    return page(request, "contributions/campaign.html", context, language=found.language)


@require_safe
def accounts(request: HttpRequest, language: str) -> HttpResponse:
    """The page of public accounts in one of its languages, baked."""
    read(PublicAccounts.INGREDIENT)
    row = PublicAccounts.objects.filter(is_public=True).first()
    if row is None:
        raise Http404
    others = [(code, path) for code, path in showing.ACCOUNTS.items() if code != language]
    with translation.override(language):
        told = _("Open books"), _("What comes in, told openly.")
        head = Head(showing.ACCOUNTS[language], *told, showing.ACCOUNTS)
        context = {"head": head, "others": others, "spoken": language}
        context |= public_accounts.page_of(row, language=language)
    return page(request, "contributions/accounts.html", context, language=language)


@public
@require_safe
def hints(request: HttpRequest) -> HttpResponse:
    """Where supporters switch the boxes off, on their device."""
    return page(request, "contributions/hints.html", {}, language=language_of(request))


@public
@require_http_methods(["GET", "HEAD", "POST"])
def ask_reminder(request: HttpRequest) -> HttpResponse:
    """Says the same for every address; what is true stands in the mail."""
    paper = identity.paper()
    language = language_of(request) or paper.language
    months = remembering.months(on=timezone.localdate(timezone=paper.time_zone_info))
    if request.method != "POST":
        return reminder_page(request, ReminderForm(months=months), language=language)
    if answer := refused(request):
        return answer
    form = ReminderForm(request.POST, months=months)
    if not form.is_valid():
        return reminder_page(request, form, language=language, status=422)
    email, month = form.cleaned_data["email"], form.cleaned_data["month"]
    remembering.ask(email, month=month, language=language, at=timezone.now())
    return told(request, "reminder asked", language=language, email=email)


def reminder_page(
    request: HttpRequest, form: ReminderForm, *, language: str, status: int = 200
) -> HttpResponse:
    template = "contributions/reminder.html"
    return page(request, template, {"form": form}, language=language, status=status)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_reminder(request: HttpRequest, token: str) -> HttpResponse:
    """The button behind the mailed link. Pressed twice, it says that all is done."""
    now = timezone.now()
    try:
        found = links.reminder_from(token, purpose="remind", at=now, longest=links.REMIND)
    except Expired:
        return told(request, "broken", status=410)
    except Refused:
        return told(request, "broken", status=404)
    language = found.person.language
    if request.method == "POST":
        if answer := refused(request):
            return answer
        remembering.confirm(found, at=now)
        found.refresh_from_db()
    if found.state == State.ASKED:
        context = {"reminder": found, "deed": "confirm"}
        return page(request, "contributions/reminder_button.html", context, language=language)
    case = "reminder ended" if found.state == State.ENDED else "reminder confirmed"
    return told(request, case, language=language, reminder=found)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def end_reminder(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    try:
        found = links.reminder_from(token, purpose="no more", at=now, longest=links.NO_MORE)
    except Refused:
        return told(request, "broken", status=404)
    language = found.person.language
    if request.method != "POST" and found.state in (State.ASKED, State.CONFIRMED):
        context = {"reminder": found, "deed": "end"}
        return page(request, "contributions/reminder_button.html", context, language=language)
    if request.method == "POST":
        if answer := refused(request):
            return answer
        remembering.end(found, at=now)
    return told(request, "reminder ended", language=language)
