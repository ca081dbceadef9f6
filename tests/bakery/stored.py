"""Looking at a store from outside, as any server would."""

import gzip

import brotli

from allmende.bakery.store import FolderStore

PAGE = "/artikel/12.ernte.html"
BODY = b"<p>Ernte</p>" * 500


def files_of(store: FolderStore) -> dict[str, bytes]:
    """What any server could serve: every file but the store's own."""
    found = (file for file in store.root.rglob("*") if file.is_file())
    named = {str(file.relative_to(store.root)): file.read_bytes() for file in found}
    return {name: body for name, body in named.items() if not name.startswith(".store/")}


def assert_whole(store: FolderStore) -> None:
    """Every twin unpacks to its file, bears its time, and none stands alone."""
    files = files_of(store)
    for name, body in files.items():
        for end, unpack in ((".gz", gzip.decompress), (".br", brotli.decompress)):
            if name.endswith(end):
                file = name.removesuffix(end)
                assert unpack(body) == files[file], name
                assert mtime(store, name) == mtime(store, file)
    assert list((store.root / ".store" / "new").iterdir()) == []


def mtime(store: FolderStore, name: str) -> int:
    return (store.root / name).stat().st_mtime_ns
