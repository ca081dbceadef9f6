"""Members found by whatever somebody says of them: number, name, address, mail address."""

from django.db.models import Q, QuerySet

from allmende.cooperative.folding import Stage
from allmende.cooperative.models import Detail, Membership
from allmende.cooperative.models.register import ADMITTED
from allmende.people.models import ContactAddress

MOST = 500  # persons found by a mail address; more tell nobody anything
LONGEST_NUMBER = 10  # digits; a longer one is no member's
#: What the office looks at: the state, and which rows it means.
VIEWS = {
    "": Q(stage=Stage.MEMBER),
    "leaving": Q(stage=Stage.MEMBER, next_end_on__isnull=False),
    "former": Q(stage=Stage.ENDED),
    "all": Q(stage__in=ADMITTED),
}


def search(words: str, *, view: str = "") -> QuerySet[Membership]:
    """All words have to be found, in names of before, too. In the order of numbers."""
    rows = Membership.objects.filter(VIEWS.get(view, VIEWS[""])).order_by("number")
    standing = Detail.objects.filter(void_from=None)
    written, said = standing, words.split()
    for word in said:
        if "@" in word:
            rows = rows.filter(reached_by(word))
        elif word.isdecimal() and not word.startswith("0") and len(word) < LONGEST_NUMBER:
            # Alone it is a member or a postcode; beside other words it may be that of a house.
            meant = Q(postcode=word) if len(said) == 1 else contains(word)
            there = standing.filter(meant).values("membership")
            rows = rows.filter(Q(number=int(word)) | Q(pk__in=there))
        else:
            written = written.filter(contains(word))
    return rows if written is standing else rows.filter(pk__in=written.values("membership"))


def contains(word: str) -> Q:
    return Q(sought__contains=word.casefold())


def reached_by(start: str) -> Q:
    """Whose address begins so."""
    rows = ContactAddress.objects.filter(email__startswith=start.lower())
    found = rows.values_list("person", "person__merged_into")[:MOST]
    keys = {key for pair in found for key in pair if key}
    return Q(person__in=keys) | Q(person__merged_into__in=keys)
