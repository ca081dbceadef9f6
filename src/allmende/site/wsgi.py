"""The web application: files for readers, Django for what they cannot answer."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allmende.site.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from allmende.bakery.serve import FileApplication
from allmende.site import public_paths

application = FileApplication(
    settings.BAKED_ROOT,
    fallback=get_wsgi_application(),
    static=public_paths.folders(),
    dynamic=public_paths.DYNAMIC,
    hsts=settings.SECURE_HSTS_SECONDS,
)
