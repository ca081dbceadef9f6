"""The newsletters themselves: made, edited beside a preview, ordered."""

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import Button
from wagtail.snippets.views import snippets

from allmende.newsletters import keeping
from allmende.newsletters.models import Newsletter, Subscription
from allmende.newsletters.newsletter_forms import NewsletterForm
from allmende.newsletters.rhythms import Rhythm
from allmende.paper.lists import SingleList

State = Subscription.State


class Saving:
    """Says which version of the text to agree to is in force, when that has changed."""

    def save_instance(self) -> Newsletter:
        found: Newsletter = super().save_instance()  # type: ignore[misc]
        before = self.form.initial.get("consent_text")  # type: ignore[attr-defined]
        wording = keeping.put_wording(found, at=timezone.now())
        if before and before != found.consent_text:
            said = _("The text to agree to is version %(number)d now.") % {"number": wording.number}
            if keeping.agreed_to_others(found, than=wording):
                said += " " + _("Subscribers who agreed to another version keep it as proof.")
            messages.info(self.request, said)  # type: ignore[attr-defined]
        return found


class CreateNewsletter(Saving, snippets.CreateView):
    def get_initial_form_instance(self) -> Newsletter:
        return Newsletter(position=keeping.last_position() + 1)


class EditNewsletter(Saving, snippets.EditView):
    pass


class ReorderNewsletters(generic.ReorderView):
    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Without a position it goes to the end."""
        position = request.GET.get("position", "")
        to = int(position) if position.isdecimal() else keeping.last_position() + 1
        keeping.move(get_object_or_404(Newsletter, pk=pk), to=to)
        return JsonResponse({"success": True})


class ListNewsletters(SingleList):
    def get_list_more_buttons(self, instance: Newsletter) -> list[Button]:
        buttons: list[Button] = super().get_list_more_buttons(instance)
        links = [
            (_("Growth"), "newsletter_growth", "history", "view_newsletter"),
            (_("Subscribers"), "newsletter_subscribers", "group", "view_subscription"),
        ]
        user = self.request.user
        return [
            *buttons,
            *(
                Button(label, reverse(name, args=[instance.pk]), icon_name=icon, priority=50)
                for label, name, icon, may in links
                if user.has_perm(f"newsletters.{may}")
            ),
        ]


def rhythm(newsletter: Newsletter) -> str:
    days = str(newsletter.calendar)
    if newsletter.rhythm == Rhythm.HAND:
        return days
    return f"{days}, {time_format(newsletter.time, 'TIME_FORMAT')}"


def growth_url(newsletter: Newsletter) -> str:
    return reverse("newsletter_growth", args=[newsletter.pk])


def counted() -> QuerySet[Newsletter]:
    """Each with `confirmed`: how many get its next issue, counted in the index alone."""
    rows = Subscription.objects.filter(newsletter=OuterRef("pk"), state=State.CONFIRMED)
    confirmed = rows.order_by()
    number = confirmed.values("newsletter").annotate(number=Count("pk")).values("number")
    return Newsletter.objects.annotate(confirmed=Coalesce(Subquery(number), 0))


PANELS = [
    FieldPanel("name"),
    FieldPanel("slug"),
    MultiFieldPanel(
        [FieldPanel("heading"), FieldPanel("description"), FieldPanel("consent_text")],
        heading=gettext_lazy("What readers see"),
    ),
    MultiFieldPanel(
        [
            FieldPanel("rhythm"),
            FieldPanel("weekdays", classname="newsletter-days"),
            FieldPanel("counted_from", classname="newsletter-counted"),
            FieldPanel("time"),
            FieldPanel("drafted_before", classname="newsletter-hours"),
            FieldPanel("language"),
        ],
        heading=pgettext_lazy("of a newsletter", "Rhythm"),
    ),
    MultiFieldPanel(
        [
            FieldPanel("sender_name"),
            FieldPanel("sender_address"),
            FieldPanel("reply_to"),
            FieldPanel("accent"),
            FieldPanel("pictures"),
        ],
        heading=gettext_lazy("Sender and look"),
    ),
    MultiFieldPanel(
        [FieldPanel("is_open"), FieldPanel("second_approver"), FieldPanel("uncertain")],
        heading=gettext_lazy("Rules"),
    ),
]


class NewsletterViewSet(snippets.SnippetViewSet):
    """The list leads to each one's subscribers."""

    model = Newsletter
    icon = "mail"
    menu_label = gettext_lazy("Newsletters")
    menu_name = "newsletters"
    menu_order = 117
    add_to_admin_menu = True
    copy_view_enabled = False
    inspect_view_enabled = False
    sort_order_field = "position"
    reorder_view_class = ReorderNewsletters
    index_view_class = ListNewsletters
    add_view_class = CreateNewsletter
    edit_view_class = EditNewsletter
    list_display = [
        "name",
        Column("rhythm", label=pgettext_lazy("of a newsletter", "Rhythm"), accessor=rhythm),
        TitleColumn("confirmed", label=gettext_lazy("Subscribers"), get_url=growth_url),
        BooleanColumn("is_open", label=gettext_lazy("Takes new subscribers")),
    ]
    edit_handler = ObjectList(PANELS, base_form_class=NewsletterForm)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Newsletter]:
        return counted()
