"""Secrets at rest: what the database and its backups hold of them, nobody reads without our keys.

    vault = Vault(folder)
    sealed = vault.seal(b"DE02…", context="payments.Mandate.iban:A-17")
    vault.open(sealed, context="payments.Mandate.iban:A-17")
    vault.fingerprint(b"DE02…", purpose="iban")             # equal values, equal fingerprints

Envelope encryption: each value has a data key of its own (AES-256-GCM); that key is sealed by the
newest *main key*, or by a key of its *owner*, and lies in front of the value. The context (table,
column, row) is authenticated with it: a value that is copied into another row does not open there.

Keys are files below `folder`, outside the database and its backups:

    main/<number>.key       the newest seals, all of them open
    owners/<hash>.key       one an owner, itself sealed by a main key; destroying it erases all that
                            was sealed for the owner, in every backup too, and leaves <hash>.gone
    fingerprints.key        what fingerprints are made with; never changes

Rotating makes a new main key. `renew` puts a sealed value under it without touching the value
itself (`renewing` does so with all of them); when nothing is left under an old key, `retire`
destroys it.
"""

import hmac
import os
import secrets
import time
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORM = b"\x01"  # of what is sealed; another one would follow with another way of sealing
MAIN, OWNED = b"m", b"o"
KEY, NONCE, TAG = 32, 12, 16
NUMBER = 4  # bytes of a main key's number
WRAPPED = NONCE + KEY + TAG
SETTLED = 1_000_000_000  # ns; a younger change of a folder may hide another behind the same time
HEAD = len(FORM) + 1 + NUMBER  # form, whose key, number of the main key


class Unreadable(Exception):
    """A value that does not open.

    Unreadable
      x Destroyed   its key is gone, and so is the value
      x Tampered    it was changed, is no sealed value, or was sealed for another context
    """


class Destroyed(Unreadable):
    """Its key is gone, and so is the value."""


class Tampered(Unreadable):
    """It was changed, is no sealed value, or was sealed for another context."""


class Vault:
    """folder: where the keys lie; made on first use, readable by its owner only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mains = str(folder / "main")  # as text: a statement seals 100,000 values
        self._seen = (0, 0)  # when the folder of main keys had changed last, and the newest then
        self._keys: dict[str, tuple[str, bytes]] = {}  # by name: path and key

    def seal(self, value: bytes, *, context: str, owner: str = "") -> bytes:
        """About 100 bytes longer than the value. owner: whose key it is under; "" is ours."""
        number = self._newest()
        data_key = secrets.token_bytes(KEY)
        head = head_of(number, owned=bool(owner))
        wrapping = self._owner_key(owner, make=True) if owner else self._main(number)
        wrapped = locked(wrapping, data_key, said=head + context.encode())
        return head + wrapped + locked(data_key, value, said=context.encode())

    def open(self, sealed: bytes, *, context: str, owner: str = "") -> bytes:
        """The value. Raises Destroyed and Tampered."""
        data_key, rest = self._unwrap(bytes(sealed), context=context, owner=owner)
        return unlocked(data_key, rest, said=context.encode())

    def renew(self, sealed: bytes, *, context: str) -> bytes:
        """The same value under the newest main key. Raises Destroyed and Tampered.

        What is under an owner's key stays as it is: `rotate` has put that key under the new one.
        """
        sealed = bytes(sealed)
        number = self._newest()
        if sealed[:HEAD] == head_of(number, owned=False) or sealed[1:2] == OWNED:
            return sealed
        data_key, rest = self._unwrap(sealed, context=context, owner="")
        head = head_of(number, owned=False)
        return head + locked(self._main(number), data_key, said=head + context.encode()) + rest

    def fingerprint(self, value: bytes, *, purpose: str) -> str:
        """Equal for equal values of one purpose, and tells nothing else: 32 hex digits."""
        key = self._once("fingerprints.key", self._kept)
        return hmac.digest(key, purpose.encode() + b"\0" + value, sha256).hex()[:32]

    def rotate(self) -> int:
        """A new main key, and all keys of owners under it. Returns its number."""
        number = self._newest() + 1
        made(self._path(f"main/{number}.key"), secrets.token_bytes(KEY))
        self.rewrap_owners()
        return number

    def rewrap_owners(self) -> None:
        """Keys of owners under the newest main key; once is as good as twice."""
        newest = head_of(self._newest(), owned=False)
        for path in sorted(self._path("owners").glob("*.key")):
            if self._read(path)[:HEAD] != newest:
                replaced(path, self._sealed_owner_key(path.stem, self._opened_owner_key(path)))

    def owners_under(self) -> dict[int, int]:
        """How many keys of owners are under which main key."""
        paths = sorted(self._path("owners").glob("*.key"))
        return Counter(number_of(self._read(path)) for path in paths)

    def numbers(self) -> dict[int, float]:
        """The main keys, and since when each is there (seconds since 1970)."""
        self._newest()
        found = {int(path.stem): path.stat().st_mtime for path in self._path("main").glob("*.key")}
        return dict(sorted(found.items()))

    def retire(self, number: int) -> None:
        """Destroys an old main key; what is still under it is lost. Never the newest."""
        if number == self._newest():
            raise ValueError("the newest key is in use")
        destroyed(self._path(f"main/{number}.key"))

    def destroy(self, owner: str) -> bool:
        """Erases all that was sealed for an owner. Returns whether there was a key."""
        path = self._path(f"owners/{name_of(owner)}.key")
        if path.exists():
            made(path.with_suffix(".gone"), b"")
        return destroyed(path)

    def was_destroyed(self, owner: str) -> bool:
        """By `destroy`, which is another thing than a folder of keys that is missing: what a backup
        brings back of this owner is to be forgotten again."""
        return self._path(f"owners/{name_of(owner)}.gone").exists()

    def _unwrap(self, sealed: bytes, *, context: str, owner: str) -> tuple[bytes, bytes]:
        """The data key, and the locked value."""
        head, wrapped, rest = sealed[:HEAD], sealed[HEAD : HEAD + WRAPPED], sealed[HEAD + WRAPPED :]
        if head[:1] != FORM or head[1:2] != (OWNED if owner else MAIN) or not rest:
            raise Tampered("no sealed value, or another owner's")
        number = int.from_bytes(head[2:], "big")
        wrapping = self._owner_key(owner) if owner else self._main(number)
        return unlocked(wrapping, wrapped, said=head + context.encode()), rest

    def _newest(self) -> int:
        try:
            changed = os.stat(self._mains).st_mtime_ns
        except FileNotFoundError:
            changed = 0
        if changed and changed == self._seen[0]:
            return self._seen[1]
        numbers = [int(path.stem) for path in self._path("main").glob("*.key")]
        if not numbers:
            self._kept("main/1.key")
            return 1
        if time.time_ns() - changed > SETTLED:
            self._seen = (changed, max(numbers))
        return max(numbers)

    def _main(self, number: int) -> bytes:
        return self._once(f"main/{number}.key", lambda name: self._read(self._path(name)))

    def _once(self, name: str, read: Callable[[str], bytes]) -> bytes:
        """A key that is read once; whether it still exists is asked each time."""
        path, key = self._keys.get(name, ("", b""))
        if not path or not os.path.exists(path):  # as text: a file of debits opens 200,000 values
            key = read(name)
            self._keys[name] = str(self._path(name)), key
        return key

    def _owner_key(self, owner: str, *, make: bool = False) -> bytes:
        path = self._path(f"owners/{name_of(owner)}.key")
        if make and not path.exists():
            made(path, self._sealed_owner_key(path.stem, secrets.token_bytes(KEY)))
        return self._opened_owner_key(path)

    def _sealed_owner_key(self, name: str, key: bytes) -> bytes:
        return self.seal(key, context=f"owner:{name}")

    def _opened_owner_key(self, path: Path) -> bytes:
        return self.open(self._read(path), context=f"owner:{path.stem}")

    def _kept(self, name: str) -> bytes:
        """A key that is made when it is first asked for."""
        path = self._path(name)
        if not path.exists():
            made(path, secrets.token_bytes(KEY))
        return self._read(path)

    def _read(self, path: Path) -> bytes:
        try:
            return path.read_bytes()
        except FileNotFoundError as error:
            raise Destroyed(f"there is no {path.name}") from error

    def _path(self, name: str) -> Path:
        return self._folder / name


def number_of(sealed: bytes) -> int:
    """Of the main key that a value is under; 0 where it is under an owner's, or none at all."""
    if sealed[:2] != FORM + MAIN:
        return 0
    return int.from_bytes(sealed[2:HEAD], "big")


def head_of(number: int, *, owned: bool) -> bytes:
    return FORM + (OWNED if owned else MAIN) + number.to_bytes(NUMBER, "big")


def locked(key: bytes, value: bytes, *, said: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, value, said)


def unlocked(key: bytes, locked: bytes, *, said: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(locked[:NONCE], locked[NONCE:], said)
    except (InvalidTag, ValueError) as error:
        raise Tampered("changed, or sealed for another context") from error


@lru_cache(maxsize=1024)
def name_of(owner: str) -> str:
    """The listing of the folder tells nobody who the owners are to somebody who cannot guess."""
    return sha256(b"owner:" + owner.encode()).hexdigest()[:40]


def made(path: Path, content: bytes) -> None:
    """Writes a new file, whole or not at all; who comes second leaves the first one's."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = written(path, content)
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def replaced(path: Path, content: bytes) -> None:
    os.replace(written(path, content), path)


def written(path: Path, content: bytes) -> Path:
    """A file beside `path`, on disk when this returns."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft


def destroyed(path: Path) -> bool:
    """Overwrites and removes a file; True where there was one."""
    try:
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return False
    return True
