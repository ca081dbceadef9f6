"""What `payments` answers about a person: their pledges, what they paid, their mandates."""

from allmende.people.answers import Fate, answer_for

answer_for(
    {
        "payments.Pledge.person": Fate.NAMELESS,
        "payments.Match.by": Fate.NAMELESS,
        "payments.Question.answered_by": Fate.NAMELESS,
        "payments.Refund.by": Fate.NAMELESS,
        "payments.SepaBatch.frozen_by": Fate.NAMELESS,
        "payments.SepaBatch.released_by": Fate.NAMELESS,
        "payments.Transfer.decided_by": Fate.NAMELESS,
    }
)
