"""Are migrations in step with the models, and translations with the texts? For `make check`.

Every text that the source marks has a German translation, none of them is doubtful ("fuzzy"), the
compiled catalogues are those of the texts, and the texts themselves are English. A text is
translated alike in all apps, for Django shows one of its translations everywhere.
"""

import ast
import gettext
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
APPS = ROOT / "src" / "allmende"
CATALOGUE = Path("locale/de/LC_MESSAGES/django.po")
Text = str | tuple[str, int]
MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext"}
GERMAN = re.compile(r'^msgid ".*(?:[äöüß]|\b(?:und|nicht|oder|eine?)\b)', re.MULTILINE)


def main() -> int:
    with tempfile.TemporaryDirectory() as data:
        os.environ.update(ALLMENDE_DATA=data, DJANGO_SETTINGS_MODULE="allmende.site.settings")
        faults = list(migrations())
        faults += [fault for app in translated() for fault in translations(app)]
        faults += hidden()
        faults += differences({app.name: compiled(app) for app in translated()})
    for fault in faults:
        print(fault)
    print(f"migrations and translations: {len(faults)} faults")
    return int(bool(faults))


def migrations() -> Iterator[str]:
    command = [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        yield f"Migrations are missing:\n{done.stdout}{done.stderr}"


def hidden() -> Iterator[str]:
    """Texts within f-strings: xgettext does not see them, so they would stay English."""
    for path in sorted(APPS.rglob("*.py")):
        strings = [
            node
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.JoinedStr)
        ]
        for call in (part for string in strings for part in ast.walk(string)):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in MARKS:
                yield f"{path.relative_to(ROOT)}:{call.lineno}: a text within an f-string"


def translated() -> list[Path]:
    """The apps that hold texts."""
    return [app for app in sorted(APPS.iterdir()) if (app / "__init__.py").exists()]


def translations(app: Path) -> Iterator[str]:
    """Faults of one app's German catalogue."""
    if not shutil.which("msgcmp"):
        yield "gettext is missing: translations cannot be checked."
        return
    with tempfile.TemporaryDirectory() as folder:
        template = extract(app, Path(folder))
        if template is None:
            return
        for text in GERMAN.findall(template.read_text()):
            yield f"{app.name}: this text is not English: {text}"
        yield from compare(app, template)


def extract(app: Path, folder: Path) -> Path | None:
    """The texts that the app's source marks now; None when there are none."""
    copy = folder / app.name
    shutil.copytree(app, copy, ignore=shutil.ignore_patterns("*.po", "*.mo", "__pycache__"))
    (copy / "locale").mkdir(exist_ok=True)
    # -P: an app's own modules are not Python's.
    command = [sys.executable, "-P", "-m", "django", "makemessages", "--locale=de", "--keep-pot"]
    command += ["--extension=html,txt,py,atom,mjml"]
    subprocess.run(command, cwd=copy, capture_output=True, check=True)
    template = copy / "locale" / "django.pot"
    return template if template.exists() else None


def compare(app: Path, template: Path) -> Iterator[str]:
    catalogue = app / CATALOGUE
    if not catalogue.exists():
        yield f"{app.name}: there is no {CATALOGUE}"
        return
    done = subprocess.run(["msgcmp", catalogue, template], capture_output=True, text=True)
    if done.returncode:
        yield f"{app.name}: not every text is translated:\n{done.stderr.strip()}"
    fresh = subprocess.run(["msgfmt", "-o", "-", catalogue], capture_output=True).stdout
    kept = catalogue.with_suffix(".mo")
    if not kept.exists() or kept.read_bytes() != fresh:
        yield f"{app.name}: {kept.name} is not made of {catalogue.name}; run `make messages`."


def compiled(app: Path) -> dict[Text, str]:
    """The translations of an app's catalogue by text, with its context and the number of its
    plural; empty when it has none."""
    kept = (app / CATALOGUE).with_suffix(".mo")
    if not kept.exists():
        return {}
    with kept.open("rb") as file:
        return {
            text: found
            for text, found in gettext.GNUTranslations(file)._catalog.items()
            if text  # the first says how the catalogue came about
        }


def differences(catalogues: dict[str, dict[Text, str]]) -> Iterator[str]:
    """Texts that apps translate differently, of {app: {text: translation}}."""
    found: dict[Text, dict[str, str]] = {}
    for app, texts in catalogues.items():
        for text, translation in texts.items():
            found.setdefault(text, {})[app] = translation
    for text, by_app in found.items():
        if len(set(by_app.values())) > 1:
            yield f"{text!r} is translated differently; one may need a context: {by_app}"


if __name__ == "__main__":
    sys.exit(main())
