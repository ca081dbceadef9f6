"""The web application: files for readers, Django for what they cannot answer."""

import gc
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allmende.site.settings")

from django.conf import settings
from django.core.files.storage import storages
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from allmende.bakery.serve import FileApplication
from allmende.bakery.store import S3Store
from allmende.site import public_paths

dynamic = get_wsgi_application()
application = FileApplication(
    S3Store(storages["baked"]) if "baked" in settings.STORAGES else settings.BAKED_ROOT,
    fallback=dynamic,
    static=public_paths.folders(),
    dynamic=public_paths.DYNAMIC,
    hsts=settings.SECURE_HSTS_SECONDS,
)

# What the house is made of stays until the process ends. Kept out of every collection of garbage,
# it no longer costs a reader a tenth of a second now and then.
len(get_resolver().url_patterns)  # imports all views
gc.collect()
gc.freeze()
