"""Persons, their addresses, and what they agreed to.

Person          one row a human being, whatever they are to the paper
Merge           two rows are one human being, and how that is undone
ContactAddress  a postal or e-mail address to reach a person; couples may share one
Wording         a text that people agree to, as it read; append-only
Consent         a person gave or withdrew a consent; append-only, for it is proof
Knock           somebody typed an address into a public form; no address is kept, only a keyed hash

The database refuses to change or delete a wording or a consent; consents of an erased person may
go when the time is over for which they prove something (`PROOF_YEARS`).

Sign-in addresses are rows of allauth's `EmailAddress`: the database lets a verified one belong to
one person only. Being a person gives no right; the office grants roles.
"""

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

# After erasure, to the end of the third calendar year: claims and fines lapse then (§§ 195, 199
# BGB, § 31 OWiG), and with them the need to prove a consent (Art. 7 (1) GDPR).
PROOF_YEARS = 3


class PersonManager(BaseUserManager["Person"]):
    """Makes persons; sign-in addresses are added by `people.accounts`."""

    def create_user(self, key: uuid.UUID | None = None, **fields: Any) -> "Person":
        password = fields.pop("password", None)
        person = self.model(key=key or uuid.uuid4(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, key: uuid.UUID | None = None, **fields: Any) -> "Person":
        return self.create_user(key, is_superuser=True, **fields)


class Person(AbstractBaseUser, PermissionsMixin):
    """A human being. The row stays when addresses, names or roles change."""

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True)
    first_name = models.CharField(_("first names"), max_length=150, blank=True)
    last_name = models.CharField(_("surname"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=12, default="de")
    is_active = models.BooleanField(_("may sign in"), default=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
    )

    if TYPE_CHECKING:  # rows of allauth's tables, which tell the type checker nothing
        emailaddress_set: Any
        authenticator_set: Any

    objects = PersonManager()

    USERNAME_FIELD = "key"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        permissions = [
            ("merge_person", _("May say that two persons are one")),
            ("erase_person", _("May erase persons")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True)
                | ~models.Q(merged_into=models.F("id")),
                name="person_not_merged_into_itself",
            )
        ]

    def __str__(self) -> str:
        if self.erased_at:
            return gettext("Erased person %(number)d") % {"number": self.pk}
        return self.get_full_name() or self.email or str(self.key)

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name or self.get_full_name()

    @property
    def email(self) -> str:
        """The address to write to: the primary sign-in address, else a contact address."""
        # sorted here, not by the database, so that a list can prefetch both
        signs_in = sorted(
            self.emailaddress_set.all(), key=lambda row: (not row.primary, not row.verified, row.pk)
        )
        if signs_in:
            return signs_in[0].email
        contacts = sorted(self.contact_addresses.all(), key=lambda row: row.pk)
        return next((contact.email for contact in contacts if contact.email), "")


class Merge(models.Model):
    """The office said that two rows are one human being: what it takes to undo that.

    doors: keys of sign-in addresses that went over; first_door: the one that came first.
    """

    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    into = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="merges", verbose_name=_("merged into")
    )
    by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("time"))
    doors = models.JSONField(default=list)
    first_door = models.BigIntegerField(null=True)
    took_name = models.BooleanField(default=False)
    undone_at = models.DateTimeField(_("undone"), null=True)
    undone_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")

    def __str__(self) -> str:
        return f"{self.person_id} → {self.into_id}"


class ContactAddress(models.Model):
    """Where a person is reached. Shared by as many persons as live or read together."""

    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="contact_addresses", verbose_name=_("person")
    )
    email = models.EmailField(_("e-mail address"), blank=True, db_index=True)
    street = models.CharField(_("street and number"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    town = models.CharField(_("town"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, default="DE")
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("contact address")
        verbose_name_plural = _("contact addresses")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(email="", town=""), name="contact_address_not_empty"
            )
        ]

    def __str__(self) -> str:
        return self.email or f"{self.street}, {self.postcode} {self.town}"


class Wording(models.Model):
    """A text that people agree to. A changed text is a new row with the next number."""

    purpose = models.CharField(_("purpose"), max_length=80)
    number = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("text"))
    digest = models.CharField(max_length=64, editable=False)
    since = models.DateTimeField(_("in use since"))

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        constraints = [
            models.UniqueConstraint(fields=["purpose", "number"], name="wording_number_once"),
            models.UniqueConstraint(fields=["purpose", "digest"], name="wording_text_once"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.number}"


class Consent(models.Model):
    """What somebody agreed to, or no longer does: the newest row of a purpose is in force.

    `address_hash` proves the address to whoever names it, and tells nobody else (`lib` HMAC).
    """

    class Kind(models.TextChoices):
        GIVEN = "given", _("given")
        WITHDRAWN = "withdrawn", pgettext_lazy("a consent", "withdrawn")

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="consents", verbose_name=_("person")
    )
    wording = models.ForeignKey(Wording, on_delete=models.PROTECT, verbose_name=_("wording"))
    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices)
    asked_at = models.DateTimeField(_("asked"), null=True, blank=True)
    at = models.DateTimeField(_("time"))
    source = models.CharField(_("source"), max_length=200, blank=True)
    address_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["address_hash"], name="consent_of_address")]

    def __str__(self) -> str:
        return f"{self.wording}: {self.get_kind_display()}"


class Knock(models.Model):
    """Serialises what public forms do with one address, and counts the mails they cause."""

    address_hash = models.CharField(max_length=64, unique=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("address typed into a form")
        verbose_name_plural = _("addresses typed into forms")

    def __str__(self) -> str:
        return self.address_hash[:8]
