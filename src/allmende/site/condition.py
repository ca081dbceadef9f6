"""The condition of an installation, in findings that say what to do."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.core.files.storage import storages
from django.db import DatabaseError, connection
from django.db.models import Q
from django.utils import timezone

from allmende.bakery.models import BakedPage, BakeOrder
from allmende.bakery.store import S3Store, StoreError
from allmende.lib import proofs
from allmende.site import installation
from allmende.site.models import Run, Worker

LITTLE = 200 * 1_000_000  # bytes
LONG = timedelta(minutes=2)
SILENCE = timedelta(minutes=1)


@dataclass(frozen=True)
class Finding:
    """What was looked at, whether it is well, and what to do otherwise."""

    name: str
    ok: bool
    words: str


def look() -> list[Finding]:
    """All findings."""
    findings = [*of_settings(), *of_bucket(), *vital()]
    if any(finding.name == "database" and not finding.ok for finding in findings):
        return findings
    return [*findings, *of_proofs()]


def vital() -> list[Finding]:
    """What may change while all runs. Without a database, what needs it is left out."""
    findings = list(of_folders())
    try:
        return [*findings, *of_database()]
    except DatabaseError as error:
        words = f"{str(error).splitlines()[0]}. Check ALLMENDE_DATABASE_URL; run `allmende init`."
        return [*findings, Finding("database", False, words)]


def of_settings() -> Iterator[Finding]:
    errors = [message for message in checks.run_checks() if message.is_serious()]
    words = "; ".join(str(message.msg) for message in errors) or "can be used"
    yield Finding("settings", not errors, words)
    safe = settings.TLS or settings.PAPER_URL.startswith(("http://localhost", "http://127."))
    yield Finding(
        "address",
        safe,
        settings.PAPER_URL if safe else f"{settings.PAPER_URL}: set ALLMENDE_URL to https://…",
    )


def of_bucket() -> Iterator[Finding]:
    """Not among what is vital: a monitor's question would wait for another server's answer."""
    named = {"bucket": "baked"} if "baked" in settings.STORAGES else {}
    if settings.SETTING["s3_media"]:
        named["bucket of media"] = "default"
    for name, alias in named.items():
        store = S3Store(storages[alias])
        try:
            store.try_out()
        except StoreError as error:
            yield Finding(name, False, f"{error}. Check ALLMENDE_S3_* and the keys.")
        else:
            yield Finding(name, True, f"{store.bucket} can be written to")


def of_folders() -> Iterator[Finding]:
    data: Path = settings.DATA
    writable = data.is_dir() and os.access(data, os.W_OK)
    yield Finding(
        "data folder", writable, str(data) if writable else f"{data} cannot be written to."
    )
    free = free_space()
    words = f"{free / 1_000_000:,.0f} MB free"
    yield Finding("disk", free > LITTLE, words if free > LITTLE else f"only {words}; make room")


def free_space() -> int:
    """Bytes free where the data folder lies."""
    data: Path = settings.DATA
    return shutil.disk_usage(data if data.is_dir() else "/").free


def of_database() -> Iterator[Finding]:
    waiting = installation.migrations_to_run()
    if waiting:
        yield Finding("database", False, f"{waiting} migrations wait. Run `allmende init`.")
        return
    yield Finding("database", True, f"{connection.vendor}, up to date")
    yield from of_work()


def of_work() -> Iterator[Finding]:
    now = timezone.now()
    alive = Worker.objects.filter(seen_at__gt=now - SILENCE).count()
    words = f"{alive} at work" if alive else "none is at work. Start `allmende worker`."
    yield Finding("worker", alive > 0, words)
    usual = BakedPage.objects.filter(due=True, priority__lt=BakedPage.Priority.WHOLE, attempts=0)
    late = usual.filter(ordered_at__lt=now - LONG).count() + late_orders(now)
    words = "none waits" if not late else f"{late} wait for more than two minutes."
    yield Finding("bake orders", not late, words)
    faulty = list(BakedPage.objects.exclude(error="").values_list("path", flat=True)[:3])
    words = f"could not be baked: {', '.join(faulty)}" if faulty else "all could be baked"
    yield Finding("pages", not faulty, words)
    day = now - timedelta(days=1)
    failed = Run.objects.filter(outcome=Run.Outcome.FAILED, due__gt=day)
    names = sorted(set(failed.values_list("name", flat=True)))
    words = f"failed since yesterday: {', '.join(names)}" if names else "all done"
    yield Finding("schedules", not names, words)


def of_proofs() -> Iterator[Finding]:
    """Not among what is vital either: some read whole tables."""
    for proof in proofs.registered():
        lines = list(islice(iter(proof.wrong()), proofs.MOST))
        words = "; ".join([str(proof.promise), *lines]) if lines else str(proof.promise)
        yield Finding(proof.name, not lines, words)


def late_orders(now: datetime) -> int:
    """Orders that no worker has carried to the pages, though they are not put off."""
    late = BakeOrder.objects.filter(ordered_at__lt=now - LONG, lease_until__isnull=True)
    return late.filter(Q(not_before__isnull=True) | Q(not_before__lt=now - LONG)).count()
