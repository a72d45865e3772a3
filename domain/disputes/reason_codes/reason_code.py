"""A reason code: what a network calls a claim, what answers it, and how long the answer may take."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.disputes.stage import DisputeStage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.disputes.category import DisputeCategory
    from domain.disputes.evidence_kind import EvidenceKind
    from domain.disputes.network import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonCode:
    """One code of one network.

    Of the evidence, all of `required` is wanted and one at least of `any_of`; `helpful` strengthens the answer.
    `response_days` are calendar days from the opening of a stage, as far as the network has that stage. A code that
    the network gave up is not `in_force`, though cases may still carry it; `replaced_by` is the code it went into. One
    that is not `known` is in no catalogue. `source` names the document and its section.
    """

    network: Network
    code: str
    name: str
    category: DisputeCategory
    required: tuple[EvidenceKind, ...] = ()
    any_of: tuple[EvidenceKind, ...] = ()
    helpful: tuple[EvidenceKind, ...] = ()
    response_days: Mapping[DisputeStage, int] = field(hash=False)
    source: str
    in_force: bool = True
    replaced_by: str | None = None
    known: bool = True

    @property
    def label(self) -> str:
        """As people say it: "Visa 10.4"."""
        return f"{self.network.label} {self.code}"

    def days(self, stage: DisputeStage) -> int:
        """How long the merchant may take to answer a stage, at most.

        American Express knows no pre-arbitration: for a stage that the network does not have, as for a chargeback.
        """
        return self.response_days.get(stage, self.response_days[DisputeStage.CHARGEBACK])
