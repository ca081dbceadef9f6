"""What the house remembers about its own workers.

Worker   a worker process and when it was last heard of
Run      a schedule's due time and what came of it; (name, due) is unique, so it is done once
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Worker(models.Model):
    """A worker that is running, or died without a word."""

    key = models.UUIDField(_("key"), primary_key=True)
    host = models.CharField(_("host"), max_length=120)
    started_at = models.DateTimeField(_("started"))
    seen_at = models.DateTimeField(_("last heard of"), db_index=True)

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return f"{self.host} {self.key}"


class Run(models.Model):
    """One due time of one schedule."""

    class Outcome(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        LEFT_OUT = "left out", _("left out")

    name = models.CharField(_("schedule"), max_length=80)
    due = models.DateTimeField(_("due"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices)
    worker = models.UUIDField(_("worker"), null=True)
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("scheduled run")
        verbose_name_plural = _("scheduled runs")
        constraints = [models.UniqueConstraint(fields=["name", "due"], name="run_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.due:%Y-%m-%d %H:%M}"
