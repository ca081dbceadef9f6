"""A backup brings back every row and file, on both databases; a bad one changes nothing."""

import hashlib
import io
import json
import random
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import House, house, ready_house

MAKE = """
from django.db import transaction
from tests.factories import newsroom as make
with transaction.atomic():
    make.article(title={title!r}, picture=make.picture())
"""
ROWS = """
import hashlib
from django.db import connection
with connection.cursor() as cursor:
    for table in sorted(connection.introspection.table_names(cursor)):
        if table in {"site_worker", "bakery_bakeorder", "django_session"}:
            continue
        cursor.execute(f'SELECT * FROM "{table}"')
        rows = sorted(map(repr, cursor.fetchall()))
        print(table, len(rows), hashlib.sha256("".join(rows).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with ready_house(tmp_path_factory.mktemp("paper"), PYTHONPATH=str(Path.cwd())) as paper:
        yield paper


def rows(paper: House) -> dict[str, str]:
    """Number and checksum of every table's rows."""
    return dict(line.split(" ", 1) for line in paper.python(ROWS).splitlines())


def files(paper: House) -> dict[str, str]:
    root = paper.data / "media"
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def archive(paper: House) -> Path:
    paper.python(MAKE.format(title="Vorher"))
    target = paper.folder / "vorher.tar"
    said = paper.allmende("backup", str(target))
    assert "keys" in said
    return target


def test_a_restore_brings_back_every_row_and_file(paper, archive):
    before = rows(paper), files(paper)
    assert len(before[1]) == 1
    paper.python(MAKE.format(title="Nachher"))
    (paper.data / "media" / "stray.txt").write_text("left over")
    assert (rows(paper), files(paper)) != before
    assert "There is a paper here already" in paper.allmende("restore", str(archive), status=1)
    paper.allmende("restore", "--force", str(archive))
    assert (rows(paper), files(paper)) == before
    orders = paper.python(
        "from allmende.bakery.models import BakeOrder\n"
        "print(BakeOrder.objects.filter(ingredient='everything').count())"
    )
    assert int(orders) >= 1


def test_an_archive_may_be_restored_twice_and_into_an_empty_house(paper, archive, tmp_path):
    paper.allmende("restore", "--force", str(archive))
    before = rows(paper), files(paper)
    with house(tmp_path, PYTHONPATH=str(Path.cwd())) as other:
        other.allmende("restore", str(archive))
        assert (rows(other), files(other)) == before


def test_a_truncated_archive_is_refused_and_nothing_changes(paper, archive, tmp_path):
    before = rows(paper), files(paper)
    whole = archive.read_bytes()
    seed = random.randrange(1_000_000)
    chance = random.Random(seed)
    print(f"[truncated] seed {seed}")
    for size in (0, chance.randrange(600, len(whole) - 11_000)):
        short = tmp_path / "short.tar"
        short.write_bytes(whole[:size])
        said = paper.allmende("restore", "--force", str(short), status=1)
        assert "cannot be used" in said
        assert "Traceback" not in said
    assert (rows(paper), files(paper)) == before


def test_a_changed_byte_is_refused(paper, archive, tmp_path):
    content = bytearray(archive.read_bytes())
    content[1_500] ^= 1
    changed = tmp_path / "changed.tar"
    changed.write_bytes(content)
    assert "damaged" in paper.allmende("restore", "--force", str(changed), status=1)


def test_an_archive_that_would_write_elsewhere_is_refused(paper, tmp_path):
    evil = tmp_path / "evil.tar"
    with tarfile.open(evil, "w") as tar:
        for name in ("../evil.txt", "manifest.json"):
            content = json.dumps({"format": 1}).encode()
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    assert "no backup has" in paper.allmende("restore", "--force", str(evil), status=1)
    assert not (paper.folder / "evil.txt").exists()


def test_a_backup_does_not_replace_another_by_chance(paper, archive):
    before = archive.read_bytes()
    assert "--force" in paper.allmende("backup", str(archive), status=1)
    assert archive.read_bytes() == before


def test_the_keys_are_not_in_the_backup(paper, archive):
    key = (paper.data / "secret_key").read_bytes().strip()
    assert key
    assert key not in archive.read_bytes()
