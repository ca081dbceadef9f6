"""What the house promises about its own shape, beyond the import contracts of pyproject.toml."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Model

pytestmark = pytest.mark.no_database
ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "allmende"
LONGEST_FUNCTION = 60
LONGEST_FILE = 500
# Names that attract everything and say nothing.
FORBIDDEN = {"services", "utils", "helpers", "managers", "common", "misc"}
# Wagtail is swapped to the newsroom's page, picture and document models: its own tables, and the
# settings of an app below that show a page or a picture, point up to them.
WAGTAIL_MODELS = {
    "newsroom.Page",
    "newsroom.Picture",
    "newsroom.Download",
}


def modules() -> list[Path]:
    return [path for path in sorted(SOURCE.rglob("*.py")) if "migrations" not in path.parts]


def ranks() -> dict[str, int]:
    """The line of the import contract on which each app stands, lowest first."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = contracts["contracts"][0]["layers"]
    lines = [line.replace("(", "").replace(")", "").split(" | ") for line in reversed(layers)]
    return {app: rank for rank, line in enumerate(lines) for app in line}


def pointers() -> Iterator[tuple[type[Model], str, type[Model]]]:
    for model in apps.get_models(include_auto_created=True):
        if model.__module__.startswith("allmende."):
            for field in model._meta.get_fields():
                target = field.related_model
                if field.concrete and isinstance(target, type) and target is not model:
                    yield model, field.name, target


def test_foreign_keys_point_downward():
    rank = ranks()
    upward = [
        f"{model._meta.label}.{name} -> {target._meta.label}"
        for model, name, target in pointers()
        if target.__module__.startswith("allmende.")
        and target._meta.label not in WAGTAIL_MODELS
        and target._meta.app_label != model._meta.app_label
        and rank[target._meta.app_label] >= rank[model._meta.app_label]
    ]
    assert upward == []


def test_every_app_stands_in_the_contract():
    ours = {app.label for app in apps.get_app_configs() if app.name.startswith("allmende.")}
    assert ours <= ranks().keys()


def test_no_function_is_longer_than_sixty_lines():
    too_long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert too_long == []


def test_no_file_is_longer_than_five_hundred_lines():
    too_long = [
        str(path.relative_to(ROOT))
        for path in modules()
        if len(path.read_text().splitlines()) > LONGEST_FILE
    ]
    assert too_long == []


def test_no_name_attracts_everything():
    named = [path for path in modules() if FORBIDDEN & {path.stem, *path.parts}]
    assert named == []
