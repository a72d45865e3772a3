"""An author makes lists beside the standard ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domain.fraud.create_list import CreateList, create_list
from domain.fraud.list_kind import ListEffect, ListKind
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from domain.kernel.ids import PLATFORM, new_uuid
from tests.builders.identity import an_actor
from tests.builders.moments import MORNING

if TYPE_CHECKING:
    from domain.fraud.fraud_list import FraudList
    from domain.identity.actor import Actor
    from tests.fakes.fraud_desk import FraudDesk
    from tests.fakes.unit import MemoryUnits


async def make(fraud: FraudDesk, actor: Actor | None = None, **more: Any) -> FraudList:
    values: dict[str, Any] = {"merchant_id": fraud.desk.merchant.id, "name": "regulars", "kind": ListKind.EMAIL}
    command = CreateList(**{**values, **more})
    return await create_list(fraud.ports, actor or fraud.author(command.merchant_id), command)


async def test_it_is_there(fraud: FraudDesk, units: MemoryUnits) -> None:
    made = await make(fraud, description="Customers of many years")
    assert (made.effect, made.created_at) == (ListEffect.NONE, fraud.desk.clock.now())
    assert list(units.tables.fraud.lists.values()) == [made]
    record = units.tables.audit[-1]
    assert (record.action, record.merchant_id) == ("fraud.create_list", made.merchant_id)
    assert record.data == {"list": "regulars", "kind": "EMAIL", "description": "Customers of many years"}
    platforms = await make(fraud, merchant_id=PLATFORM, description="")
    assert (platforms.description, units.tables.audit[-1].merchant_id) == (None, None)


async def test_what_is_refused(fraud: FraudDesk, units: MemoryUnits) -> None:
    await make(fraud)
    with pytest.raises(Conflict, match="regulars"):
        await make(fraud, kind=ListKind.BIN)
    for name in ("blocked_emails", "Regulars"):
        with pytest.raises(Invalid) as refused:
            await make(fraud, name=name)
        assert refused.value.path == ("name",)
    with pytest.raises(Forbidden):
        await make(fraud, an_actor(fraud.desk.merchant, role=MerchantRole.OPERATOR), name="mine")
    with pytest.raises(NotFound):
        await make(fraud, fraud.staff, name="nobodys", merchant_id=new_uuid(MORNING))
    assert (len(units.tables.fraud.lists), len(units.tables.audit)) == (1, 1)
