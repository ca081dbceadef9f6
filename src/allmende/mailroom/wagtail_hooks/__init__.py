"""Staff screens of the mailroom: mailings on their way, letters of one person, what came back."""

from allmende.mailroom.wagtail_hooks import bounces, letters, mailings  # noqa: F401  they register
