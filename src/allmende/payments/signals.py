"""What `payments` announces, inside the transaction of the change.

A receiver writes rows and does no network I/O. It asks `pledge.purpose` whether it is meant:
payments knows no purpose.
"""

from django.dispatch import Signal

#: A pledge was confirmed: from now on it is collected. pledge; at.
activated = Signal()

#: A pledge rests. pledge, with paused_until and paused_why (reader, office, or a bank's code); at.
paused = Signal()

#: It goes on. pledge; at.
resumed = Signal()

#: Amount or way of paying changes. pledge; version; at.
changed = Signal()

#: A pledge has ended, at the provider too. pledge, with its reason; at.
ended = Signal()

#: Money of a due item is there. item, attempt, money: Money that came (not less a fee); on; at.
settled = Signal()

#: Money that had been there went back to the giver's bank, or (code "office") never was this
#: item's. What follows is done already: item, attempt, money, code, retry_on (None: not by itself),
#: on, at.
returned = Signal()

#: Money was given back, wholly or in part. item, attempt, refund, money, on, at.
refunded = Signal()

#: The giver took money back through provider or bank. item, attempt, money, on, at.
charged_back = Signal()

#: A try failed before any money came. item, attempt (None where the provider names none), code,
#: retry_on (None: not by itself), at.
failed = Signal()

#: A payout has left our account, as the bank says. payout, with purpose and reference of whoever
#: asked for it; money; on; at.
paid_out = Signal()

#: It came back: it is owed again. payout, with the bank's code; money; on; at.
payout_returned = Signal()
