"""What a merchant does not fight about: one amount for each currency, said by who may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domain.disputes.category import DisputeCategory
from domain.disputes.set_dispute_policy import SetDisputePolicy, set_dispute_policy
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from domain.kernel.money import Money
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.merchants import a_merchant
from tests.builders.money import EUR, JPY, eur, jpy
from tests.fakes.crash import Crash

if TYPE_CHECKING:
    from domain.disputes.dispute_policy import DisputePolicy
    from domain.identity.actor import Actor
    from domain.merchants.merchant import Merchant
    from tests.fakes.dispute_desk import DisputeDesk
    from tests.fakes.unit import MemoryUnits


async def say(desk: DisputeDesk, actor: Actor | None = None, **more: Any) -> list[DisputePolicy]:
    values: dict[str, Any] = {"merchant_id": desk.desk.merchant.id, "currency": EUR, **more}
    return await set_dispute_policy(desk.ports, actor or desk.actor, SetDisputePolicy(**values))


async def test_one_for_each_currency(desk: DisputeDesk, units: MemoryUnits) -> None:
    await say(desk, accept_up_to=eur(10))
    await say(desk, currency=JPY, accept_up_to=jpy(1000), categories=frozenset({DisputeCategory.DUPLICATE}))
    policies = await say(desk, accept_up_to=eur(20), categories=frozenset({DisputeCategory.FRAUDULENT}))
    assert [(policy.accept_up_to, policy.categories) for policy in policies] == [
        (eur(20), {DisputeCategory.FRAUDULENT}), (jpy(1000), {DisputeCategory.DUPLICATE}),
    ]  # fmt: skip
    assert [policy.accept_up_to for policy in await say(desk)] == [jpy(1000)]
    assert [policy.accept_up_to for policy in await say(desk)] == [jpy(1000)]
    said = [record.data for record in units.tables.audit if record.action == "disputes.set_policy"]
    assert said[2:4] == [
        {"currency": "EUR", "accept_up_to_minor": 2000, "categories": ["FRAUDULENT"]},
        {"currency": "EUR", "accept_up_to_minor": None, "categories": []},
    ]


async def test_what_is_refused(desk: DisputeDesk, units: MemoryUnits, merchant: Merchant) -> None:
    with pytest.raises(Invalid) as refusal:
        await say(desk, accept_up_to=jpy(1000))
    assert refusal.value.path == ("acceptUpTo", "currency")
    with pytest.raises(Invalid, match="more than zero"):
        await say(desk, accept_up_to=Money(0, EUR))
    with pytest.raises(Forbidden, match="merchants:write"):
        await say(desk, an_actor(merchant, role=MerchantRole.OPERATOR), accept_up_to=eur(10))
    for stranger in (an_actor(a_merchant()), an_actor()):
        with pytest.raises((NotFound, Forbidden)):
            await say(desk, stranger, accept_up_to=eur(10))
    with pytest.raises(NotFound, match="The merchant"):
        await say(desk, a_staff_actor(), merchant_id=a_merchant().id, accept_up_to=eur(10))
    units.die_at("dispute.policy.before_commit")
    with pytest.raises(Crash):
        await say(desk, accept_up_to=eur(10))
    assert units.tables.dispute_policies == {}
