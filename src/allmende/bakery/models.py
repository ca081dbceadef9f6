"""What the bakery remembers.

BakeOrder    "this ingredient changed"; the table is the queue
BakedPage    a path that the bakery put in place, and in which state
RecipeLine   one ingredient that the rendering of a page read; (page, ingredient) is unique

Orders are never merged when they are written: a writer whose change is not yet committed must not
find its order swallowed by one that a worker is about to claim. They merge when they are claimed.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BakeOrder(models.Model):
    """A change that pages must follow. Written in the transaction of the change itself."""

    ingredient = models.CharField(_("ingredient"), max_length=160)
    urgent = models.BooleanField(_("urgent"), default=False)
    ordered_at = models.DateTimeField(_("ordered"), auto_now_add=True)
    not_before = models.DateTimeField(_("not before"), null=True, blank=True)
    lease_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    claim = models.UUIDField(_("claim"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("bake order")
        verbose_name_plural = _("bake orders")
        indexes = [models.Index(fields=["-urgent", "id"], name="bake_order_queue")]

    def __str__(self) -> str:
        return self.ingredient


class BakedPage(models.Model):
    """A path in the store."""

    class State(models.TextChoices):
        LIVE = "live", _("live")
        GONE = "gone", _("gone")
        MOVED = "moved", _("moved")
        ABSENT = "absent", _("absent")

    path = models.CharField(_("path"), max_length=400, unique=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices)
    baked_at = models.DateTimeField(_("baked"))
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("baked page")
        verbose_name_plural = _("baked pages")
        indexes = [
            models.Index(
                fields=["baked_at"], condition=~models.Q(error=""), name="baked_page_failed"
            )
        ]

    def __str__(self) -> str:
        return self.path


class RecipeLine(models.Model):
    """One ingredient of a page."""

    page = models.ForeignKey(BakedPage, on_delete=models.CASCADE, related_name="recipe")
    ingredient = models.CharField(max_length=160, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["page", "ingredient"], name="recipe_line_once")
        ]

    def __str__(self) -> str:
        return self.ingredient
