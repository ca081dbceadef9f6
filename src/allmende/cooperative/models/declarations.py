"""Who wants to join (*Beitrittserklärung*, §§ 15, 15a GenG), from the first step to the decision.

JoinDraft        what somebody typed so far; sealed, and gone after two days
Declaration      what somebody declared; the row holds nothing personal that is readable
DeclarationText  who declares, and the very words; sealed under a key of the declaration's own
DeclarationPaper the PDF of it, sealed under the same key
Printout         somebody wants the statute on paper (§ 15 (1) GenG)

A declaration that is refused or withdrawn is forgotten once its notice is sent (§ 15 (2) GenG): its
key is destroyed, text and paper are deleted, marks are emptied. The row stays as a tally. That of
somebody who was admitted is forgotten with their membership (`forgetting`).

The database keeps (migration `declarations_are_kept`, on both engines): text and paper are never
changed, nor what the row says of them; only what the office typed in from paper may be mended.
"""

import datetime as dt
import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allmende.cooperative.models.statute import Statute

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class JoinDraft(models.Model):
    """sent_at: when it became declarations; the draft stays for its last page."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    statute = models.ForeignKey(Statute, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=12, default="de")
    sealed = models.BinaryField(null=True, editable=False)
    begun_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("declaration begun")
        verbose_name_plural = _("declarations begun")

    def __str__(self) -> str:
        return str(self.key)


class Declaration(models.Model):
    """statute: the version in force when it was declared. created_at: when the form was sent, or
    the paper typed in. own_hand: whether whoever declares filled it in; else they declare by their
    own confirmation. declared_on: the day on which it had reached us. proven_at: when the address
    was confirmed, or the arrival of the paper written down.

    key: also of the membership that it begins in the register, once it is proven.
    email_mark, name_mark: equal for equal addresses and names, and tell nothing else.
    paper_hash: SHA-256 of the PDF. together: the same for those who declared in one form.
    """

    class Who(models.TextChoices):
        PERSON = "person", _("a person")
        MINOR = "minor", _("a minor")
        ORGANISATION = "organisation", _("an organisation")

    class Way(models.TextChoices):
        ONLINE = "online", _("online")
        PRINTED = "printed", _("filled in online, signed on paper")
        PAPER = "paper", _("on paper")

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for confirmation or signature")
        STANDS = "stands", _("to be decided")
        ADMITTED = "admitted", _("admitted")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    #: What may follow on what.
    MOVES: ClassVar[dict[str, set[str]]] = {
        State.WAITING: {State.STANDS, State.WITHDRAWN},
        State.STANDS: {State.ADMITTED, State.REFUSED, State.WITHDRAWN},
    }

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    who = models.CharField(_("who"), max_length=12, choices=Who.choices)
    way = models.CharField(_("way"), max_length=7, choices=Way.choices)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.WAITING)
    statute = models.ForeignKey(
        Statute, on_delete=models.PROTECT, related_name="+", verbose_name=_("statute")
    )
    group = models.SlugField(_("group"), max_length=30)
    shares = models.PositiveIntegerField(_("shares"))
    instalments = models.PositiveSmallIntegerField(_("instalments"), default=1)
    language = models.CharField(_("language"), max_length=12, default="de")
    together = models.UUIDField(default=uuid.uuid4, db_index=True, editable=False)
    is_gift = models.BooleanField(_("a gift"), default=False)
    own_hand = models.BooleanField(default=True)
    declared_on = models.DateField(_("declared on"), null=True)
    proven_at = models.DateTimeField(_("confirmed"), null=True)
    decided_at = models.DateTimeField(_("ended"), null=True)
    told_on = models.DateField(_("told by letter"), null=True)
    forgotten_at = models.DateTimeField(_("data destroyed"), null=True)
    created_at = models.DateTimeField(_("begun"))
    typed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("typed in by"),
    )
    email_mark = models.CharField(max_length=64, blank=True, db_index=True)
    name_mark = models.CharField(max_length=64, blank=True, db_index=True)
    paper_hash = models.CharField(_("SHA-256 of the paper"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("declaration to join")
        verbose_name_plural = _("declarations to join")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    who__in=["person", "minor", "organisation"],
                    way__in=["online", "printed", "paper"],
                ),
                name="join_choices_exist",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", proven_at=None, decided_at=None)
                | Q(
                    state="stands",
                    declared_on__isnull=False,
                    proven_at__isnull=False,
                    decided_at=None,
                )
                | Q(
                    state__in=["admitted", "refused"],
                    declared_on__isnull=False,
                    proven_at__isnull=False,
                    decided_at__isnull=False,
                )
                | Q(state="withdrawn", decided_at__isnull=False),
                name="join_state_has_its_times",
            ),
            models.CheckConstraint(
                condition=Q(shares__gte=1, instalments__gte=1), name="join_takes_shares"
            ),
            models.CheckConstraint(
                condition=Q(forgotten_at=None)
                | Q(
                    state__in=["admitted", "refused", "withdrawn"],
                    email_mark="",
                    name_mark="",
                    paper_hash="",
                ),
                name="join_forgotten_leaves_nothing",
            ),
        ]
        indexes = [models.Index(fields=["state", "proven_at"], name="joins_by_state")]

    def __str__(self) -> str:
        return f"{self.pk} {self.get_state_display()}"

    @property
    def declared_at(self) -> dt.datetime | None:
        """To the second, of what was declared online."""
        if self.way != self.Way.ONLINE:
            return None
        return self.created_at if self.own_hand else self.proven_at

    @property
    def owner(self) -> str:
        """Whose key in the vault."""
        return f"declaration:{self.key}"

    @property
    def group_name(self) -> "StrOrPromise":
        found = next((one for one in self.statute.groups.all() if one.code == self.group), None)
        return found.name(self.language) if found else self.group


class DeclarationText(models.Model):
    """content: who declares, as typed. words: what is declared, word for word."""

    declaration = models.OneToOneField(
        Declaration, on_delete=models.CASCADE, primary_key=True, related_name="text"
    )
    content = models.BinaryField()
    words = models.BinaryField()

    class Meta:
        verbose_name = _("text of a declaration")
        verbose_name_plural = _("texts of declarations")

    def __str__(self) -> str:
        return str(self.declaration_id)


class DeclarationPaper(models.Model):
    declaration = models.OneToOneField(
        Declaration, on_delete=models.CASCADE, primary_key=True, related_name="paper"
    )
    sealed = models.BinaryField()

    class Meta:
        verbose_name = _("paper of a declaration")
        verbose_name_plural = _("papers of declarations")

    def __str__(self) -> str:
        return str(self.declaration_id)


class Printout(models.Model):
    """sealed: name and postal address. together: the declarations that it was asked for with. Gone
    with these, or 30 days after it was sent."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    together = models.UUIDField(null=True, db_index=True, editable=False)
    statute = models.ForeignKey(Statute, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    asked_at = models.DateTimeField(_("asked"))
    sent_at = models.DateTimeField(_("sent"), null=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("sent by"),
    )

    class Meta:
        verbose_name = _("printout of the statute")
        verbose_name_plural = _("printouts of the statute")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(sent_at__gte=models.F("asked_at")),
                name="printout_sent_after_it_was_asked",
            ),
        ]

    def __str__(self) -> str:
        return str(self.key)

    @property
    def context(self) -> str:
        return f"cooperative.Printout.sealed:{self.key}"
