"""For machines that watch: /-/health for everybody, /-/metrics for who has the token.

Everything is counted when it is asked for, in the database: so any web process can answer for all.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, models, transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from allmende.bakery.models import BakedPage, BakeOrder
from allmende.site import condition
from allmende.site.models import Run, Worker


@transaction.non_atomic_requests  # to begin a transaction needs the database that may be away
def health(request: HttpRequest) -> HttpResponse:
    """200, or 503 with the names of what is not well; the words stand in `allmende check`."""
    wrong = [finding.name for finding in condition.vital() if not finding.ok]
    response = JsonResponse({"ok": not wrong, "wrong": wrong}, status=503 if wrong else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


@transaction.non_atomic_requests
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text format. 404 without the token, as if there were nothing."""
    token = settings.SETTING["metrics_token"]
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not constant_time_compare(given, token):
        raise Http404
    registry = CollectorRegistry()
    registry.register(House())
    return HttpResponse(
        generate_latest(registry),
        content_type=CONTENT_TYPE_LATEST,
        headers={"Cache-Control": "no-store"},
    )


class House:
    """Collects the numbers of one moment."""

    def collect(self) -> Iterator[Metric]:
        now = timezone.now()
        free = condition.free_space()
        yield gauge("disk_free_bytes", "Free space where the data folder lies.", free)
        try:
            found = [*of_baking(now), *of_workers(now)]
        except DatabaseError:
            yield gauge("database_up", "Whether the database answers.", 0)
            return
        yield gauge("database_up", "Whether the database answers.", 1)
        yield from found


def of_baking(now: datetime) -> Iterator[Metric]:
    waiting = BakeOrder.objects.filter(not_before__isnull=True)
    due = BakedPage.objects.filter(due=True)
    yield gauge("bake_orders", "Changes not yet carried to the pages.", waiting.count())
    yield gauge("pages_due", "Pages that wait to be baked, or are being baked.", due.count())
    oldest = [
        moment
        for rows in (waiting, due.filter(attempts=0))
        if (moment := rows.aggregate(oldest=models.Min("ordered_at"))["oldest"])
    ]
    age = (now - min(oldest)).total_seconds() if oldest else 0
    yield gauge("bake_oldest_seconds", "Age of the oldest change that is not yet baked.", age)
    states = GaugeMetricFamily("allmende_pages", "Paths by state.", labels=["state"])
    rows = BakedPage.objects.values_list("state").annotate(count=models.Count("pk"))
    counts = dict(rows.order_by())
    for state in BakedPage.State.values:
        states.add_metric([state], counts.get(state, 0))
    yield states
    faulty = BakedPage.objects.exclude(error="").count()
    yield gauge("pages_faulty", "Pages that could not be baked.", faulty)


def of_workers(now: datetime) -> Iterator[Metric]:
    alive = Worker.objects.filter(seen_at__gt=now - condition.SILENCE).count()
    yield gauge("workers", "Workers heard of within a minute.", alive)
    failed = Run.objects.filter(outcome=Run.Outcome.FAILED, due__gt=now - timedelta(days=1))
    yield gauge("schedules_failed", "Scheduled runs that failed within a day.", failed.count())


def gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"allmende_{name}", words, value=value)
