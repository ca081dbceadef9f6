"""Newsletters and who gets them.

Newsletter    a letter of the paper: its name, rhythm, sender, language, and the text to agree to;
              the database lets none be without the days that its rhythm needs
Subscription  one person and one newsletter, with the proof of consent; the database lets nobody be
              confirmed without it
Change        a subscription went from one state to another; stays, without the person, when the
              person is erased, so that the figures of the past stay what they were
DayCount      how many came and went on one day: what growth is drawn from, however many they are
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail.models import PreviewableMixin

from allmende.bakery.ingredients import Traced
from allmende.newsletters.rhythms import EVERY_DAY, FRIDAY, ONE_DAY, Calendar, Rhythm
from allmende.newsroom import reading
from allmende.people.models import ContactAddress, Person, Wording

LONGEST = 144  # hours; less than a week, so that only one issue is at the desk
SINGLE_DAYS = [1 << number for number in range(7)]
COLOUR = RegexValidator("^#[0-9a-fA-F]{6}$", _("Write the colour as # and six hex digits."))


class Newsletter(PreviewableMixin, Traced):
    """A letter that the paper sends in a rhythm. Readers see name, description and rhythm."""

    trace = "newsletter"

    class Uncertain(models.TextChoices):
        HOLD = "hold", _("wait for a person to decide")
        RESEND = "resend", _("send again, perhaps twice")

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    heading = models.CharField(
        _("heading of the box"),
        max_length=120,
        help_text=_("Stands above the sign-up box in articles."),
    )
    description = models.CharField(
        _("description"),
        max_length=300,
        help_text=_("What is in it, in one or two sentences. How often it comes is added."),
    )
    consent_text = models.TextField(
        _("text to agree to"),
        help_text=_("Shown below the field. Each version is kept as proof of what people read."),
    )
    language = models.CharField(
        _("language"),
        max_length=12,
        default="de",
        choices=[("de", _("German")), ("en", _("English"))],
    )
    rhythm = models.CharField(
        _("how often"), max_length=11, choices=Rhythm.choices, default=Rhythm.WEEKLY
    )
    weekdays = models.PositiveSmallIntegerField(
        _("days"), default=FRIDAY, validators=[MaxValueValidator(EVERY_DAY)]
    )
    counted_from = models.DateField(
        _("a day in a week with an issue"),
        null=True,
        blank=True,
        help_text=_("Every second week is counted from it."),
    )
    time = models.TimeField(_("time"), default=dt.time(15), help_text=_("In the paper's zone."))
    drafted_before = models.PositiveSmallIntegerField(
        _("hours for the desk"),
        default=6,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST)],
        help_text=_("So long before it leaves, the issue drafts itself."),
    )
    sender_name = models.CharField(_("sender"), max_length=80)
    sender_address = models.EmailField(_("sender's address"))
    reply_to = models.EmailField(_("address for answers"), blank=True)
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        blank=True,
        validators=[COLOUR],
        help_text=_("Empty: the paper's."),
    )
    pictures = models.BooleanField(
        _("a small picture beside each article"),
        default=False,
        help_text=_("Without it only the first article has one, a large one."),
    )
    uncertain = models.CharField(
        _("letters of which nobody knows whether they arrived"),
        max_length=6,
        choices=Uncertain.choices,
        default=Uncertain.HOLD,
    )
    second_approver = models.BooleanField(
        _("approved by a second person"),
        default=False,
        help_text=_("Whoever wrote the issue last may not approve it."),
    )
    is_open = models.BooleanField(_("takes new subscribers"), default=True)
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("The first stands in the box of articles.")
    )

    class Meta:
        verbose_name = _("newsletter")
        verbose_name_plural = _("newsletters")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rhythm=Rhythm.HAND, weekdays__lte=EVERY_DAY)
                | models.Q(rhythm=Rhythm.WEEKLY, weekdays__gte=1, weekdays__lte=EVERY_DAY)
                | models.Q(rhythm__in=ONE_DAY, weekdays__in=SINGLE_DAYS),
                name="newsletter_has_the_days_of_its_rhythm",
            ),
            models.CheckConstraint(
                condition=models.Q(rhythm=Rhythm.FORTNIGHTLY, counted_from__isnull=False)
                | ~models.Q(rhythm=Rhythm.FORTNIGHTLY) & models.Q(counted_from__isnull=True),
                name="newsletter_fortnights_are_counted",
            ),
            models.CheckConstraint(
                condition=models.Q(drafted_before__gte=1, drafted_before__lte=LONGEST),
                name="newsletter_is_drafted_within_its_week",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def purpose(self) -> str:
        """What `people` calls the consent to this newsletter."""
        return f"newsletter:{self.pk}"

    @property
    def mailings(self) -> str:
        """What the keys of its mailings begin with."""
        return f"{self.purpose}:"

    @property
    def url(self) -> str:
        return path_of(self.slug)

    @property
    def calendar(self) -> Calendar:
        return Calendar(self.rhythm, self.weekdays, self.counted_from)

    preview_modes = [("box", _("Box in articles")), ("page", _("Its own page"))]

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return f"newsletters/{'newsletter' if mode_name == 'page' else 'previewed'}.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        around = {"paper": reading.paper(), "sections_menu": reading.sections()}
        return {"newsletter": self, "language": self.language, "request": request, **around}

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Staff see it in the newsletter's language, not in their own."""
        with translation.override(self.language):
            return super().serve_preview(request, mode_name).render()


def path_of(slug: str) -> str:
    return f"/newsletter/{slug}/"


class FormerAddress(models.Model):
    """An address that a newsletter had: letters that have left lead there."""

    newsletter = models.ForeignKey(
        Newsletter, on_delete=models.CASCADE, related_name="former_addresses"
    )
    slug = models.SlugField(_("address"), max_length=60, unique=True)

    class Meta:
        verbose_name = _("former address of a newsletter")
        verbose_name_plural = _("former addresses of newsletters")

    def __str__(self) -> str:
        return path_of(self.slug)


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def receiving(self) -> "SubscriptionQuerySet":
        """Those who get the next issue."""
        return self.filter(state=Subscription.State.CONFIRMED, person__erased_at=None)


class Subscription(models.Model):
    """A person's newsletter. `address` is where it goes."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked, not yet confirmed")
        CONFIRMED = "confirmed", _("confirmed")
        PAUSED = "paused", _("paused")
        LEFT = "left", _("left")
        SUSPENDED = "suspended", _("suspended")

    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="subscriptions", verbose_name=_("person")
    )
    newsletter = models.ForeignKey(
        Newsletter,
        on_delete=models.PROTECT,
        related_name="subscriptions",
        verbose_name=_("newsletter"),
    )
    address = models.ForeignKey(
        ContactAddress, on_delete=models.RESTRICT, related_name="+", verbose_name=_("address")
    )
    state = models.CharField(_("state"), max_length=9, choices=State.choices)
    wording = models.ForeignKey(
        Wording,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("wording agreed to"),
    )
    asked_at = models.DateTimeField(_("asked"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    changed_at = models.DateTimeField(_("last change"))
    source = models.CharField(_("source"), max_length=200, blank=True)
    reason = models.CharField(
        _("reason"), max_length=200, blank=True, help_text=_("Why mail stopped.")
    )

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            models.UniqueConstraint(fields=["person", "newsletter"], name="subscribed_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["asked", "left"])
                | models.Q(confirmed_at__isnull=False, wording__isnull=False),
                name="no_letter_without_consent",
            ),
        ]
        indexes = [
            models.Index(fields=["newsletter", "state", "id"], name="subscription_audience"),
            models.Index(fields=["newsletter", "id"], name="subscription_list"),
        ]
        permissions = [
            ("export_subscription", _("May export subscribers")),
            ("import_subscription", _("May take in lists of subscribers")),
        ]

    def __str__(self) -> str:
        return f"{self.newsletter}: {self.person}"


class Change(models.Model):
    """A subscription's state changed: who did it, and by which way. `was` is empty at first."""

    class Way(models.TextChoices):
        FORM = "form", _("sign-up form")
        MAIL = "mail", _("link in the mail")
        ONE_CLICK = "one click", _("one click in the mail program")
        BY_MAIL = "by mail", _("mail to the address for leaving")
        PAGE = "page", _("page of preferences")
        OFFICE = "office", _("office")
        IMPORT = "import", _("import")
        BOUNCE = "bounce", _("mail came back")
        COMPLAINT = "complaint", _("complaint")
        ERASURE = "erasure", _("erasure")
        MERGE = "merge", _("two persons were one")

    newsletter = models.ForeignKey(Newsletter, on_delete=models.CASCADE, related_name="+")
    subscription = models.ForeignKey(
        Subscription, on_delete=models.SET_NULL, null=True, related_name="changes"
    )
    at = models.DateTimeField(_("time"))
    was = models.CharField(
        _("before"), max_length=9, choices=Subscription.State.choices, blank=True
    )
    became = models.CharField(_("after"), max_length=9, choices=Subscription.State.choices)
    way = models.CharField(_("way"), max_length=9, choices=Way.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["newsletter", "at"], name="change_growth")]

    def __str__(self) -> str:
        return f"{self.was} → {self.became}"


class DayCount(models.Model):
    """What happened on one day of the paper's zone. `more`: confirmed at its end, less those at its
    beginning; it holds pauses and suspensions too, which are neither joining nor leaving."""

    newsletter = models.ForeignKey(Newsletter, on_delete=models.CASCADE, related_name="+")
    day = models.DateField(_("day"))
    joined = models.PositiveIntegerField(_("joined"))
    left = models.PositiveIntegerField(_("left"))
    more = models.IntegerField(_("more"))

    class Meta:
        verbose_name = _("count of a day")
        verbose_name_plural = _("counts of days")
        constraints = [
            models.UniqueConstraint(fields=["newsletter", "day"], name="day_counted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day}"
