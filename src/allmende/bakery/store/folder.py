"""The store as a folder, in the order of steps that the package's docstring gives."""

import hashlib
import os
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from allmende.bakery.store.files import (
    OWN,
    beside,
    clear,
    content,
    fits,
    locked,
    make_folder,
    pack,
    plain_words,
    raise_generation,
    sync,
    write,
)
from allmende.bakery.store.paths import (
    GONE,
    MOVED,
    TEXT_TYPES,
    TWINS,
    WELL_KNOWN,
    check_target,
    check_type,
    ending,
    file_name,
    public_path,
)
from allmende.bakery.store.states import Kept, State

LOCKS = 32

# Folders that `together` will sync.
_unsynced: ContextVar[set[Path] | None] = ContextVar("unsynced", default=None)


class FolderStore:
    """A tree of files below `root`, which the embedded server and nginx serve as it is."""

    def __init__(self, root: Path | str, *, twins: bool = True) -> None:
        self.root = Path(root)
        self.twins = twins
        self._new = self.root / OWN / "new"
        self._locks = self.root / OWN / "lock"
        with plain_words(OWN):
            self._prepare()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Many files of a folder cost one sync of it."""
        folders: set[Path] = set()
        token = _unsynced.set(folders)
        try:
            yield
        finally:
            _unsynced.reset(token)
            for folder in sorted(folders):
                with plain_words(str(folder)):
                    sync(folder)

    def put(self, path: str, body: bytes, content_type: str) -> bool:
        """Makes `path` live with `body`; the modification time of unchanged bytes stays.

        Raises BadPath, WrongType, or StoreFull and StoreError with the old page still in place.
        """
        name = file_name(path)
        check_type(name, content_type)
        file = self.root / name
        twins = TWINS if self.twins and ending(name) in TEXT_TYPES else ()
        with plain_words(path):
            known = self.state(path) is State.LIVE and content(file) == body
            if known and all(fits(file, twin, body) for twin in twins) and not others(file, twins):
                return False
            packed = {twin: pack(body, twin) for twin in twins}
            with self._changing(name) as draft:
                return self._place(file, body, packed, draft)

    def remove(self, path: str) -> bool:
        """Makes `path` absent."""
        file = self.root / file_name(path)
        with plain_words(path):
            if not any(beside(file, end).exists() for end in ("", GONE, MOVED, *TWINS)):
                return False
            with self._changing(file_name(path)):
                return clear(file, (*TWINS, "", MOVED, GONE))

    def tombstone(self, path: str, body: bytes) -> bool:
        """Withdraws `path`: it answers 410 with `body`, an HTML page."""
        return self._mark(path, GONE, body, clearing=(*TWINS, "", MOVED))

    def redirect(self, path: str, target: str) -> bool:
        """Sends readers of `path` on to `target`, a path of ours or a full address."""
        check_target(target)
        return self._mark(path, MOVED, target.encode(), clearing=(*TWINS, "", GONE))

    def state(self, path: str) -> State:
        return state_of(self.root / file_name(path))

    def walk(self) -> Iterator[Kept]:
        """All paths that are not absent, folder by folder, by name."""
        for folder, names in self._folders():
            marked = {
                n.removesuffix(end) for n in names for end in (GONE, MOVED) if n.endswith(end)
            }
            files = marked | {n for n in names if not n.endswith((GONE, MOVED, *TWINS))}
            for name in sorted(files):
                path = public_path(folder + name)
                state = state_of(self.root / (folder + name))
                end = {State.GONE: GONE, State.MOVED: MOVED}.get(state, "")
                body = content(self.root / (folder + name + end)) or b""
                yield Kept(path, state, hashlib.sha256(body).hexdigest())

    def digest(self) -> str:
        """One SHA-256 of every file's name and bytes, twins included."""
        whole = hashlib.sha256()
        for folder, names in self._folders():
            for name in sorted(names):
                body = content(self.root / (folder + name)) or b""
                whole.update(f"{folder}{name}\0{hashlib.sha256(body).hexdigest()}\n".encode())
        return whole.hexdigest()

    def _folders(self) -> Iterator[tuple[str, list[str]]]:
        for folder, folders, names in os.walk(self.root):
            relative = os.path.relpath(folder, self.root)
            open_here = {WELL_KNOWN} if relative == "." else set()
            folders[:] = sorted(n for n in folders if n[0] != "." or n in open_here)
            yield "" if relative == "." else f"{relative}/", names

    def _prepare(self) -> None:
        """Lays out the store's own folder and removes what a killed writer left in it.

        Locks and the generation number exist from the start: a withdrawal needs no free space.
        """
        for folder in (self._new, self._locks):
            folder.mkdir(parents=True, exist_ok=True)
        for shard in range(LOCKS):
            (self._locks / f"{shard:02}").touch()
        for draft in sorted(self._new.iterdir()):
            with locked(self._locks / draft.name[:2]):
                draft.unlink(missing_ok=True)
        raise_generation(self.root)

    @contextmanager
    def _changing(self, name: str) -> Iterator[Path]:
        """Holds the lock of `name` and gives a place for drafts, of which none stays behind."""
        shard = f"{zlib.crc32(name.encode()) % LOCKS:02}"
        draft = self._new / shard
        with locked(self._locks / shard):
            try:
                yield draft
            finally:
                clear(draft, ("", *TWINS))
                raise_generation(self.root)

    def _place(self, file: Path, body: bytes, packed: dict[str, bytes], draft: Path) -> bool:
        """Steps 1 to 3 of the package's docstring."""
        make_folder(file.parent)
        same = content(file) == body
        stamp = file.stat().st_mtime_ns if same else time.time_ns()
        twins = {t: b for t, b in packed.items() if not (same and fits(file, t, body))}
        for end, new in twins.items() if same else {"": body, **twins}.items():
            write(beside(draft, end), new, stamp)
        if not same:
            if clear(file, TWINS):
                sync(file.parent)
            os.replace(draft, file)
        for end in twins:
            os.replace(beside(draft, end), beside(file, end))
        clear(file, [twin for twin in TWINS if twin not in packed])
        later = _unsynced.get()
        if later is not None and not others(file, TWINS):  # nothing goes away that it replaces
            later.add(file.parent)
            return not same
        sync(file.parent)
        switched = clear(file, (MOVED, GONE))
        if switched:
            sync(file.parent)
        return switched or not same

    def _mark(self, path: str, end: str, body: bytes, *, clearing: tuple[str, ...]) -> bool:
        name = file_name(path)
        file = self.root / name
        mark = beside(file, end)
        with plain_words(path):
            known = content(mark) == body
            if known and not any(beside(file, other).exists() for other in clearing):
                return False
            with self._changing(name) as draft:
                before = state_of(file)
                make_folder(file.parent)
                if not known:
                    write(draft, body, time.time_ns())
                    os.replace(draft, mark)
                clear(file, clearing)  # at once: until then nginx sends the page
                sync(file.parent)
                return not known or state_of(file) is not before


def state_of(file: Path) -> State:
    if beside(file, GONE).is_file():
        return State.GONE
    if beside(file, MOVED).is_file():
        return State.MOVED
    return State.LIVE if file.is_file() else State.ABSENT


def others(file: Path, twins: tuple[str, ...]) -> bool:
    """Whether files stand beside a live one that have no business there."""
    ends = (GONE, MOVED, *(twin for twin in TWINS if twin not in twins))
    return any(beside(file, end).exists() for end in ends)
