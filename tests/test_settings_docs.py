"""docs/settings.md tells every setting, and none that does not exist."""

import re
from pathlib import Path

import pytest

from allmende.site.environment import SETTINGS, Setting

pytestmark = pytest.mark.no_database
ROOT = Path(__file__).parent.parent
KINDS = {str: "text", int: "number", bool: "on/off", list: "list"}
# Read by tests and benchmarks only.
DEVELOPERS = {"ALLMENDE_PEER_DATA"}


def rows() -> dict[str, tuple[str, ...]]:
    """Type, default and meaning of each variable in the table."""
    lines = (ROOT / "docs" / "settings.md").read_text().splitlines()
    cells = [line.strip("|").split(" | ") for line in lines if line.startswith("| `ALLMENDE_")]
    return {name.strip(" `"): tuple(rest.strip() for rest in more) for name, *more in cells}


def shown(default: object) -> str:
    if isinstance(default, bool):
        return "on" if default else "off"
    return f"`{default}`" if default not in ("", []) else "none"


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_told_as_it_is(setting: Setting):
    told = KINDS[setting.kind], shown(setting.default), setting.meaning
    assert rows()[setting.name] == told


def test_no_setting_is_told_that_does_not_exist():
    assert rows().keys() == {setting.name for setting in SETTINGS}


def test_the_product_reads_no_other_variable():
    pattern = re.compile(r"ALLMENDE_[A-Z_]+[A-Z]")
    texts = [*(ROOT / "src").rglob("*.py"), *(ROOT / "docs").rglob("*.md"), ROOT / "Makefile"]
    named = {name for path in texts for name in pattern.findall(path.read_text())}
    assert named - {setting.name for setting in SETTINGS} <= DEVELOPERS
