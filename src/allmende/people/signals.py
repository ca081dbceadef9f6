"""What `people` announces, inside the transaction of the change.

A receiver writes rows and does no network I/O.
"""

from django.dispatch import Signal

#: Somebody's data are to go. person: Person; at: moment. A receiver removes what is its app's and
#: returns a list of `erasure.Kept`: what law keeps, why, and until when.
erasing = Signal()

#: Somebody asks what is kept about them. person: Person. A receiver returns a list of
#: `export.Section`.
exporting = Signal()

#: The office has found that two rows are one human being. person: the row that is followed no
#: longer; into: the one that stays; at: moment. A receiver ends what would now be there twice.
merged = Signal()
