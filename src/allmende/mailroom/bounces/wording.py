"""What the office reads for each kind and reason."""

from django.utils.translation import gettext_lazy as _

from allmende.mailroom.bounces.shape import Kind, Reason

KINDS = {Kind.BOUNCE: _("did not arrive"), Kind.COMPLAINT: _("called spam")}
REASONS = {
    Reason.USER: _("nobody of that name"),
    Reason.HOST: _("no such domain"),
    Reason.DISABLED: _("mailbox is closed"),
    Reason.FULL: _("mailbox is full"),
    Reason.FILTERED: _("refused by a filter"),
    Reason.SENDER: _("our sender is not believed"),
    Reason.REPUTATION: _("our server is blocked"),
    Reason.CONTENT: _("taken for spam"),
    Reason.POLICY: _("refused by a rule"),
    Reason.SIZE: _("too large"),
    Reason.RATE: _("too many at once"),
    Reason.NETWORK: _("server not reached"),
    Reason.SYSTEM: _("trouble of their server"),
    Reason.UNKNOWN: _("not told"),
}
