"""The product's settings, with folders of their own for every test process.

ALLMENDE_DATA and ALLMENDE_DATABASE_URL choose where a run works; without them a temporary folder
and SQLite.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path


def own_folder() -> str:
    """The run's folder; processes of one run (pytest-xdist) have one each below it."""
    if "ALLMENDE_DATA" not in os.environ:
        os.environ["ALLMENDE_DATA"] = tempfile.mkdtemp(prefix="allmende-test-")
        atexit.register(shutil.rmtree, os.environ["ALLMENDE_DATA"], ignore_errors=True)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    return str(Path(os.environ["ALLMENDE_DATA"]) / worker)


os.environ["ALLMENDE_DATA"] = own_folder()

from allmende.site.settings import *  # noqa: E402, F403  the environment comes first
from allmende.site.settings import STORAGES  # noqa: E402

# Slow on purpose in the product.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# The manifest is made by `allmende init`, which most tests do without.
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A suite lasts longer than a connection may; none is closed under a test.
DATABASES["default"]["CONN_MAX_AGE"] = None  # noqa: F405
