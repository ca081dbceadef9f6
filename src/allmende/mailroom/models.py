"""The mailroom's nouns.

Batch    one mailing: what is said, to whom, and how far it is
Message  one letter to one recipient; the row *is* the delivery
Journal  how much of a sender's journal, a file outside the database, these tables know
Incoming, Bounce   a mail that came in, and what it says of our letters
Suppression        an address that gets no mailing

The database enforces: one letter a recipient and batch; a claim has a lease; what was handed over
or refused says when, and with which code.
"""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Batch(models.Model):
    """One mailing. Nothing leaves while its audience is being written down."""

    class State(models.TextChoices):
        FREEZING = "freezing", _("audience is written down")
        SENDING = "sending", _("being sent")
        PAUSED = "paused", _("paused")
        STOPPED = "stopped", _("stopped")
        ENDED = "ended", _("sent")

    class Policy(models.TextChoices):
        HOLD = "hold", _("a person decides")
        RESEND = "resend", _("send again")

    key = models.CharField(_("key"), max_length=120, unique=True)
    content = models.JSONField(_("content"))
    policy = models.CharField(
        _("uncertain letters"), max_length=6, choices=Policy.choices, default=Policy.HOLD
    )
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.FREEZING
    )
    opened_at = models.DateTimeField(_("opened"))
    send_at = models.DateTimeField(_("leaves at"))
    frozen_at = models.DateTimeField(_("audience complete"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    total = models.PositiveBigIntegerField(_("letters"), default=0)
    remark = models.CharField(_("remark"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="freezing", frozen_at__isnull=True)
                | Q(state="stopped")
                | ~Q(state="freezing") & Q(frozen_at__isnull=False),
                name="batch_is_frozen_before_it_is_sent",
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | Q(ended_at__isnull=False),
                name="batch_ended_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Journal(models.Model):
    """What of a sender's journal is recorded here: all of the file up to `position`, in bytes.

    pace: what its sender lately handed over.
    """

    key = models.UUIDField(_("key"), primary_key=True, default=uuid.uuid4)
    host = models.CharField(_("host"), max_length=120)
    position = models.PositiveBigIntegerField(_("recorded up to"), default=0)
    seen_at = models.DateTimeField(_("last heard of"))
    pace = models.FloatField(_("letters a second"), default=0)

    class Meta:
        verbose_name = _("journal")
        verbose_name_plural = _("journals")

    def __str__(self) -> str:
        return f"{self.host} {self.key}"


class MessageQuerySet(models.QuerySet["Message"]):
    def remaining(self) -> Self:
        """Those that were not handed over, whatever else became of them. SQLite takes the index of
        the queue only for what says so itself: it does not conclude it from another state."""
        return self.exclude(state=Message.State.HANDED_OVER)


class Message(models.Model):
    """One letter. Letters of a batch hold what is personal; a single mail is held whole until it
    has left.

    due_at: not before. `answer` and `code` are the server's last word.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        CLAIMED = "claimed", _("in hand")
        DEFERRED = "deferred", _("put off by the server")
        HANDED_OVER = "handed over", _("handed over")
        REFUSED = "refused", _("refused")
        UNCERTAIN = "uncertain", _("uncertain")
        WITHDRAWN = "withdrawn", _("withdrawn")

    OPEN = (State.WAITING, State.DEFERRED, State.CLAIMED)

    # Keys of their own indexes are the front of others here; each costs every letter twice.
    batch = models.ForeignKey(
        Batch,
        on_delete=models.PROTECT,
        null=True,
        related_name="messages",
        verbose_name=_("mailing"),
        db_index=False,
    )
    recipient = models.BigIntegerField(_("recipient"), null=True)
    address = models.CharField(_("address"), max_length=320)
    personal = models.JSONField(_("personal"), default=dict)
    raw = models.BinaryField(_("whole mail"), null=True)
    return_path = models.CharField(_("sender"), max_length=320, default="", blank=True)
    state = models.CharField(
        _("state"), max_length=11, choices=State.choices, default=State.WAITING
    )
    due_at = models.DateTimeField(_("not before"))
    created_at = models.DateTimeField(_("written down"))
    finished_at = models.DateTimeField(_("finished"), null=True)
    journal = models.ForeignKey(
        Journal,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("journal"),
        db_index=False,
    )
    lease_until = models.DateTimeField(_("claimed until"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    code = models.CharField(_("code"), max_length=20, default="", blank=True)
    answer = models.CharField(_("answer"), max_length=300, default="", blank=True)
    queue_id = models.CharField(_("queue id"), max_length=120, default="", blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = [
            models.UniqueConstraint(fields=["batch", "recipient"], name="one_letter_a_recipient"),
            models.CheckConstraint(
                condition=Q(batch__isnull=True, recipient__isnull=True)
                | Q(batch__isnull=False, recipient__isnull=False, raw__isnull=True),
                name="letter_is_of_a_batch_or_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="claimed", journal__isnull=False, lease_until__isnull=False)
                | ~Q(state="claimed") & Q(lease_until__isnull=True),
                name="claim_has_a_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["handed over", "refused"]) | Q(finished_at__isnull=False),
                name="finished_letter_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(code=""), name="refused_letter_has_a_code"
            ),
        ]
        indexes = [
            # The queue, and what is counted of a batch; those that have left are the rest: ask for
            # `remaining`.
            models.Index(
                fields=["batch", "state", "due_at", "id"],
                name="letter_queue",
                condition=~Q(state="handed over"),
            ),
            models.Index(
                fields=["finished_at"], name="letter_single_finished", condition=Q(batch=None)
            ),
            models.Index(fields=["address"], name="letter_single_address", condition=Q(batch=None)),
            models.Index(fields=["journal"], name="letter_in_hand", condition=Q(state="claimed")),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class Incoming(models.Model):
    """A mail that came in, whole, before anybody reads it. Twice the same bytes are one row."""

    digest = models.CharField(_("digest"), max_length=64, unique=True)
    source = models.CharField(_("came by"), max_length=20)
    raw = models.BinaryField(_("whole mail"), null=True)
    received_at = models.DateTimeField(_("came in"))
    read_at = models.DateTimeField(_("read"), null=True)

    class Meta:
        verbose_name = _("mail that came in")
        verbose_name_plural = _("mails that came in")
        indexes = [
            models.Index(fields=["id"], name="incoming_unread", condition=Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class Bounce(models.Model):
    """What a mail that came in says of one recipient.

    message: the letter it is about, known for certain by its token, else None. hard: the address
    is dead. words: the server's. kind and reason: as `bounces.shape` names them.
    """

    incoming = models.ForeignKey(
        Incoming, on_delete=models.PROTECT, related_name="bounces", verbose_name=_("mail")
    )
    message = models.ForeignKey(
        Message,
        on_delete=models.SET_NULL,  # single mails are not kept for ever
        null=True,
        related_name="bounces",
        verbose_name=_("letter"),
    )
    address = models.CharField(_("address"), max_length=320, blank=True)
    kind = models.CharField(_("kind"), max_length=10)
    reason = models.CharField(_("reason"), max_length=10)
    hard = models.BooleanField(_("address is dead"))
    lasting = models.BooleanField(_("no further attempt"))
    status = models.CharField(_("status"), max_length=12, blank=True)
    code = models.PositiveSmallIntegerField(_("code"), default=0)
    words = models.CharField(_("the server's words"), max_length=500, blank=True)
    at = models.DateTimeField(_("came in"))

    class Meta:
        verbose_name = _("bounce")
        verbose_name_plural = _("bounces")
        indexes = [
            models.Index(fields=["address", "at"], name="bounce_of_address"),
            models.Index(fields=["kind", "reason", "at"], name="bounce_by_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.address} {self.reason}"


class Suppression(models.Model):
    """An address that gets no mailing. It is kept as a keyed hash only, so that it may outlive the
    person's erasure."""

    class Why(models.TextChoices):
        DEAD = "dead", _("address is dead")
        FAILING = "failing", _("mail failed again and again")
        COMPLAINT = "complaint", _("reader called it spam")

    digest = models.CharField(_("digest"), max_length=64, unique=True)
    why = models.CharField(_("why"), max_length=9, choices=Why.choices)
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("barred address")
        verbose_name_plural = _("barred addresses")

    def __str__(self) -> str:
        return self.digest[:12]
