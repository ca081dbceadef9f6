"""A large export is read and converted in the memory of a small one."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.importers.wordpress.samples import HEAD, RSS, item, meta

pytestmark = pytest.mark.no_database
PROGRAM = """
import re, sys
from allmende.importers.wordpress.export import Item
from allmende.importers.wordpress.html import convert
from allmende.importers.wordpress.read import read

def peak():  # of this process alone; getrusage counts the parent's too after a fork
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1])

count = 0
with open(sys.argv[1], "rb") as stream:
    for entry in read(stream):
        if isinstance(entry, Item):
            count += 1
            if count % 20 == 0:
                convert(entry.content, base=entry.link)
            if count == 200:
                early = peak()
print(count, peak() - early)
"""
MEGABYTES = 40


def write_export(path: Path) -> int:
    content = (
        "<p>"
        + "Der Fluss steigt, und niemand weiß, wie lange noch. " * 70
        + "</p>\n\n<h2>Und?</h2>"
    )
    article = item({"content:encoded": content}, inside=meta("_wp_old_slug", "alt")).encode()
    count = (MEGABYTES << 20) // len(article) + 1
    with path.open("wb") as stream:
        stream.write((RSS.format(version="1.2") + HEAD).encode())
        for _ in range(count):
            stream.write(article)
        stream.write(b"</channel></rss>")
    return count


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "export.xml"
    count = write_export(path)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)], capture_output=True, text=True, check=True
    )
    read, grown = map(int, done.stdout.split())
    assert read == count
    assert grown < 4 * 1024, f"{grown} kB more after {MEGABYTES} MB than after 200 items"
