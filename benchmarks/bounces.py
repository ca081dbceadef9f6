"""How well and how quickly mails that come back are understood, beside Mailman's flufl.bounce.

On the mails in the folder `bounces` of ALLMENDE_PEER_DATA, with the facts of its labels.csv: hard
means that the address is dead. The peer calls addresses permanent or temporary failures.
"""

import csv
import email
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

from figures import Report
from flufl.bounce import all_failures

from allmende.mailroom.bounces.parse import read


def ours(raw: bytes) -> tuple[bool, int]:
    """Whether it is a bounce, and how many addresses it calls dead."""
    found = read(raw)
    return any(one.kind == "bounce" for one in found), sum(one.hard for one in found)


def theirs(raw: bytes) -> tuple[bool, int]:
    temporary, permanent = all_failures(email.message_from_bytes(raw))
    return bool(temporary or permanent), len(permanent)


def judge(judge_of: Callable[[bytes], tuple[bool, int]], folder: Path) -> dict[str, float]:
    labels = defaultdict(list)
    with (folder / "labels.csv").open() as file:
        for row in csv.DictReader(file):
            labels[row["file"]].append(row)
    seen: Counter[str] = Counter()
    raws = {path.name: path.read_bytes() for path in sorted((folder / "mail").iterdir())}
    start = time.perf_counter()
    answers = {name: judge_of(raw) for name, raw in raws.items()}
    took = time.perf_counter() - start
    for name, rows in labels.items():
        if {row["reason"] for row in rows} & {"feedback", "vacation", "delivered"}:
            continue
        bounce, dead = answers[name]
        hard = sum(row["hard"] == "true" for row in rows)
        seen["mails"] += 1
        seen["recognised"] += bounce
        seen["right"] += min(dead, hard)
        seen["said"] += dead
        seen["hard"] += hard
    return {
        "recognised": seen["recognised"] / seen["mails"],
        "hard precision": seen["right"] / seen["said"],
        "hard recall": seen["right"] / seen["hard"],
        "mails a second": len(raws) / took,
    }


def main() -> None:
    place = os.environ.get("ALLMENDE_PEER_DATA")
    if not place:
        sys.exit("ALLMENDE_PEER_DATA names no folder: nothing to measure on.")
    report = Report()
    folder = Path(place) / "bounces"
    mine, peer = judge(ours, folder), judge(theirs, folder)
    goals = {"recognised": 0.98, "hard precision": 0.97, "hard recall": 0.95}
    for figure, goal in goals.items():
        print(f"  flufl.bounce, {figure}: {peer[figure]:.2f}")
        report.at_least(f"bounces, {figure}", mine[figure], 1.0, goal, "")
    for name, found in (("ours", mine), ("flufl.bounce", peer)):
        print(f"  {name}: {found['mails a second']:,.0f} mails a second")
    report.end()


if __name__ == "__main__":
    main()
