"""What `cooperative` answers about a person."""

from allmende.people.answers import Fate, answer_for

answer_for(
    {
        "cooperative.Declaration.typed_by": Fate.LOOSED,
        "cooperative.Membership.person": Fate.NAMELESS,
        "cooperative.Printout.sent_by": Fate.LOOSED,
        "cooperative.RegisterEvent.actor": Fate.NAMELESS,
        "cooperative.RegisterEvent.second": Fate.NAMELESS,
        "cooperative.Statute.published_by": Fate.NAMELESS,
    }
)
