"""The stages of a dispute, as all networks know them by whatever name, and the status within each."""

from __future__ import annotations

from enum import StrEnum


class DisputeStage(StrEnum):
    """How far a dispute has come; it only ever goes on to a later stage."""

    INQUIRY = "INQUIRY"
    """The issuer asks before it takes money (American Express inquiry, retrieval request)."""
    CHARGEBACK = "CHARGEBACK"
    """The issuer takes the money back; the merchant may answer with evidence."""
    PRE_ARBITRATION = "PRE_ARBITRATION"
    """The issuer does not accept the evidence."""
    ARBITRATION = "ARBITRATION"
    """The network decides."""

    @property
    def rank(self) -> int:
        """Its place among the stages, from 0."""
        return _RANKS[self]

    @property
    def takes_money(self) -> bool:
        """Whether the network withdraws the funds at this stage."""
        return self is not DisputeStage.INQUIRY


_RANKS = {stage: rank for rank, stage in enumerate(DisputeStage)}


class DisputeStatus(StrEnum):
    """Where the present stage stands."""

    NEEDS_RESPONSE = "NEEDS_RESPONSE"
    EVIDENCE_STAGED = "EVIDENCE_STAGED"
    UNDER_REVIEW = "UNDER_REVIEW"
    WON = "WON"
    LOST = "LOST"
    ACCEPTED = "ACCEPTED"
    EXPIRED = "EXPIRED"
    PREVENTED = "PREVENTED"
    WITHDRAWN = "WITHDRAWN"


_S = DisputeStatus
_VERDICTS = frozenset({_S.WON, _S.LOST, _S.PREVENTED, _S.WITHDRAWN})
# Within one stage; a new stage begins at NEEDS_RESPONSE, and the one before it is lost unless something else ended it.
# The network's word may still change what it decided, and what we take for lost (expired, accepted) until it speaks.
# The outcome of an acceptance may come after the network has acted on it: then what was lost was accepted.
TRANSITIONS: dict[DisputeStatus, frozenset[DisputeStatus]] = {
    _S.NEEDS_RESPONSE: _VERDICTS | {_S.EVIDENCE_STAGED, _S.UNDER_REVIEW, _S.ACCEPTED, _S.EXPIRED},
    _S.EVIDENCE_STAGED: _VERDICTS | {_S.NEEDS_RESPONSE, _S.UNDER_REVIEW, _S.ACCEPTED, _S.EXPIRED},
    _S.UNDER_REVIEW: _VERDICTS | {_S.ACCEPTED},
    _S.ACCEPTED: _VERDICTS,
    _S.EXPIRED: _VERDICTS | {_S.UNDER_REVIEW},
    _S.WON: _VERDICTS - {_S.WON},
    _S.LOST: (_VERDICTS - {_S.LOST}) | {_S.ACCEPTED},
    _S.PREVENTED: frozenset({_S.WITHDRAWN}),
    _S.WITHDRAWN: frozenset(),
}
STAGE_TRANSITIONS: dict[DisputeStage, frozenset[DisputeStage]] = {
    stage: frozenset(later for later in DisputeStage if later.rank > stage.rank) for stage in DisputeStage
}
"""A notice of a later stage may come before those of the stages between."""
ANSWERABLE = frozenset({_S.NEEDS_RESPONSE, _S.EVIDENCE_STAGED})
"""The merchant may still answer."""
CLOSED = frozenset({_S.WON, _S.LOST, _S.ACCEPTED, _S.EXPIRED, _S.PREVENTED, _S.WITHDRAWN})
"""Nothing is waited for, unless a later stage opens."""
