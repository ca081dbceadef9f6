"""Real bounces, complaints and auto-replies of many servers, against facts that others recorded.

The halves are by hash of the file's name; words were tuned on the first.
"""

import csv
import hashlib
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from allmende.mailroom.bounces.parse import read
from allmende.mailroom.bounces.shape import Bounce

pytestmark = [pytest.mark.peer, pytest.mark.no_database]
FINAL = re.compile(rb"(?im)^Final-Recipient: *rfc822; *<?([^\s>]+@[^\s>]+)")


@pytest.fixture
def folder(peer_data: Path) -> Path:
    return peer_data / "bounces"


@pytest.fixture
def labels(folder: Path) -> dict[str, list[dict[str, str]]]:
    rows = defaultdict(list)
    with (folder / "labels.csv").open() as file:
        for row in csv.DictReader(file):
            rows[row["file"]].append(row)
    return rows


@pytest.fixture
def read_mails(folder: Path) -> dict[str, list[Bounce]]:
    return {path.name: read(path.read_bytes()) for path in sorted((folder / "mail").iterdir())}


def kind_of(name: str, rows: list[dict[str, str]]) -> str:
    reasons = {row["reason"] for row in rows}
    if name.startswith("arf") or "feedback" in reasons:
        return "complaint"
    if name.startswith("rfc3834") or "vacation" in reasons:
        return "auto-reply"
    return "ordinary" if "delivered" in reasons else "bounce"


def half_of(name: str) -> int:
    return hashlib.sha256(name.encode()).digest()[0] % 2


def test_bounces_are_recognised_and_nothing_else_is(
    read_mails: dict[str, list[Bounce]], labels: dict[str, list[dict[str, str]]], folder: Path
) -> None:
    seen: Counter[tuple[str, str]] = Counter()
    for name, bounces in read_mails.items():
        kinds = {bounce.kind.value for bounce in bounces}
        seen[kind_of(name, labels[name]), "bounce" if "bounce" in kinds else min(kinds)] += 1
    for path in (folder / "not-a-bounce").iterdir():
        seen["ordinary", read(path.read_bytes())[0].kind.value] += 1
    for (wanted, found), count in sorted(seen.items()):
        print(f"\n{wanted:>10} read as {found:<10} {count:4}", end="")
    bounces = sum(count for (wanted, _), count in seen.items() if wanted == "bounce")
    assert bounces > 300
    assert seen["bounce", "bounce"] >= 0.98 * bounces
    assert not any(found == "bounce" for wanted, found in seen if wanted != "bounce")


def test_dead_addresses_are_told_from_living_ones(
    read_mails: dict[str, list[Bounce]], labels: dict[str, list[dict[str, str]]]
) -> None:
    whole: Counter[str] = Counter()
    for half in (0, 1):
        seen: Counter[str] = Counter()
        for name, bounces in read_mails.items():
            rows = labels[name]
            if rows and half_of(name) == half:
                dead = sum(row["hard"] == "true" for row in rows)
                said = sum(bounce.hard for bounce in bounces)
                seen["right"] += min(dead, said)
                seen["missed"] += max(0, dead - said)
                seen["wrong"] += max(0, said - dead)
                seen["living"] += len(rows) - max(dead, said)
        print(f"\nhalf {half}: {dict(seen)}, precision {precision(seen):.3f}", end="")
        print(f", recall {recall(seen):.3f}", end="")
        whole += seen
    print(f"\nall: {dict(whole)}, precision {precision(whole):.3f}, recall {recall(whole):.3f}")
    assert whole["right"] > 80
    assert precision(whole) >= 0.97
    assert recall(whole) >= 0.95


def precision(seen: Counter[str]) -> float:
    return seen["right"] / (seen["right"] + seen["wrong"])


def recall(seen: Counter[str]) -> float:
    return seen["right"] / (seen["right"] + seen["missed"])


def test_recipient_is_the_final_recipient(
    read_mails: dict[str, list[Bounce]], labels: dict[str, list[dict[str, str]]], folder: Path
) -> None:
    told = 0
    for name, bounces in read_mails.items():
        raw = (folder / "mail" / name).read_bytes()
        final = {found.decode("latin-1").lower().strip(".") for found in FINAL.findall(raw)}
        if final and kind_of(name, labels[name]) == "bounce":
            told += 1
            assert {bounce.recipient for bounce in bounces} & final, name
    assert told > 150
