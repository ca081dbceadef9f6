"""Lighthouse on front page and article, as a slow telephone sees them."""

import json
import os
import shutil
import statistics
import subprocess

import pytest

from tests.browser.chromium import SWITCHES
from tests.browser.judges import ROOT
from tests.browser.kinds import first

LIGHTHOUSE = ROOT / "node_modules" / "lighthouse" / "cli" / "index.js"
pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not LIGHTHOUSE.exists(), reason="npm ci has brought no judges"),
]
WHOLE = {"accessibility", "best-practices", "seo"}
RUNS = 3  # a crowded machine makes one run slow


@pytest.mark.parametrize("name", ["front page", "article"])
def test_lighthouse_gives_full_marks(paper, tmp_path, name):
    path = "/" if name == "front page" else first(paper, "/", r"/artikel/[^\"]+")
    runs = [judged(paper.url + path, tmp_path / f"{run}.json") for run in range(RUNS)]
    speed = statistics.median(run["performance"] for run, _ in runs)
    print(f"\n{name}: performance {[run['performance'] for run, _ in runs]}, median {speed:.0f}")
    scores, faults = runs[0]
    assert {kind: scores[kind] for kind in WHOLE} == dict.fromkeys(WHOLE, 100), faults
    assert speed >= 99


def judged(url, report):
    """Scores of one run in percent, and what cost points."""
    subprocess.run(
        [
            *("node", LIGHTHOUSE, url, "--quiet", "--output=json", f"--output-path={report}"),
            f"--chrome-flags={' '.join(['--headless=new', *SWITCHES])}",
        ],
        env={**os.environ, "CHROME_PATH": shutil.which("chromium") or ""},
        cwd=report.parent,
        timeout=180,
        check=True,
        capture_output=True,
    )
    said = json.loads(report.read_text())
    scores = {name: round(kind["score"] * 100) for name, kind in said["categories"].items()}
    faults = [
        (name, audit["title"], audit.get("explanation"))
        for name, audit in said["audits"].items()
        if audit["score"] is not None and audit["score"] < 0.9
    ]
    return scores, faults
