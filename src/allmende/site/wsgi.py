"""The web application: files for readers, Django for what they cannot answer."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allmende.site.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from allmende.bakery.serve import FileApplication, Folder

# Paths that enter Django. All others are files or do not exist.
DYNAMIC = ("/redaktion/", "/konto/", "/dokumente/", "/-/")

application = FileApplication(
    settings.BAKED_ROOT,
    fallback=get_wsgi_application(),
    static={
        "/static/": Folder(settings.STATIC_ROOT),
        # Renditions only: originals and documents lie beside them and are not public.
        "/media/images/": Folder(settings.MEDIA_ROOT / "images"),
    },
    dynamic=DYNAMIC,
    hsts=settings.SECURE_HSTS_SECONDS,
)
