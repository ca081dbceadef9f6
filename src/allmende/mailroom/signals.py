"""What the mailroom announces, inside the transaction that records it.

A receiver writes rows and does no network I/O. What is told of letters that leave is sent a lot at
a time, for a mailing has a hundred thousand of them.
"""

from django.dispatch import Signal

#: Letters were accepted by a mail server. batch: Batch or None for single mails;
#: messages: keys of the rows; recipients: what `freeze` was given for them, in the same order.
handed_over = Signal()

#: Letters were refused for good. As handed_over, and codes: the server's, as "550 5.1.1".
refused = Signal()

#: Nothing of a batch is left to send. batch: Batch. May come again when uncertain letters of an
#: ended batch are sent anew.
batch_ended = Signal()

#: A letter did not arrive. bounce: Bounce; recipient: what `freeze` was given, or None where no
#: letter is known; barred: whether the address gets no further mailing from now on.
bounced = Signal()

#: A reader wrote to the address for leaving that one letter of a mailing names. message: Message,
#: with its batch; at.
unsubscribed = Signal()

#: A reader called a letter spam; the address gets no mail any more. bounce, recipient: as above.
complained = Signal()
