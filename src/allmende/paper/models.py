"""Who this paper is.

Paper     one row: names, legal entity, address, time zone, language, look
MenuItem  a line of the main or the footer menu, in order
"""

import zoneinfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.contrib.settings.models import BaseGenericSetting
from wagtail.models import Orderable

COLOUR = "^#[0-9a-fA-F]{6}$"
colour = RegexValidator(COLOUR, _("Write the colour as # and six hex digits."))


def known_time_zone(name: str) -> None:
    """Raises ValidationError for a name that the time zone database does not hold."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("Unknown time zone; an example is Europe/Berlin."))


class Paper(BaseGenericSetting, ClusterableModel):
    """The paper itself, as the office describes it."""

    name = models.CharField(_("name"), max_length=80, default="Allmende")
    claim = models.CharField(
        _("claim"), max_length=160, blank=True, help_text=_("One line below the name.")
    )
    legal_entity = models.CharField(_("legal entity"), max_length=160, blank=True)
    street = models.CharField(_("street and number"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    town = models.CharField(_("town"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, default="DE")
    email = models.EmailField(_("e-mail address"), blank=True)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=60, default="Europe/Berlin", validators=[known_time_zone]
    )
    language = models.CharField(
        _("main language"),
        max_length=12,
        default="de",
        choices=[("de", _("German")), ("en", _("English"))],
    )
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        default="#9c2f1b",
        validators=[colour],
        help_text=_("On the light page. Text in this colour must be readable on white."),
    )
    accent_dark = models.CharField(
        _("accent colour, dark page"), max_length=7, default="#e58a72", validators=[colour]
    )
    text_font = models.CharField(
        _("text font"),
        max_length=12,
        default="serif",
        choices=[
            ("serif", _("Serif of the house")),
            ("sans", _("Sans of the house")),
            ("system", _("The device's own")),
        ],
    )
    logo = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        verbose_name=_("logo"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Stands in place of the name on top of every page."),
    )
    full_text_feeds = models.BooleanField(
        _("whole articles in feeds"),
        default=True,
        help_text=_("Otherwise feeds give the teaser and a link."),
    )
    text_mining_allowed = models.BooleanField(
        _("machines may be trained with our texts"),
        default=True,
        help_text=_(
            "Otherwise robots.txt asks the known collectors to stay away. Search engines are not"
            " among them."
        ),
    )

    class Meta:
        verbose_name = _("paper")

    def __str__(self) -> str:
        return self.name

    @property
    def time_zone_info(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def main_menu(self) -> list["MenuItem"]:
        return self.menu(MenuItem.Place.MAIN)

    @property
    def footer_menu(self) -> list["MenuItem"]:
        return self.menu(MenuItem.Place.FOOTER)

    def menu(self, place: str) -> list["MenuItem"]:
        """The lines of one menu in order, without pages that readers cannot open."""
        return [item for item in self.menu_items.all() if item.place == place and item.is_open]


class MenuItem(Orderable):
    """One line of a menu: a page of the paper, or an address."""

    class Place(models.TextChoices):
        MAIN = "main", _("Main menu")
        FOOTER = "footer", _("Footer")

    paper = ParentalKey(Paper, on_delete=models.CASCADE, related_name="menu_items")
    place = models.CharField(_("place"), max_length=8, choices=Place.choices, default=Place.MAIN)
    label = models.CharField(_("label"), max_length=40)
    page = models.ForeignKey(
        settings.WAGTAIL_PAGE_MODEL,
        verbose_name=_("page"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    address = models.CharField(
        _("address"),
        max_length=200,
        blank=True,
        help_text=_("Where no page is chosen, as /ticker.html."),
    )

    class Meta(Orderable.Meta):
        verbose_name = _("menu item")
        verbose_name_plural = _("menu items")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(page__isnull=False) | ~models.Q(address=""),
                name="menu_item_leads_somewhere",
            )
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        super().clean()
        if not self.page_id and not self.address:
            raise ValidationError({"page": _("Choose a page or write an address.")})
        if self.address and not self.address.startswith(("/", "https://", "http://", "mailto:")):
            raise ValidationError({"address": _("Begin with / or https://.")})

    @property
    def is_open(self) -> bool:
        return self.page is None or self.page.live

    @property
    def url(self) -> str:
        if self.page is None:
            return self.address
        # Our pages know their address by class and slug; `.url` would ask for sites as well.
        return self.page.specific_deferred.get_url_parts()[2]
