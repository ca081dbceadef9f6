"""Files to readers, without Django: a WSGI application in front of the dynamic part.

application   which part answers a request            pages     entries from the store: a folder
entries       prepared answers, and what kept them    bucket    ... or a bucket
objects       entries from other objects of a bucket  folders   entries from static folders
memory        a bounded memory of entries             policy    security headers
negotiation   codings, conditions, ranges (RFC 9110)

How an answer stays true: an entry is prepared once from its files and remembered. Every LOOK
seconds a process reads the store's generation number. When it was raised, or when an entry was not
looked at for RECHECK seconds (a writer may die before raising it), the entry's files are compared
by inode, time and size before it is used again. So a withdrawal shows in every process within a
second. A bucket has no such number: there the page is asked after by its ETag.
"""

from allmende.bakery.serve.application import FileApplication
from allmende.bakery.serve.folders import Folder
from allmende.bakery.serve.objects import Objects

__all__ = ["FileApplication", "Folder", "Objects"]
