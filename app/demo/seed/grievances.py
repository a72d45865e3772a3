"""What is disputed in the demo, case by case: with which network, why, how far it came, and who works on it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from app.demo.seed.regulars import FAITHFUL, TRAVELLING, Regular
from app.demo.seed.suspects import TAKEN_IN_BERLIN, TAKEN_IN_CHICAGO, TAKEN_IN_LONDON, TRUSTED_IN_MADRID
from domain.disputes.network import Network
from domain.disputes.note import Audience
from domain.disputes.stage import DisputeStage, DisputeStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

_V, _M, _A, _D = Network.VISA, Network.MASTERCARD, Network.AMEX, Network.DISCOVER
_INQUIRY, _CHARGEBACK = DisputeStage.INQUIRY, DisputeStage.CHARGEBACK
_PRE_ARBITRATION, _ARBITRATION = DisputeStage.PRE_ARBITRATION, DisputeStage.ARBITRATION
_NEW, _STAGED, _SENT = DisputeStatus.NEEDS_RESPONSE, DisputeStatus.EVIDENCE_STAGED, DisputeStatus.UNDER_REVIEW
_WON, _LOST, _ACCEPTED = DisputeStatus.WON, DisputeStatus.LOST, DisputeStatus.ACCEPTED
_EXPIRED, _PREVENTED, _WITHDRAWN = DisputeStatus.EXPIRED, DisputeStatus.PREVENTED, DisputeStatus.WITHDRAWN


class Side(StrEnum):
    """On which side of the house somebody works."""

    MERCHANT = "MERCHANT"
    STAFF = "STAFF"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A note in the case's thread, written on the day after the stage was opened, or `late`: a few hours ago."""

    author: Side
    text: str
    audience: Audience = Audience.MERCHANT
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grievance:
    """`stage` and `status` are where the case stands now.

    Either the present stage was opened so many days ago (`opened`), or it has to be answered in so many days (`due`, 0
    is today). `begins` is the stage at which the case was opened, under the code `begins_as` when that was another.
    `percent` of the payment is disputed; the issuer claims it in the currency `claimed`. `sold_in`, `least_minor` and
    `most_minor` say which payment it is about, `refunded` that its merchant had given it back already, and `warned`
    that an early fraud warning came first. `name` is for those who go on with it.
    """

    network: Network
    code: str
    stage: DisputeStage
    status: DisputeStatus
    opened: int | None = None
    due: int | None = None
    begins: DisputeStage | None = None
    begins_as: str | None = None
    percent: int = 100
    claimed: str | None = None
    sold_in: str | None = None
    least_minor: int | None = None
    most_minor: int | None = None
    refunded: bool = False
    warned: bool = False
    by_policy: bool = False
    regular: Regular | None = None
    assigned: Side | None = None
    thread: tuple[Line, ...] = ()
    name: str | None = None


_ASKED = (
    Line(author=Side.STAFF, text="The issuer wants proof of delivery. Do you have the signature from the door?"),
    Line(author=Side.MERCHANT, text="Our carrier keeps it for ninety days; I have asked for a copy."),
    Line(
        author=Side.STAFF,
        text="Third claim from this issuer this month for the same pattern; look at the others before accepting.",
        audience=Audience.STAFF,
    ),
)
_URGENT = (
    Line(
        author=Side.STAFF,
        text="There is not much time left. Send what you have; a short answer beats none.",
        late=True,
    ),
    Line(
        author=Side.STAFF,
        text="Called the shop, they are on it. If nothing comes in time, we let it go.",
        audience=Audience.STAFF,
        late=True,
    ),
)
_OURS = (Line(author=Side.MERCHANT, text="The customer wrote to us after delivery and was content; I add the mail."),)
_INTERNAL = (
    Line(
        author=Side.STAFF,
        text="The amount does not fit the invoice: ask the issuer which item is meant.",
        audience=Audience.STAFF,
    ),
)

_KAFFEEWERK = (
    Grievance(network=_A, code="127", stage=_INQUIRY, status=_NEW, due=3, assigned=Side.MERCHANT),
    Grievance(network=_A, code="155", stage=_INQUIRY, status=_STAGED, due=0, thread=_URGENT),
    Grievance(network=_V, code="13.1", stage=_INQUIRY, status=_SENT, opened=12),
    Grievance(network=_D, code="AA", stage=_INQUIRY, status=_WON, opened=27),
    Grievance(network=_M, code="4853", stage=_INQUIRY, status=_LOST, opened=33),
    Grievance(network=_A, code="177", stage=_INQUIRY, status=_PREVENTED, opened=18),
    Grievance(network=_V, code="13.7", stage=_INQUIRY, status=_WITHDRAWN, opened=24),
    Grievance(network=_A, code="176", stage=_INQUIRY, status=_EXPIRED, opened=16),
    Grievance(
        network=_V, code="10.4", stage=_CHARGEBACK, status=_NEW, due=0, warned=True, assigned=Side.STAFF, thread=_URGENT
    ),
    Grievance(network=_M, code="4837", stage=_CHARGEBACK, status=_NEW, due=0),
    Grievance(
        network=_V,
        code="13.1",
        stage=_CHARGEBACK,
        status=_NEW,
        due=1,
        percent=40,
        assigned=Side.MERCHANT,
        thread=_ASKED,
    ),
    Grievance(network=_M, code="4853", stage=_CHARGEBACK, status=_STAGED, due=0, assigned=Side.MERCHANT, thread=_OURS),
    Grievance(network=_A, code="C08", stage=_CHARGEBACK, status=_STAGED, due=6, assigned=Side.STAFF),
    Grievance(network=_D, code="UA02", stage=_CHARGEBACK, status=_NEW, due=7),
    Grievance(
        network=_A,
        code="R13",
        stage=_CHARGEBACK,
        status=_NEW,
        due=5,
        begins=_INQUIRY,
        begins_as="004",
        thread=_INTERNAL,
    ),
    Grievance(network=_V, code="13.3", stage=_CHARGEBACK, status=_NEW, due=7, least_minor=120_00, name="rejected"),
    Grievance(network=_V, code="10.4", stage=_CHARGEBACK, status=_NEW, due=6, regular=FAITHFUL, assigned=Side.STAFF),
    Grievance(network=_V, code="10.4", stage=_CHARGEBACK, status=_NEW, due=9, regular=TRAVELLING),
    Grievance(network=_V, code="13.6", stage=_CHARGEBACK, status=_NEW, due=4, refunded=True, assigned=Side.STAFF),
    Grievance(network=_V, code="13.3", stage=_CHARGEBACK, status=_SENT, opened=14, percent=55),
    Grievance(network=_M, code="4837", stage=_CHARGEBACK, status=_SENT, opened=11, assigned=Side.MERCHANT),
    Grievance(network=_V, code="10.4", stage=_CHARGEBACK, status=_WON, opened=38),
    Grievance(network=_M, code="4834", stage=_CHARGEBACK, status=_WON, opened=31),
    Grievance(network=_V, code="13.1", stage=_CHARGEBACK, status=_WON, opened=29, thread=_OURS),
    Grievance(network=_V, code="12.6.1", stage=_CHARGEBACK, status=_ACCEPTED, opened=26),
    Grievance(
        network=_V, code="12.6.1", stage=_CHARGEBACK, status=_ACCEPTED, opened=21, most_minor=15_00, by_policy=True
    ),
    Grievance(network=_V, code="13.6", stage=_CHARGEBACK, status=_LOST, opened=35),
    Grievance(network=_V, code="10.4", stage=_CHARGEBACK, status=_LOST, opened=47, regular=TAKEN_IN_BERLIN.regular),
    Grievance(network=_M, code="4808", stage=_CHARGEBACK, status=_LOST, opened=28),
    Grievance(network=_V, code="13.2", stage=_CHARGEBACK, status=_EXPIRED, opened=23),
    Grievance(network=_D, code="RG", stage=_CHARGEBACK, status=_WITHDRAWN, opened=20),
    Grievance(network=_V, code="10.4", stage=_PRE_ARBITRATION, status=_NEW, due=0, assigned=Side.STAFF),
    Grievance(network=_M, code="4853", stage=_PRE_ARBITRATION, status=_STAGED, due=2, assigned=Side.MERCHANT),
    Grievance(network=_V, code="13.1", stage=_PRE_ARBITRATION, status=_SENT, opened=13),
    Grievance(network=_M, code="4837", stage=_PRE_ARBITRATION, status=_WON, opened=24),
    Grievance(network=_D, code="RM", stage=_ARBITRATION, status=_SENT, opened=9, assigned=Side.STAFF),
)
_NORTHLINE = (
    Grievance(network=_A, code="F29", stage=_CHARGEBACK, status=_NEW, due=0),
    Grievance(network=_V, code="13.1", stage=_CHARGEBACK, status=_NEW, due=0, assigned=Side.STAFF, thread=_URGENT[1:]),
    Grievance(network=_D, code="RM", stage=_CHARGEBACK, status=_SENT, opened=12),
    Grievance(network=_V, code="13.3", stage=_CHARGEBACK, status=_WON, opened=30),
    Grievance(network=_M, code="4837", stage=_CHARGEBACK, status=_LOST, opened=32),
    Grievance(
        network=_V, code="10.4", stage=_CHARGEBACK, status=_ACCEPTED, opened=46, regular=TAKEN_IN_CHICAGO.regular
    ),
    Grievance(network=_V, code="13.3", stage=_PRE_ARBITRATION, status=_LOST, opened=25),
    Grievance(network=_M, code="4834", stage=_PRE_ARBITRATION, status=_ACCEPTED, opened=17),
    Grievance(network=_V, code="13.1", stage=_PRE_ARBITRATION, status=_EXPIRED, opened=23),
    Grievance(network=_M, code="4853", stage=_ARBITRATION, status=_NEW, due=1, assigned=Side.STAFF),
)
_HOSHIZORA = (
    Grievance(network=_V, code="13.1", stage=_CHARGEBACK, status=_NEW, due=0),
    Grievance(network=_M, code="4837", stage=_CHARGEBACK, status=_NEW, due=8, claimed="USD"),
    Grievance(network=_V, code="10.4", stage=_CHARGEBACK, status=_WON, opened=27),
    Grievance(network=_V, code="10.4", stage=_PRE_ARBITRATION, status=_WITHDRAWN, opened=16),
    Grievance(network=_V, code="13.3", stage=_ARBITRATION, status=_STAGED, due=3),
)
_HARBOUR = (
    Grievance(
        network=_V,
        code="13.3",
        stage=_CHARGEBACK,
        status=_NEW,
        due=5,
        sold_in="GBP",
        least_minor=200_00,
        assigned=Side.MERCHANT,
        name="waiting",
    ),
    Grievance(network=_M, code="4853", stage=_CHARGEBACK, status=_NEW, due=0, assigned=Side.MERCHANT),
    Grievance(network=_A, code="C32", stage=_CHARGEBACK, status=_SENT, opened=9, percent=30),
    Grievance(network=_V, code="11.3", stage=_CHARGEBACK, status=_ACCEPTED, opened=22),
    Grievance(network=_V, code="10.4", stage=_CHARGEBACK, status=_LOST, opened=44, regular=TAKEN_IN_LONDON.regular),
    Grievance(network=_V, code="13.1", stage=_ARBITRATION, status=_WON, opened=15),
    Grievance(network=_M, code="4837", stage=_ARBITRATION, status=_LOST, opened=16),
)
_ALBORADA = (
    Grievance(
        network=_V,
        code="13.7",
        stage=_CHARGEBACK,
        status=_NEW,
        due=2,
        sold_in="EUR",
        claimed="USD",
        assigned=Side.STAFF,
        thread=_INTERNAL,
    ),
    Grievance(network=_M, code="4853", stage=_CHARGEBACK, status=_SENT, opened=13),
    Grievance(network=_M, code="4837", stage=_CHARGEBACK, status=_LOST, opened=38, regular=TRUSTED_IN_MADRID.regular),
    Grievance(network=_V, code="13.7", stage=_ARBITRATION, status=_ACCEPTED, opened=8),
    Grievance(network=_M, code="4853", stage=_ARBITRATION, status=_EXPIRED, opened=10),
)
_ALNOOR = (
    Grievance(network=_V, code="13.4", stage=_CHARGEBACK, status=_NEW, due=2),
    Grievance(network=_M, code="4837", stage=_CHARGEBACK, status=_WITHDRAWN, opened=19),
    Grievance(network=_V, code="10.4", stage=_ARBITRATION, status=_WITHDRAWN, opened=9),
)
GRIEVANCES: Mapping[str, tuple[Grievance, ...]] = {
    "kaffeewerk": _KAFFEEWERK,
    "northline": _NORTHLINE,
    "hoshizora": _HOSHIZORA,
    "harbour": _HARBOUR,
    "alborada": _ALBORADA,
    "alnoor": _ALNOOR,
}
"""By merchant."""
