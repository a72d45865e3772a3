from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from adapters.postgres.unit import PostgresUnits
from domain.kernel.ids import Prefix, first_uuid, format_id, new_uuid
from tests.api.graph import CORE, SYSTEM
from tests.builders.audit import an_audit_record
from tests.builders.moments import MORNING, after

if TYPE_CHECKING:
    from tests.api.graph import Graph

QUERY = "query($f: AuditFilter) { auditLog(filter: $f) { nodes { id action } } }"
# The same in every process that collects these tests: they are named after their values.
ADA, GRACE, PAYMENT = (first_uuid(after(second)) for second in range(3))


@pytest.fixture(scope="module")
async def log(lasting_graph: Graph) -> Graph:
    """A capture by Ada, a refund by a client, and something of the other merchant."""
    graph = lasting_graph
    async with PostgresUnits(graph.assembly.database).begin(SYSTEM, "tests") as unit:
        record = an_audit_record(merchant_id=graph.blue.id, actor_id=ADA, subject_id=PAYMENT, occurred_at=after(0))
        await unit.audit.append(record)
        refund = replace(record, id=new_uuid(after(1)), action="payments.refund", occurred_at=after(1))
        await unit.audit.append(replace(refund, actor_kind="CLIENT", actor_id=GRACE, subject_id=new_uuid(MORNING)))
        void = replace(record, id=new_uuid(after(2)), action="payments.void", merchant_id=graph.red.id)
        await unit.audit.append(replace(void, actor_id=new_uuid(MORNING), subject_id=None, occurred_at=after(2)))
        await unit.commit()
    return graph


def moment(second: int) -> str:
    return after(second).isoformat()


CASES: list[tuple[str, Any, list[str]]] = [
    ("action", ["payments.capture", "payments.void"], ["void", "capture"]),
    ("action", ["payments"], []),
    ("actorId", format_id(Prefix.USER, ADA), ["capture"]),
    ("actorId", format_id(Prefix.CLIENT, GRACE), ["refund"]),
    ("subjectId", format_id(Prefix.PAYMENT, PAYMENT), ["capture"]),
    ("occurredAt", {"gte": moment(1)}, ["void", "refund"]),
    ("occurredAt", {"gt": moment(0), "lt": moment(2)}, ["refund"]),
]


def test_every_field_is_here() -> None:
    assert {field for field, _, _ in CASES} == set(CORE.type_map["AuditFilter"].fields) - {"merchantIds"}


@pytest.mark.parametrize(("field", "value", "selected"), CASES)
async def test_a_field_alone(log: Graph, field: str, value: Any, selected: list[str]) -> None:
    nodes = (await log.run(QUERY, {"f": {field: value}}, actor=log.staff))["auditLog"]["nodes"]
    assert [node["action"].removeprefix("payments.") for node in nodes] == selected


async def test_staff_narrows_by_merchant(log: Graph) -> None:
    for merchant, actions in ((log.red, ["payments.void"]), (log.blue, ["payments.refund", "payments.capture"])):
        wanted = {"merchantIds": [format_id(Prefix.MERCHANT, merchant.id)]}
        nodes = (await log.run(QUERY, {"f": wanted}, actor=log.staff))["auditLog"]["nodes"]
        assert [node["action"] for node in nodes] == actions


async def test_a_record_says_who_did_what_to_what(log: Graph) -> None:
    fields = "action actorKind actorId actorName subjectType subjectId merchantId occurredAt address"
    nodes = (await log.run(f"{{ auditLog {{ nodes {{ {fields} }} }} }}"))["auditLog"]["nodes"]
    assert nodes[-1] == {
        "action": "payments.capture",
        "actorKind": "USER",
        "actorId": format_id(Prefix.USER, ADA),
        "actorName": "Ada Lovelace",
        "subjectType": "payment",
        "subjectId": format_id(Prefix.PAYMENT, PAYMENT),
        "merchantId": format_id(Prefix.MERCHANT, log.blue.id),
        "occurredAt": "2026-03-02T09:00:00Z",
        "address": "192.0.2.7",
    }


async def test_mutations_are_in_the_log(graph: Graph) -> None:
    given = {"amount": {"amount": "1.00", "currency": "EUR"}, "paymentMethod": {"token": "tok_visa"}}
    payment = (await graph.change("createPayment", idempotencyKey="1", **given))["payment"]["id"]
    query = "{ auditLog { nodes { action actorName subjectId } } }"
    nodes = (await graph.run(query))["auditLog"]["nodes"]
    assert {"action": "payments.create", "actorName": "Ada Lovelace", "subjectId": payment} in nodes
