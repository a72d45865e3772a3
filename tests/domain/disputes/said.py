"""Whatever a network may say of a case, for tests of properties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from domain.disputes.notice import DisputeNotice, NoticeType
from domain.disputes.stage import DisputeStage
from tests.builders.disputes import a_notice
from tests.builders.moments import after
from tests.builders.money import eur, jpy

if TYPE_CHECKING:
    from collections.abc import Sequence

T, S = NoticeType, DisputeStage
_DAY_SECONDS = 24 * 60 * 60


@st.composite
def notices(draw: st.DrawFn, *, amounts: Sequence[int] = (40,), most: int = 7) -> list[DisputeNotice]:
    """Of one case, of any types and stages, several of them at the same moment."""
    said: list[DisputeNotice] = []
    for number in range(draw(st.integers(1, most))):
        stage = draw(st.sampled_from(DisputeStage))
        types = [type_ for type_ in T if type_ is not T.PREVENTED or stage is S.INQUIRY]
        more: dict[str, Any] = {
            "notice_id": f"ntc_{number}",
            "amount": eur(draw(st.sampled_from(amounts))),
            "network_case_id": draw(st.sampled_from([None, f"case-{number}"])),
            "arn": draw(st.sampled_from([None, f"arn{number}"])),
            "dispute_amount": draw(st.sampled_from([None, jpy(6000 + number)])),
            "respond_by": draw(st.sampled_from([None, after(number * _DAY_SECONDS)])),
        }
        said.append(a_notice(draw(st.sampled_from(types)), stage, minutes=draw(st.integers(0, 4)), **more))
    return said
