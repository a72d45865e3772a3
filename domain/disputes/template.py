"""A template: the evidence that answers a reason code, and how complete what is there is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.disputes.evidence_kind import EvidenceKind

if TYPE_CHECKING:
    from collections.abc import Collection

    from domain.disputes.reason_codes.reason_code import ReasonCode

_REQUIRED_SHARE = 80
"""What the required evidence counts of 100 when there is helpful evidence as well."""


class Need(StrEnum):
    """How much a field is needed."""

    REQUIRED = "REQUIRED"
    """Without it the answer fails as a rule."""
    ONE_OF = "ONE_OF"
    """One at least of the fields that say so is required."""
    HELPFUL = "HELPFUL"
    """It strengthens the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceField:
    """One field of a template; `hint` says what a good piece of evidence shows."""

    kind: EvidenceKind
    need: Need
    label: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """How complete staged evidence is, from 0 to 100, and what is missing, the most needed first."""

    score: int
    missing: tuple[EvidenceField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What answers a reason code, the most needed first."""

    reason: ReasonCode
    fields: tuple[EvidenceField, ...]

    def completeness(self, staged: Collection[EvidenceKind]) -> Completeness:
        """How much of the template is staged.

        score = floor(80 x required staged / required + 20 x helpful staged / helpful), where all fields of ONE_OF
        together are one required field that is staged as soon as one of them is. A reason code without helpful
        evidence is scored by the required alone, out of 100, and the other way round. Kinds that are not in the
        template neither help nor harm.
        """
        required, helpful = self._of(Need.REQUIRED), self._of(Need.HELPFUL)
        one_of = self._of(Need.ONE_OF)
        satisfied = any(item.kind in staged for item in one_of)
        wanted = len(required) + bool(one_of)
        there = sum(item.kind in staged for item in required) + satisfied
        score = _score(there, wanted, sum(item.kind in staged for item in helpful), len(helpful))
        missing = (
            item for item in self.fields if item.kind not in staged and not (item.need is Need.ONE_OF and satisfied)
        )
        return Completeness(score=score, missing=tuple(missing))

    def _of(self, need: Need) -> list[EvidenceField]:
        return [item for item in self.fields if item.need is need]


def template_for(reason: ReasonCode) -> Template:
    """The template of a reason code; a rebuttal letter helps with every one."""
    letter = () if EvidenceKind.REBUTTAL_LETTER in reason.helpful else (EvidenceKind.REBUTTAL_LETTER,)
    wanted = [
        *((kind, Need.REQUIRED) for kind in reason.required),
        *((kind, Need.ONE_OF) for kind in reason.any_of),
        *((kind, Need.HELPFUL) for kind in (*reason.helpful, *letter)),
    ]
    fields = (EvidenceField(kind=kind, need=need, label=kind.label, hint=kind.shows) for kind, need in wanted)
    return Template(reason=reason, fields=tuple(fields))


def _score(required: int, of_required: int, helpful: int, of_helpful: int) -> int:
    if not of_required and not of_helpful:
        return 100
    share = 100 if not of_helpful else _REQUIRED_SHARE if of_required else 0
    # One division at the end: what is complete is 100, and nothing else is.
    over = max(of_required, 1) * max(of_helpful, 1)
    return (share * required * max(of_helpful, 1) + (100 - share) * helpful * max(of_required, 1)) // over
