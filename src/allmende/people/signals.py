"""What `people` announces, inside the transaction of the change.

A receiver writes rows and does no network I/O.
"""

from django.dispatch import Signal

#: Somebody's data are to go. person: Person, which still stands; at: moment. A receiver removes
#: what is its app's and returns a list of `answers.Kept`: what law keeps, why, and until when.
erasing = Signal()

#: Somebody asks what is kept about them. person: Person; own: they look themselves, not the office
#: for them. A receiver returns a list of `answers.Section`.
exporting = Signal()

#: The office looks at somebody. person: Person. A receiver returns a list of `answers.Event`.
recalling = Signal()

#: The office has found that two rows are one human being. person: the row that is followed no
#: longer; into: the one that stays; at: moment. A receiver ends what would now be there twice.
merged = Signal()

#: The office took that back. person: the row that is its own again; into: the one that stayed;
#: merged_at, at: moments. A receiver brings back what ended by the merge; returns an empty list.
unmerged = Signal()

#: What goes to one address shall go to another of the same person. old, new: ContactAddress;
#: at: moment. A receiver rewrites where its letters go and returns how many things that
#: were; `old` may be deleted afterwards.
address_replaced = Signal()

#: A person looks at their account page. person: Person; at: moment. A receiver returns a list of
#: `answers.Panel`.
account_shown = Signal()

#: Once a day. at: moment. A receiver removes what was asked for and never confirmed.
sweeping = Signal()
