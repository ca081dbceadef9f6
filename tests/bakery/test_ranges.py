"""Winding a recording: parts of a file, from memory and from disk (RFC 9110, section 14)."""

from pathlib import Path
from typing import Any

import pytest

from allmende.bakery.serve import FileApplication, Folder
from allmende.bakery.serve.folders import IN_MEMORY

pytestmark = pytest.mark.no_database
SOUND = bytes(range(256)) * 40


def ask(folder: Path, path: str, **headers: str) -> tuple[str, dict[str, str], bytes]:
    application = FileApplication(
        folder / "baked",
        fallback=lambda environ, start: [],
        static={"/media/files/": Folder(folder / "files")},
    )
    said: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        said.update(status=status, headers=dict(headers))

    environ = {"PATH_INFO": path, "REQUEST_METHOD": "GET"}
    environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    body = b"".join(application(environ, start))
    return said["status"], said["headers"], body


@pytest.fixture(params=[1, IN_MEMORY // len(SOUND) + 1], ids=["in memory", "on disk"])
def sound(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, bytes]:
    data = SOUND * request.param
    (tmp_path / "files" / "ab").mkdir(parents=True)
    (tmp_path / "files" / "ab" / "wehr.ogg").write_bytes(data)
    return tmp_path, data


def test_whole_recording_says_that_it_can_be_wound(sound):
    folder, data = sound
    status, headers, body = ask(folder, "/media/files/ab/wehr.ogg")
    assert (status, body) == ("200 OK", data)
    assert headers["Accept-Ranges"] == "bytes"
    assert headers["Content-Type"] == "audio/ogg"
    assert "sandbox" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("asked", "first", "after"),
    [("bytes=0-0", 0, 1), ("bytes=5000-", 5000, None), ("bytes=-7", -7, None)],
)
def test_part_of_a_recording(sound, asked, first, after):
    folder, data = sound
    status, headers, body = ask(folder, "/media/files/ab/wehr.ogg", range=asked)
    assert (status, body) == ("206 Partial Content", data[first:after])
    start = first % len(data)
    assert headers["Content-Range"] == f"bytes {start}-{start + len(body) - 1}/{len(data)}"
    assert headers["Content-Length"] == str(len(body))


def test_part_beyond_the_end_is_refused(sound):
    folder, data = sound
    status, headers, _ = ask(folder, "/media/files/ab/wehr.ogg", range=f"bytes={len(data)}-")
    assert status.startswith("416")
    assert headers["Content-Range"] == f"bytes */{len(data)}"


def test_part_of_another_version_is_the_whole(sound):
    folder, data = sound
    path = "/media/files/ab/wehr.ogg"
    status, _, body = ask(folder, path, range="bytes=0-9", if_range='"older"')
    assert (status, body) == ("200 OK", data)
