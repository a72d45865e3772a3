"""A rulebook: the reason codes of one network, found by whatever spelling a gateway uses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.disputes.category import DisputeCategory
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.reason_codes.reason_code import ReasonCode
from domain.disputes.stage import DisputeStage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.disputes.network import Network

_PUNCTUATION = re.compile(r"[^0-9A-Z]+")
_SHORT = re.compile(r"[0-9]{2}")
_LONG = re.compile(r"[0-9]{4}")
_USUALLY_HELPFUL = (
    EvidenceKind.RECEIPT,
    EvidenceKind.CUSTOMER_COMMUNICATION,
    EvidenceKind.PRODUCT_DESCRIPTION,
    EvidenceKind.AUTHENTICATION_PROOF,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """What one network rules.

    `codes` are by the network's own spelling; `index` holds the same codes by every spelling, in the form of
    `spelling`. `about` is one sentence on the number of days, `response_days` those of codes without their own.
    """

    network: Network
    document: str
    about: str
    response_days: Mapping[DisputeStage, int]
    codes: Mapping[str, ReasonCode]
    index: Mapping[str, ReasonCode]

    def days(self, stage: DisputeStage) -> int:
        """How long the merchant may take at most; a stage that the network does not have counts as a chargeback."""
        return self.response_days.get(stage, self.response_days[DisputeStage.CHARGEBACK])

    def find(self, code: str) -> ReasonCode:
        """The code, however it is spelled: "4837", "37" and " ua02 " are found.

        A code that is in no catalogue is one of the category GENERAL: networks add codes before we hear of them, and
        the case has to be worked all the same.
        """
        wanted = spelling(code)
        if wanted in self.index:
            return self.index[wanted]
        if _SHORT.fullmatch(wanted):
            # Some gateways give Mastercard's codes of four digits by the last two.
            ending = [found for name, found in self.codes.items() if _LONG.fullmatch(name) and name.endswith(wanted)]
            if len(ending) == 1:
                return ending[0]
        return self._unknown(code)

    def _unknown(self, code: str) -> ReasonCode:
        return ReasonCode(
            network=self.network,
            code=code.strip().upper(),
            name="Unknown reason code",
            category=DisputeCategory.GENERAL,
            helpful=_USUALLY_HELPFUL,
            response_days=self.response_days,
            source=f"{self.document}; the code is in no catalogue",
            known=False,
        )


def spelling(code: str) -> str:
    """A code without what gateways add or leave out: small letters, points and spaces, leading zeros."""
    bare = _PUNCTUATION.sub("", code.upper())
    return bare.lstrip("0") or bare
