"""Which paths are files and which enter Django: one list for every server in front of readers."""

from django.conf import settings
from django.core.files.storage import default_storage

from allmende.bakery.serve import Folder, Objects

# Paths that enter Django. All others are files or do not exist.
DYNAMIC = (
    "/redaktion/",
    "/konto/",
    "/abo/",
    "/beitrag/",
    "/beitreten/",
    "/dokumente/",
    "/suche/",
    "/-/",
)
# Renditions and public copies only: originals and documents lie beside them.
MEDIA = {"/media/images/": "images", "/media/files/": "files"}


def folders() -> dict[str, Folder | Objects]:
    """Folders, or objects of a bucket, that are served as they are, by prefix."""
    static: dict[str, Folder | Objects] = {"/static/": Folder(settings.STATIC_ROOT)}
    if settings.SETTING["s3_media"]:
        return static | {prefix: Objects(default_storage, name) for prefix, name in MEDIA.items()}
    return static | {prefix: Folder(settings.MEDIA_ROOT / name) for prefix, name in MEDIA.items()}
