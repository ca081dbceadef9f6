"""What the bakery remembers.

BakeOrder    "this ingredient changed"; written with the change, and never merged when written: a
             writer whose change is not yet committed must not find its order swallowed
Spread       an order that was carried to the pages, kept for a while: who rendered meanwhile looks
BakedPage    a path: its place in the queue of what is due, and its state in the store
RecipeLine   one ingredient that the rendering of a page read; (page, ingredient) is unique

Both tables are the queue: orders are spread to pages, pages are claimed, baked and struck off.
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

    class Meta:
        verbose_name = _("bake order")
        verbose_name_plural = _("bake orders")
        indexes = [models.Index(fields=["-urgent", "id"], name="bake_order_queue")]

    def __str__(self) -> str:
        return self.ingredient


class Spread(models.Model):
    """One ingredient whose order went to the pages that had read it by then."""

    ingredient = models.CharField(max_length=160)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["ingredient", "id"], name="spread_ingredient")]

    def __str__(self) -> str:
        return self.ingredient


class BakedPage(models.Model):
    """A path, due or not.

    `version` is raised by every order; a rendering that began at the newest version makes the page
    no longer due. `begun` numbers the renderings as they begin, `placed` is the number of the one
    in place: an older one never replaces a newer.
    """

    class State(models.TextChoices):
        LIVE = "live", _("live")
        GONE = "gone", _("gone")
        MOVED = "moved", _("moved")
        ABSENT = "absent", _("absent")

    class Priority(models.IntegerChoices):
        URGENT = 0, _("urgent")
        USUAL = 1, _("usual")
        WHOLE = 2, _("with all pages")

    path = models.CharField(_("path"), max_length=400, unique=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices)
    baked_at = models.DateTimeField(_("baked"))
    error = models.TextField(_("error"), blank=True)
    due = models.BooleanField(_("due"), default=False)
    ordered_at = models.DateTimeField(_("ordered"), null=True, blank=True)
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority.choices, default=Priority.USUAL
    )
    leaving = models.BooleanField(_("leaving"), default=False)
    rank = models.PositiveSmallIntegerField(_("rank"), default=0)
    version = models.PositiveBigIntegerField(_("version"), default=0)
    begun = models.PositiveBigIntegerField(_("renderings begun"), default=0)
    placed = models.PositiveBigIntegerField(_("rendering in place"), default=0)
    not_before = models.DateTimeField(_("not before"), null=True, blank=True)
    lease_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    claim = models.UUIDField(_("claim"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("failed attempts"), default=0)

    class Meta:
        verbose_name = _("baked page")
        verbose_name_plural = _("baked pages")
        indexes = [
            models.Index(
                fields=["priority", "leaving", "rank", "id"],
                name="baked_page_queue",
                condition=models.Q(due=True),
            ),
            # Whether a page of an earlier rank is still to come is asked for every page baked.
            models.Index(
                fields=["rank", "state", "leaving"],
                name="baked_page_coming",
                condition=models.Q(due=True),
            ),
            models.Index(
                fields=["baked_at"], condition=~models.Q(error=""), name="baked_page_failed"
            ),
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
