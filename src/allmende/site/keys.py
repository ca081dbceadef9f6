"""The signing key of an installation, made once and kept outside the database."""

import os
import secrets
from pathlib import Path


def signing_key(folder: Path) -> str:
    """The key kept in `folder`, made on first use; readable by its owner only."""
    path = folder / "secret_key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
    key = secrets.token_urlsafe(50)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process made it between the look and the write
        return signing_key(folder)
    with os.fdopen(handle, "w") as file:
        file.write(key)
    return key
