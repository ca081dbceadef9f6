"""What must hold of payments, proved of the rows that stand: lists that must be empty."""

import datetime as dt
from collections.abc import Iterator
from hashlib import sha256
from itertools import chain

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from allmende.ledger import balances, post
from allmende.ledger.money import Money
from allmende.lib.proofs import Proof
from allmende.payments import bankfiles, opening, payouts, pledges
from allmende.payments.models import (
    Arrangement,
    BankAccount,
    DueItem,
    PaymentAttempt,
    PayoutBatch,
    PayoutLine,
    Pledge,
    PledgeVersion,
    Question,
    SepaBatch,
    Transfer,
)
from allmende.payments.reading_statements import lies_on
from allmende.payments.told_balances import (
    Told,
    added_up,
    after,
    currency_of,
    first_of,
    last_of,
    loose,
    with_balances,
)

LOT = 1000
Attempt, Item = PaymentAttempt.State, DueItem.State
ENDED = [Pledge.State.ENDING, Pledge.State.ENDED]


def unlike_attempts() -> Iterator[str]:
    """Collected items without exactly one paid attempt, and paid attempts of others."""
    settled = Count("attempts", filter=Q(attempts__state=Attempt.SETTLED))
    rows = DueItem.objects.annotate(settled=settled)
    wrong = rows.filter(Q(state=Item.COLLECTED) & ~Q(settled=1)) | rows.filter(
        ~Q(state=Item.COLLECTED) & ~Q(settled=0)
    )
    for pk, state, count in wrong.order_by("pk").values_list("pk", "state", "settled"):
        yield f"item {pk} is {state} and has {count} paid attempts"


def unbooked() -> Iterator[str]:
    """Money that came and has no entry, or one of another amount."""
    paid = PaymentAttempt.objects.filter(settled_on__isnull=False).order_by("pk")
    for lot in lots(paid.values_list("pk", "cents")):
        entries = post.find_all([key_of(pk) for pk, _cents in lot])
        lines = post.lines_of(entries.values())
        for pk, cents in lot:
            entry = entries.get(key_of(pk))
            came = sum(line.money.cents for line in lines[entry.pk][:-1]) if entry else None
            if came != cents:
                yield f"attempt {pk} of {cents} cents: booked {came}"


def booked_too_often() -> Iterator[str]:
    """Entries of attempts that never were paid, or do not exist."""
    paid = set(PaymentAttempt.objects.filter(settled_on__isnull=False).values_list("pk", flat=True))
    for key in post.keys("payments:attempt:"):
        if int(key.split(":")[2]) not in paid:
            yield f"entry {key}: no such payment"


def unlike_terms() -> Iterator[str]:
    """Pledges that say another amount than their newest terms."""
    newest = PledgeVersion.objects.filter(pledge=OuterRef("pk"), confirmed_at__isnull=False)
    said = Subquery(newest.order_by("-from_period").values("cents")[:1])
    rows = Pledge.objects.annotate(said=said).filter(said__isnull=False).exclude(said=F("cents"))
    for pk, cents, terms in rows.order_by("pk").values_list("pk", "cents", "said"):
        yield f"pledge {pk}: {cents} cents, its terms {terms}"


def undead() -> Iterator[str]:
    """Arrangements that would go on to collect for what has ended here."""
    living = Arrangement.objects.exclude(state="ended").exclude(wanted="ended")
    for row in living.filter(pledge__state__in=ENDED).order_by("pk"):
        yield f"{row}: pledge {row.pledge_id} has ended"
    zombies = Question.objects.filter(what="zombie", answered_at__isnull=True)
    for question in zombies.order_by("pk"):
        yield question.detail


def ended_at_half() -> Iterator[str]:
    """What has ended and would still be collected."""
    rows = DueItem.objects.filter(state__in=[Item.PLANNED, Item.ANNOUNCED])
    for item in rows.filter(pledge__state__in=ENDED).order_by("pk"):
        yield f"item {item.pk} is {item.state}, pledge {item.pledge_id} has ended"


def bereft() -> Iterator[str]:
    """Active pledges for which a provider collected, and nothing does any more."""
    for pledge in pledges.bereft().filter(state=Pledge.State.ACTIVE).order_by("pk"):
        yield f"pledge {pledge.pk}: nothing at {pledge.method} collects for it"


def surplus() -> Iterator[str]:
    """Money that was paid once more than owed, and that nobody has decided about."""
    for attempt in PaymentAttempt.objects.filter(state=Attempt.SURPLUS).order_by("pk"):
        yield f"attempt {attempt.pk}: {attempt.amount}"


def unlike_payouts() -> Iterator[str]:
    """Payouts that left our account or came back without an entry of their amount."""
    rows = PayoutLine.objects.filter(paid_on__isnull=False).select_related("payout").order_by("pk")
    for line in rows.iterator(LOT):
        for what in ["paid", *(["returned"] if line.returned_on else [])]:
            entry = post.find(f"payments:payout:{line.pk}:{what}")
            booked = post.lines_of([entry])[entry.pk] if entry else []
            cents = [one.money.cents for one in booked if one.account == line.payout.account]
            if [abs(one) for one in cents] != [line.cents]:
                yield f"payout {line.payout_id} of {line.cents} cents, {what}: booked {cents}"


def payouts_booked_too_often() -> Iterator[str]:
    """Entries of payouts that never left our account."""
    paid = set(PayoutLine.objects.filter(paid_on__isnull=False).values_list("pk", flat=True))
    for key in post.keys("payments:payout:"):
        if int(key.split(":")[2]) not in paid:
            yield f"entry {key}: no such payout"


def unlike_batches() -> Iterator[str]:
    """Files for the bank that are not what was frozen, and sums that are not of their rows."""
    debits = SepaBatch.objects.exclude(state="open").order_by("pk")
    sent = PayoutBatch.objects.exclude(state="open").order_by("pk")
    both: Iterator[SepaBatch | PayoutBatch] = chain(debits.iterator(1), sent.iterator(1))
    for batch in both:
        if batch.file and sha256(bankfiles.opened(batch)).hexdigest() != batch.digest:
            yield f"batch {batch.msg_id}: another file than was frozen"
    for batch in sent.defer("file"):
        lines = PayoutLine.objects.filter(batch=batch.pk, left_out="")
        cents = lines.aggregate(sum=Sum("cents"))["sum"]
        if (batch.count, batch.cents) != (lines.count(), cents):
            yield f"batch {batch.msg_id} of {batch.cents} cents: its rows are {cents}"


def lost_in_transit() -> Iterator[str]:
    """Money of payouts in transit that no open row of a statement explains."""
    waiting = Transfer.objects.filter(state=Transfer.State.OPEN).defer("sealed")
    told = sum(row.cents for row in waiting if lies_on(row) == payouts.TRANSIT)
    left = balances.balance(payouts.TRANSIT)
    if left.cents != -told:
        yield f"{left} in transit, {Money(-told)} told"


def missing_statements() -> Iterator[str]:
    """Statements that begin with a balance with which no other ends: one before was not read."""
    for account in BankAccount.objects.order_by("pk"):
        for row in unreached(with_balances(account)):
            begins = f"begins on {row.begins_on} with {row.opening} cents"
            yield f"{account.name}: statement {row.name} {begins}, no other ends so"


def unreached(rows: list[Told]) -> Iterator[Told]:
    """No balance leads to them, in whichever order they were read."""
    reached = {first_of(rows).opening} if rows else set()
    while rows:
        left = []
        for row in rows:
            if row.opening in reached:
                reached.add(row.closing)
            else:
                left.append(row)
        if len(left) == len(rows):
            yield left[0]
            reached.add(left.pop(0).closing)
        rows = left


def unlike_statements() -> Iterator[str]:
    """Accounts of the ledger that do not hold what statements say: as a whole where the opening
    balances are booked, else from the first balance on."""
    if next(missing_statements(), None):
        return  # they cannot agree
    sharing: dict[tuple[str, str], list[BankAccount]] = {}
    for account in BankAccount.objects.filter(statements__isnull=False).distinct().order_by("pk"):
        sharing.setdefault((account.account, currency_of(account)), []).append(account)
    for (code, currency), accounts in sorted(sharing.items()):
        told = [with_balances(account) for account in accounts]
        since = min((first_of(rows).begins_on for rows in told if rows), default=None)
        if all(opening.is_booked(account) for account in accounts):
            booked = balances.balance(code, currency=currency)
            cents = sum(map(held, accounts, told))
        else:
            booked = balances.turnover(code, since=since, currency=currency)
            booked -= sum(map(opening.booked, accounts), Money(0, currency))
            cents = sum(map(moved, accounts, told, [since] * len(told)))
        if booked.cents != cents:
            yield f"{code}: booked {booked}, statements say {Money(cents, currency)}"


def held(account: BankAccount, told: list[Told]) -> int:
    """The last balance, in cents, and what was only told row by row since."""
    last = last_of(told)
    return last.closing + added_up(loose(account).filter(after(last)))


def moved(account: BankAccount, told: list[Told], since: dt.date | None) -> int:
    """The last balance less the first, in cents, and what was only told row by row beside them."""
    rows, change = loose(account), 0
    if told:
        first, last = first_of(told), last_of(told)
        change = last.closing - first.opening
        rows = rows.filter(Q(booked_on__lt=first.begins_on) | after(last))
    rows = rows.filter(booked_on__gte=since) if since else rows
    return change + added_up(rows)


def lots(rows: "QuerySet[PaymentAttempt, tuple[int, int]]") -> Iterator[list[tuple[int, int]]]:
    """rows: key and cents."""
    after = 0
    while lot := list(rows.filter(pk__gt=after)[:LOT]):
        yield lot
        after = lot[-1][0]


def key_of(pk: int) -> str:
    return f"payments:attempt:{pk}:collected"


PROOFS = [
    Proof("payments-collected", _("No period is collected twice."), unlike_attempts),
    Proof("payments-booked", _("Every payment has its entry."), unbooked),
    Proof("payments-entries", _("Every entry of a payment has its payment."), booked_too_often),
    Proof("payments-terms", _("Pledges are what their terms say."), unlike_terms),
    Proof("payments-undead", _("Nothing lives at a provider that has ended here."), undead),
    Proof("payments-ended", _("Nothing is collected for what has ended."), ended_at_half),
    Proof("payments-bereft", _("Something collects for every active pledge."), bereft),
    Proof(
        "payments-payouts", _("Every payout that left the account has its entry."), unlike_payouts
    ),
    Proof(
        "payments-payout-entries",
        _("Every entry of a payout has its payout."),
        payouts_booked_too_often,
    ),
    Proof("payments-files", _("Files for the bank are what was frozen."), unlike_batches),
    Proof("payments-transit", _("No payout is lost in transit."), lost_in_transit),
    Proof("payments-statements", _("No statement of the bank is missing."), missing_statements),
    Proof("payments-bank", _("The bank's account holds what statements say."), unlike_statements),
    Proof("payments-surplus", _("All money belongs to a pledge."), surplus),
]
