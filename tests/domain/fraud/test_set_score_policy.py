"""How many points are too many is part of what is in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.fraud.rule_set import ScorePolicy
from domain.fraud.set_score_policy import SetScorePolicy, set_score_policy
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from domain.kernel.ids import PLATFORM, new_uuid
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING

if TYPE_CHECKING:
    from tests.fakes.fraud_desk import FraudDesk
    from tests.fakes.unit import MemoryUnits


async def test_the_next_revision(fraud: FraudDesk, units: MemoryUnits) -> None:
    rule = await fraud.published("true")
    merchant_id = rule.merchant_id
    rule_set = await fraud.set_policy(merchant_id, review_at=50, block_at=90)
    assert (rule_set.revision, rule_set.policy) == (2, ScorePolicy(review_at=50, block_at=90))
    assert [one.rule_id for one in rule_set.rules] == [rule.id]
    assert await fraud.in_force(merchant_id) == rule_set
    record = units.tables.audit[-1]
    assert (record.action, record.merchant_id) == ("fraud.set_score_policy", merchant_id)
    assert record.data == {"review_at": 50, "block_at": 90, "revision": 2, "reason": "As agreed"}
    await fraud.disable(rule)
    assert (await fraud.in_force(merchant_id)).policy == rule_set.policy
    assert (await fraud.set_policy(merchant_id)).policy == ScorePolicy()


async def test_the_same_again_is_no_revision(fraud: FraudDesk) -> None:
    first = await fraud.set_policy(PLATFORM, review_at=50)
    assert await fraud.set_policy(PLATFORM, review_at=50) == first


async def test_the_platforms_is_staffs(fraud: FraudDesk, units: MemoryUnits) -> None:
    await fraud.set_policy(PLATFORM, review_at=50)
    assert units.tables.audit[-1].merchant_id is None
    assert (await fraud.in_force(fraud.desk.merchant.id)).revision == 0
    with pytest.raises(NotFound):
        await fraud.set_policy(PLATFORM, fraud.actor, review_at=1)


async def test_what_is_refused(fraud: FraudDesk, units: MemoryUnits) -> None:
    merchant = fraud.desk.merchant
    with pytest.raises(Forbidden):
        await fraud.set_policy(merchant.id, an_actor(merchant, role=MerchantRole.OPERATOR))
    with pytest.raises(NotFound):
        await fraud.set_policy(new_uuid(MORNING), fraud.staff, review_at=1)
    command = SetScorePolicy(merchant_id=merchant.id, policy=ScorePolicy(), reason=" ")
    with pytest.raises(Invalid) as refused:
        await set_score_policy(fraud.ports, fraud.actor, command)
    assert refused.value.path == ("reason",)
    assert units.tables.audit == []
