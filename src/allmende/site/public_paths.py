"""Which paths are files and which enter Django: one list for every server in front of readers."""

from django.conf import settings

from allmende.bakery.serve import Folder

# Paths that enter Django. All others are files or do not exist.
DYNAMIC = ("/redaktion/", "/konto/", "/abo/", "/beitrag/", "/dokumente/", "/suche/", "/-/")


def folders() -> dict[str, Folder]:
    """Folders that are served as they are, by the prefix of their paths."""
    return {
        "/static/": Folder(settings.STATIC_ROOT),
        # Renditions and public copies only: originals and documents lie beside them.
        "/media/images/": Folder(settings.MEDIA_ROOT / "images"),
        "/media/files/": Folder(settings.MEDIA_ROOT / "files"),
    }
