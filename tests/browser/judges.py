"""Judges from outside: axe looks at a page in the browser, vnu at its source."""

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

ROOT = Path(__file__).parent.parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
VNU = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ASK = """async tags => {
    const found = await axe.run(document, {
        runOnly: {type: "tag", values: tags},
        resultTypes: ["violations"],
    });
    return found.violations.map(({id, help, tags, nodes}) =>
        ({id, help, tags, where: nodes.map(node => node.html.slice(0, 160))}));
}"""


def axe(page: Page) -> tuple[list[str], list[str]]:
    """Violations of WCAG 2.2 AA, and of what is merely good practice, as a person reads them."""
    # Through the debugger, for the page's own policy lets no foreign script in.
    page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = page.evaluate(ASK, [*WCAG, "best-practice"])
    hard = [told(one) for one in found if not set(one["tags"]).isdisjoint(WCAG)]
    soft = [told(one) for one in found if set(one["tags"]).isdisjoint(WCAG)]
    return hard, soft


def told(violation: dict[str, Any]) -> str:
    where = violation["where"]
    return f"{violation['id']}: {violation['help']} ({len(where)}x, as {where[0]})"


def vnu(files: Iterable[Path], *switches: str) -> list[str]:
    """The errors that the Nu HTML checker finds, each with its file and line."""
    paths = [str(file) for file in files]
    assert paths
    done = subprocess.run(
        ["java", "-jar", VNU, "--errors-only", "--format", "json", "--stdout", *switches, *paths],
        capture_output=True,
        text=True,
        timeout=300,
    )
    messages = json.loads(done.stdout)["messages"]
    return [
        f"{Path(one.get('url', '')).name}:{one.get('lastLine')}: {one['message']}"
        for one in messages
    ]
