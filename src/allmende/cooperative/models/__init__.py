"""The cooperative: its statute, who wants to join, its register. See the modules for the nouns."""

from allmende.cooperative.models.asking import (
    MemberPaper,
    MemberRequest,
    PaymentReminder,
    PayoutAccount,
)
from allmende.cooperative.models.conversions import Conversion
from allmende.cooperative.models.declarations import (
    Declaration,
    DeclarationPaper,
    DeclarationText,
    JoinDraft,
    Printout,
)
from allmende.cooperative.models.looking import Inspection, RegisterCheck
from allmende.cooperative.models.pages import CooperativePage, Question
from allmende.cooperative.models.proposals import Proposal
from allmende.cooperative.models.register import (
    Detail,
    Membership,
    RegisterEvent,
    RegisterHead,
    RegisterPayload,
    Step,
)
from allmende.cooperative.models.statute import MemberGroup, Statute, StatuteDocument

__all__ = [
    "Conversion",
    "CooperativePage",
    "Declaration",
    "DeclarationPaper",
    "DeclarationText",
    "Detail",
    "Inspection",
    "JoinDraft",
    "MemberGroup",
    "MemberPaper",
    "MemberRequest",
    "Membership",
    "PaymentReminder",
    "PayoutAccount",
    "Printout",
    "Proposal",
    "Question",
    "RegisterCheck",
    "RegisterEvent",
    "RegisterHead",
    "RegisterPayload",
    "Statute",
    "StatuteDocument",
    "Step",
]
