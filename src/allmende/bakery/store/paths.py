"""Public paths, the files they lie in, and the types that files are served with."""

import re

from allmende.bakery.store.errors import BadPath, BadTarget, WrongType

# Readers may keep a page, but ask before showing it again: a withdrawal reaches them at once, and
# asking costs a 304.
CACHE_CONTROL = "public, max-age=0, must-revalidate"

GONE, MOVED = ".gone", ".moved"
TWINS = (".gz", ".br")

SEGMENT = re.compile(r"[^\x00-\x1f\x7f/\\%?#.][^\x00-\x1f\x7f/\\%?#]*")
NAME_BYTES = 255  # what ext4, XFS, APFS and S3 listings have in common
PATH_BYTES = 1024

# The one hidden folder that readers may open (RFC 8615).
WELL_KNOWN = ".well-known"

TEXT_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "xml": "application/xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "map": "application/json; charset=utf-8",
    "webmanifest": "application/manifest+json; charset=utf-8",
    "svg": "image/svg+xml; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",
}
BINARY_TYPES = {
    "avif": "image/avif",
    "gif": "image/gif",
    "ico": "image/vnd.microsoft.icon",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "ttf": "font/ttf",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "oga": "audio/ogg",
    "opus": "audio/ogg",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "epub": "application/epub+zip",
    "zip": "application/zip",
}
TYPES = TEXT_TYPES | BINARY_TYPES


def file_name(path: str) -> str:
    """The file of a public path, relative to the root: "/politik/" lies in politik/index.html.

    Folder names hold no dot and file names do, so a file never stands where a folder must; the one
    exception is /.well-known/.
    Raises BadPath for everything that is not spelled exactly one way.
    """
    *folders, last = segments(path)
    if any("." in folder for folder in folders[folders[:1] == [WELL_KNOWN] :]):
        raise BadPath(f"{path!r}: a folder's name holds no dot")
    if not last:
        last = "index.html"
    elif "." not in last:
        raise BadPath(f"{path!r}: a folder's path ends with a slash, a file's name has an ending")
    elif last == "index.html":
        raise BadPath(f"{path!r}: the page is named by its folder")
    elif last.endswith((GONE, MOVED, *TWINS)):
        raise BadPath(f"{path!r}: this ending belongs to the store")
    if len(last.encode()) > NAME_BYTES - len(MOVED):
        raise BadPath(f"{path!r}: a name is longer than {NAME_BYTES - len(MOVED)} bytes")
    return "/".join([*folders, last])


def segments(path: str) -> list[str]:
    """The names between the slashes; the last is empty for a folder. Raises BadPath."""
    try:
        size = len(path.encode())
    except UnicodeEncodeError:
        raise BadPath(f"{path!r} is not text") from None
    if not path.startswith("/") or size > PATH_BYTES:
        raise BadPath(f"{path[:80]!r} does not begin with a slash or is over {PATH_BYTES} bytes")
    names = path[1:].split("/")
    hidden = len(names) > 1 and names[0] == WELL_KNOWN
    for name in names[hidden : -1 if names[-1] == "" else None]:
        if not SEGMENT.fullmatch(name):
            raise BadPath(f"{path!r}: {name!r} is empty, hidden or holds a forbidden character")
        if len(name.encode()) > NAME_BYTES:
            raise BadPath(f"{path!r}: a name is longer than {NAME_BYTES} bytes")
    return names


def public_path(name: str) -> str:
    """The inverse of `file_name`."""
    return "/" + (name[: -len("index.html")] if name.split("/")[-1] == "index.html" else name)


def ending(name: str) -> str:
    return name.rpartition(".")[2]


def check_type(name: str, content_type: str) -> None:
    """Servers know a file's type by its name alone: what was rendered must be the same."""
    said = content_type.partition(";")[0].strip().lower()
    told = TYPES.get(ending(name), "nothing").partition(";")[0]
    if said.replace("text/xml", "application/xml") != told:
        raise WrongType(f"{name} is rendered as {said or 'nothing'}, but served as {told}")


def check_target(target: str) -> None:
    """Only our own paths and full addresses, and nothing that could end a header line."""
    local = target.startswith("/") and not target.startswith(("//", "/\\"))
    if not (local or re.match(r"https?://[^/]", target)) or re.search(r"[\x00-\x20\x7f]", target):
        raise BadTarget(f"{target!r} is neither a path of this paper nor a full address")


def header_address(target: bytes) -> str:
    """Visible ASCII as a header needs it; what is escaped already stays so."""
    return "".join(chr(byte) if 0x20 < byte < 0x7F else f"%{byte:02X}" for byte in target)
