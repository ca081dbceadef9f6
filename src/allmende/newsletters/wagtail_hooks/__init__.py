"""Staff screens of newsletters in Wagtail's admin."""

from allmende.newsletters.wagtail_hooks import issues

__all__ = ["issues"]
