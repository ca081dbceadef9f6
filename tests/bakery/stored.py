"""Looking at a store from outside, as any server would, be it a folder or a bucket."""

import gzip
import os
import random
import subprocess
import sys
import time
from functools import singledispatch

import brotli

from allmende.bakery.store import FolderStore, S3Store, State
from allmende.bakery.store.paths import GONE, MOVED, TWINS

PAGE = "/artikel/12.ernte.html"
BODY = b"<p>Ernte</p>" * 500
ENDS = {State.GONE: GONE, State.MOVED: MOVED}

AnyStore = FolderStore | S3Store


@singledispatch
def files_of(store: AnyStore) -> dict[str, bytes]:
    """What any server could serve: every file but the store's own."""
    raise TypeError(store)


@files_of.register
def _(store: FolderStore) -> dict[str, bytes]:
    found = (file for file in store.root.rglob("*") if file.is_file())
    named = {str(file.relative_to(store.root)): file.read_bytes() for file in found}
    return {name: body for name, body in named.items() if not name.startswith(".store/")}


@files_of.register
def _(store: S3Store) -> dict[str, bytes]:
    """Objects that stand for a file of another name bear that name."""
    files = {}
    for name in listed(store):
        answer = store.client.get_object(Bucket=store.bucket, Key=store.prefix + name)
        state = State(answer["Metadata"].get("state", "live"))
        files[name + ENDS.get(state, "")] = answer["Body"].read()
    return files


def listed(store: S3Store) -> dict[str, str]:
    """Every object below the prefix, with the time of its last change."""
    pages = store.client.get_paginator("list_objects_v2")
    found = {
        one["Key"].removeprefix(store.prefix): one["LastModified"].isoformat()
        for page in pages.paginate(Bucket=store.bucket, Prefix=store.prefix)
        for one in page.get("Contents", [])
    }
    return {name: stamp for name, stamp in found.items() if not name.startswith(".store/")}


def assert_whole(store: AnyStore) -> dict[str, bytes]:
    """Every twin unpacks to its file, is known to belong to it, and none stands alone. Returns
    the files."""
    files = files_of(store)
    for name, body in files.items():
        for end, unpack in ((".gz", gzip.decompress), (".br", brotli.decompress)):
            if name.endswith(end):
                file = name.removesuffix(end)
                assert unpack(body) == files[file], name
    assert_twins_known(store)
    return files


@singledispatch
def assert_twins_known(store: AnyStore) -> None:
    """Every twin bears its page's time, or its page names it, and nothing half is left."""
    raise TypeError(store)


@assert_twins_known.register
def _(store: FolderStore) -> None:
    for name in files_of(store):
        if name.endswith(TWINS):
            assert stamps(store)[name] == stamps(store)[name[:-3]]
    assert list((store.root / ".store" / "new").iterdir()) == []


@assert_twins_known.register
def _(store: S3Store) -> None:
    heads = {
        name: store.client.head_object(Bucket=store.bucket, Key=store.prefix + name)
        for name in listed(store)
    }
    for name, head in heads.items():
        if not name.endswith(TWINS):
            named = {end: head["Metadata"].get(end[1:]) for end in TWINS}
            there = {end: heads.get(name + end, {}).get("ETag", "").strip('"') for end in TWINS}
            assert {end: etag or "" for end, etag in named.items()} == there, name


@singledispatch
def stamps(store: AnyStore) -> dict[str, object]:
    """The time of every file's last change."""
    raise TypeError(store)


@stamps.register
def _(store: FolderStore) -> dict[str, object]:
    return {name: (store.root / name).stat().st_mtime_ns for name in files_of(store)}


@stamps.register
def _(store: S3Store) -> dict[str, object]:
    return dict(listed(store))


@singledispatch
def reopened(store: AnyStore, *, twins: bool = True) -> AnyStore:
    """The same store, as another process would open it."""
    raise TypeError(store)


@reopened.register
def _(store: FolderStore, *, twins: bool = True) -> FolderStore:
    return FolderStore(store.root, twins=twins)


@reopened.register
def _(store: S3Store, *, twins: bool = True) -> S3Store:
    return S3Store(store.storage, twins=twins)


@singledispatch
def leave(store: AnyStore, name: str, body: bytes) -> None:
    """Lays a file down past the store, as a killed writer or a stranger would."""
    raise TypeError(store)


@leave.register
def _(store: FolderStore, name: str, body: bytes) -> None:
    (store.root / name).parent.mkdir(parents=True, exist_ok=True)
    (store.root / name).write_bytes(body)


@leave.register
def _(store: S3Store, name: str, body: bytes) -> None:
    store.client.put_object(Bucket=store.bucket, Key=store.prefix + name, Body=body)


def kill_a_writer(code: str, *arguments: object, written: int) -> None:
    """Kills a process at its next page after so many that it wrote, at any moment of it.

    code: says "ready", and a line after each page.
    """
    writer = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(["", *sys.path])},
    )
    with writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
        began = time.monotonic()
        for _ in range(written):
            assert writer.stdout.readline()
        one = (time.monotonic() - began) / max(written, 1)
        time.sleep(random.uniform(0, one))
        writer.kill()
