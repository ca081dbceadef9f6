"""nginx in front of readers: its configuration, with the same rules as the embedded server's."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.template.loader import render_to_string

from allmende.bakery.serve import Folder, Objects, pages, policy
from allmende.bakery.serve.application import RETRY_AFTER
from allmende.bakery.serve.folders import FOREVER
from allmende.bakery.store.paths import TEXT_TYPES, TYPES

HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
MODULE = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")


# What a bucket's server tells of itself, and of objects that readers have no use for.
HIDDEN = [
    "Access-Control-Allow-Origin",
    "Cache-Control",
    *(f"x-amz-{name}" for name in ("id-2", "request-id", "version-id", "content-sha256")),
    *(f"x-amz-{name}" for name in ("server-side-encryption", "bucket-region", "expiration")),
    "x-amz-website-redirect-location",
    *(f"x-amz-meta-{name}" for name in ("state", "sha256", "target", "gz", "br")),
    "x-amzn-requestid",
]


@dataclass(frozen=True)
class Bucket:
    """Where nginx finds the objects, which everybody may read.

    address: as https://host/bucket/prefix; cache: nginx's own folder for what it fetched.
    """

    address: str
    cache: Path
    hidden = HIDDEN

    @property
    def scheme(self) -> str:
        return urlsplit(self.address).scheme

    @property
    def host(self) -> str:
        return urlsplit(self.address).netloc

    @property
    def name(self) -> str:
        return urlsplit(self.address).hostname or ""

    @property
    def server(self) -> str:
        known = urlsplit(self.address).port
        return self.host if known else f"{self.host}:{443 if self.scheme == 'https' else 80}"

    @property
    def path(self) -> str:
        return urlsplit(self.address).path


@dataclass(frozen=True)
class Site:
    """What differs from paper to paper.

    host: the name that readers type.
    root: the store's folder; folders: those that are served as they are, by prefix, or objects.
    dynamic: prefixes of paths for the web process, which listens on `upstream`.
    certificates: folder of fullchain.pem and privkey.pem; None without TLS, then `listen` counts.
    hsts: seconds of Strict-Transport-Security.
    bucket: where the pages are, if they are not in `root`; media: where the objects are that
        `folders` names. private: only the web process may read them.
    usual: a pattern of the addresses that are read most, none of them a folder's or hidden.
    """

    host: str
    root: Path
    folders: Mapping[str, Folder | Objects]
    dynamic: tuple[str, ...]
    upstream: str
    listen: str = "80"
    certificates: Path | None = None
    hsts: int = 0
    brotli: bool = False
    language: str = "de"
    bucket: Bucket | None = None
    media: Bucket | None = None
    private: bool = False
    usual: str = r"^/artikel/[0-9][^/]*\.html$"


def configuration(site: Site) -> str:
    """The text of one configuration file, to be included in nginx's http block.

    Raises ValueError for a host that is no host name.
    """
    if not HOST.fullmatch(site.host):
        raise ValueError(f"{site.host!r} is no host name. Write it as bote.example.")
    served = site.folders.items()
    texts = sorted({plain(kind) for kind in TEXT_TYPES.values()} - {"text/html"})
    headers = policy.everywhere(hsts=site.hsts, more={})
    context = {
        "site": site,
        "served": [{"prefix": prefix} for prefix in site.folders],
        "folders": [
            {"prefix": p, "root": one.root} for p, one in served if isinstance(one, Folder)
        ],
        "objects": [
            {"prefix": p, "folder": one.folder} for p, one in served if isinstance(one, Objects)
        ],
        "types": [(ending, plain(kind)) for ending, kind in TYPES.items()],
        "text_types": " ".join(texts),
        "text_endings": "|".join(TEXT_TYPES),
        "headers": headers,
        # What the web process says of a page, where nginx says it itself.
        "own_headers": ["Cache-Control", "Content-Security-Policy", "ETag", "Last-Modified"]
        + [name for name, _ in headers],
        "page_policy": policy.PAGE_POLICY,
        "file_policy": policy.FILE_POLICY,
        "pdf_policy": policy.PDF_POLICY,
        "page_cache": pages.CACHE[1],
        "hashed_cache": FOREVER,
        "file_cache": f"public, max-age={min(f.max_age for f in site.folders.values())}",
        "retry_after": RETRY_AFTER,
    }
    return render_to_string("site/nginx.conf", context)


def plain(content_type: str) -> str:
    return content_type.partition(";")[0]
