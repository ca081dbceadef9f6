"""A disk that is full while a site moves in: said in plain words, nothing by halves, mended by the
next run. Files that may not grow beyond a size stand for the disk."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.house import House, ready_house
from tests.importers.wordpress.moving import post
from tests.importers.wordpress.picture_files import shown
from tests.importers.wordpress.samples import export

LIMITED = """
import resource, sys
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
from allmende.site.command import main
main()
"""
FACTS = """
import json
from pathlib import Path
from django.conf import settings
from allmende.importers.models import Import
from allmende.newsroom.models import Article, Page, Picture
assert Page.find_problems() == ([], [], [], [], []), Page.find_problems()
kinds = ("post", "picture")
brought = [Import.objects.filter(kind=kind).count() for kind in kinds]
assert brought == [Article.objects.count(), Picture.objects.count()], brought
folder = Path(settings.MEDIA_ROOT) / "original_images"
print(json.dumps([*brought, len(list(folder.iterdir())) if folder.exists() else 0]))
"""


def bring(home: House, file: Path, limit: int) -> str:
    """What the import says when it fails for want of room."""
    command = [sys.executable, "-c", LIMITED, str(limit), "import", "wordpress", str(file)]
    done = subprocess.run(
        [*command, "--uploads", str(file.parent / "uploads")],
        env=home.environment,
        capture_output=True,
        text=True,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert "Traceback" not in said
    return said


@pytest.mark.kill
def test_full_disk_is_said_and_leaves_no_half(tmp_path: Path) -> None:
    folder, file = tmp_path / "uploads", tmp_path / "export.xml"
    folder.mkdir()
    Image.effect_noise((1500, 1500), 90).save(folder / "gross.png")
    Image.new("RGB", (9, 9)).save(folder / "klein.png")
    texts = [shown("klein.png") + "Ein Satz, der Platz braucht. " * 3000, shown("gross.png")]
    parts = [post(n, content__encoded=texts[n // 20]) for n in range(40)]
    file.write_bytes(export(*parts))
    with ready_house(tmp_path) as home:
        files = [one.stat().st_size for one in home.data.rglob("*") if one.is_file()]
        # The database of SQLite is what fills up first; PostgreSQL has its files elsewhere.
        said = bring(home, file, 1 << 20 if home.database else max(files) + 60_000)
        assert "Stopped: " in said
        assert "run the same command again" in said
        assert json.loads(home.python(FACTS))[0] == 0
        said = home.allmende("import", "wordpress", str(file), "--uploads", str(folder), "--json")
        assert json.loads(said)["counts"]["post"] == {"new": 40}
        assert json.loads(home.python(FACTS)) == [40, 2, 2]
