"""The folder of one stage: its texts and files together, and how far they answer the reason code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes.evidence import EvidenceStatus
from domain.disputes.reason_codes.catalogue import find_reason_code
from domain.disputes.stage import DisputeStage
from domain.disputes.template import template_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from domain.disputes.dispute import Dispute
    from domain.disputes.evidence import Evidence
    from domain.disputes.evidence_file import EvidenceFile
    from domain.disputes.evidence_kind import EvidenceKind
    from domain.disputes.template import Completeness, Template
    from domain.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFolder:
    """`evidence` is None while no text was staged and nothing submitted.

    Until it is submitted, `files` are all that are there, whatever became of them; afterwards those that went along.
    """

    dispute: Dispute
    stage: DisputeStage
    evidence: Evidence | None
    files: tuple[EvidenceFile, ...]

    @property
    def status(self) -> EvidenceStatus:
        """Whether it can still be changed."""
        return EvidenceStatus.STAGED if self.evidence is None else self.evidence.status

    @property
    def texts(self) -> Mapping[EvidenceKind, str]:
        """The texts by kind."""
        return {} if self.evidence is None else self.evidence.texts

    @property
    def staged(self) -> frozenset[EvidenceKind]:
        """What there is a text or a stored file of."""
        return frozenset({*self.texts, *(file.kind for file in self.files if file.stored)})

    @property
    def template(self) -> Template:
        """What answers the dispute's reason code."""
        return template_for(find_reason_code(self.dispute.network, self.dispute.reason_code))

    @property
    def completeness(self) -> Completeness:
        """How much of the template there is."""
        return self.template.completeness(self.staged)

    @property
    def amount(self) -> Money:
        """What the stage disputes."""
        minor = next((one.amount_minor for one in self.dispute.stages if one.stage is self.stage), None)
        return self.dispute.money(self.dispute.amount_minor if minor is None else minor)


def evidence_folder(
    dispute: Dispute, stage: DisputeStage, evidence: Sequence[Evidence], files: Sequence[EvidenceFile]
) -> EvidenceFolder:
    """The folder of a stage, out of all evidence and files of its dispute."""
    own = next((one for one in evidence if one.stage is stage), None)
    held = [file for file in files if file.stage is stage]
    if own is not None and own.status is EvidenceStatus.SUBMITTED:
        sent = {file.id for file in own.files}
        held = [file for file in held if file.id in sent]
    return EvidenceFolder(dispute=dispute, stage=stage, evidence=own, files=tuple(held))


def evidence_folders(
    dispute: Dispute, evidence: Sequence[Evidence], files: Sequence[EvidenceFile]
) -> list[EvidenceFolder]:
    """The folders of all stages that have any evidence, in their order."""
    folders = [evidence_folder(dispute, stage, evidence, files) for stage in DisputeStage]
    return [folder for folder in folders if folder.evidence is not None or folder.files]
