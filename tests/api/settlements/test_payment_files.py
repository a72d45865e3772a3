"""Payment files over the graph: staff see how far they are and try them again; merchants see nothing of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from adapters.banks.object_delivery import open_delivery
from domain.identity.permission import StaffRole
from domain.kernel.ids import Prefix, format_id, new_uuid
from domain.settlements.file_errors import NotDelivered
from tests.api.graph import SYSTEM, statements
from tests.builders.identity import a_staff_actor
from tests.builders.moments import MORNING
from tests.builders.money import eur
from tests.builders.payment_files import a_payment_file
from tests.fakes.clock import SettableClock
from tests.fakes.payment_file_desk import PaymentFileDesk

if TYPE_CHECKING:
    from pathlib import Path

    from domain.settlements.payout import Payout
    from tests.api.graph import Graph, Json

MANY = 50
FILES = "query($n: Int) { paymentFiles(first: $n) { nodes { id %s } } }"
FIELDS = (
    "id status houseAccount executionOn messageId objectName controlSum { amount currency } payoutCount sha256 attempts"
    " attemptsInDoubt nextTryAt lastError createdAt deliveredAt failedAt"
)

RELATIONS = {"PaymentFile.payouts": "payouts(first: 2) { nodes { id endToEndId } }"}
LISTS = {"paymentFiles": FIELDS}


def _desk(graph: Graph) -> PaymentFileDesk:
    return PaymentFileDesk(graph.assembly.files.units, SettableClock(MORNING))


async def _filed(graph: Graph, *amounts: int) -> tuple[PaymentFileDesk, list[Payout], str]:
    desk = _desk(graph)
    _, account = await desk.merchant()
    payouts = [await desk.approved(account, eur(amount)) for amount in amounts]
    await desk.prepare()
    return desk, payouts, format_id(Prefix.PAYMENT_FILE, (await desk.file_of(payouts[0])).id)


async def waiting_file(graph: Graph) -> str:
    """One that has been tried in vain, and is tried again later."""
    desk, _, file_id = await _filed(graph, 10)
    desk.folder.refusals = [NotDelivered("The server is away.")]
    with pytest.raises(ExceptionGroup):
        await desk.deliver()
    return file_id


async def test_a_file_is_shown_to_staff_with_all_that_is_known_of_it(graph: Graph) -> None:
    desk, payouts, file_id = await _filed(graph, 10, 20)
    desk.folder.refusals = [NotDelivered("The server cannot be used to connect: TimeoutError")]
    with pytest.raises(ExceptionGroup):
        await desk.deliver()
    document = (
        f"query($id: ID!) {{ paymentFile(id: $id) {{ {FIELDS} payouts {{ nodes {{ id amount {{ amount }} }} }} }} }}"
    )
    shown = (await graph.run(document, {"id": file_id}, actor=graph.staff))["paymentFile"]
    assert shown["status"] == "PREPARED"
    assert shown["houseAccount"] == "eur-main"
    assert shown["controlSum"] == {"amount": "30.00", "currency": "EUR"}
    assert (shown["payoutCount"], shown["attempts"], shown["attemptsInDoubt"]) == (2, 1, 0)
    assert shown["lastError"] == "The server cannot be used to connect: TimeoutError"
    assert (shown["executionOn"], shown["nextTryAt"]) == ("2026-03-03", "2026-03-02T09:01:00Z")
    assert shown["objectName"] == f"{shown['messageId']}.xml"
    assert [one["id"] for one in shown["payouts"]["nodes"]] == [
        format_id(Prefix.PAYOUT, one.id) for one in sorted(payouts, key=lambda one: one.id)
    ]
    answer = await graph.change("retryPaymentFile", graph.staff, paymentFileId=file_id)
    assert answer["paymentFile"]["nextTryAt"] > shown["nextTryAt"], "at once, by the clock of the installation"
    desk.clock.at = graph.assembly.clock.now()
    await desk.deliver()
    shown = (await graph.run(document, {"id": file_id}, actor=graph.staff))["paymentFile"]
    assert (shown["status"], shown["nextTryAt"], shown["lastError"]) == ("DELIVERED", None, None)


async def test_a_payout_leads_to_its_file_and_back(graph: Graph) -> None:
    _, payouts, file_id = await _filed(graph, 10)
    payout_id = format_id(Prefix.PAYOUT, payouts[0].id)
    document = (
        "query($id: ID!) { node(id: $id) { ... on Payout { executionOn paymentFile { id payouts { nodes { id } } } }"
        " ... on PaymentFile { status } } }"
    )
    shown = (await graph.run(document, {"id": payout_id}, actor=graph.staff))["node"]
    assert shown == {
        "executionOn": "2026-03-03",
        "paymentFile": {"id": file_id, "payouts": {"nodes": [{"id": payout_id}]}},
    }
    assert (await graph.run(document, {"id": file_id}, actor=graph.staff))["node"] == {"status": "PREPARED"}


async def test_merchants_see_no_file(graph: Graph) -> None:
    desk = _desk(graph)
    account = await desk.account_of(graph.blue.id)
    payout = await desk.approved(account, eur(10))
    await desk.prepare()
    file_id = format_id(Prefix.PAYMENT_FILE, (await desk.file_of(payout)).id)
    assert (await graph.run(FILES % "status", {"n": 5}))["paymentFiles"]["nodes"] == []
    assert await graph.run("query($id: ID!) { paymentFile(id: $id) { id } }", {"id": file_id}) == {"paymentFile": None}
    payout_id = format_id(Prefix.PAYOUT, payout.id)
    document = "query($id: ID!) { payout(id: $id) { status paymentFile { id } } }"
    assert (await graph.run(document, {"id": payout_id}))["payout"] == {"status": "APPROVED", "paymentFile": None}


async def test_who_may_try_one_again(graph: Graph) -> None:
    desk, _, file_id = await _filed(graph, 10)
    for actor in (graph.owner, a_staff_actor(StaffRole.AUDITOR), a_staff_actor(StaffRole.APPROVER)):
        answer = await graph.change("retryPaymentFile", actor, paymentFileId=file_id)
        assert answer["__typename"] == "PermissionDenied", actor
    missing = format_id(Prefix.PAYMENT_FILE, new_uuid(MORNING))
    answer = await graph.change("retryPaymentFile", graph.staff, paymentFileId=missing)
    assert answer["__typename"] == "NotFound"
    answer = await graph.change("retryPaymentFile", graph.staff, paymentFileId="pay_1")
    assert (answer["__typename"], answer["path"]) == ("InvalidInput", ["input", "paymentFileId"])
    await desk.deliver()
    answer = await graph.change("retryPaymentFile", graph.staff, paymentFileId=file_id)
    assert (answer["__typename"], answer["code"]) == ("InvalidState", "INVALID_STATE")


async def test_files_by_what_is_asked_for(graph: Graph) -> None:
    async with graph.assembly.files.units.begin(SYSTEM, "tests") as unit:
        waiting = a_payment_file()
        there = a_payment_file(house_account="usd-main").begin(MORNING).deliver(MORNING)
        for file in (waiting, there):
            await unit.payment_files.add(file, b"sealed")
        await unit.commit()

    async def listed(wanted: Json) -> list[str]:
        document = "query($filter: PaymentFileFilter) { paymentFiles(filter: $filter) { nodes { messageId } } }"
        found = await graph.run(document, {"filter": wanted}, actor=graph.staff)
        return [one["messageId"] for one in found["paymentFiles"]["nodes"]]

    assert await listed({"status": ["DELIVERED"]}) == [there.message_id]
    assert await listed({"houseAccount": ["eur-main"], "currency": ["EUR"]}) == [waiting.message_id]
    assert await listed({"currency": ["JPY"]}) == []
    document = 'query { paymentFiles(filter: { currency: ["EUX"] }) { nodes { id } } }'
    error = await graph.refused(document, actor=graph.staff)
    assert "ISO 4217" in error["message"]


@pytest.fixture(scope="module")
async def crowded(lasting_graph: Graph) -> Graph:
    """Fifty files with a payout each."""
    desk = _desk(lasting_graph)
    _, account = await desk.merchant()
    for n in range(MANY):
        await desk.approved(account, eur(n + 1))
    await desk.prepare(most_payouts=1)
    return lasting_graph


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        *((FILES % shown, 2) for shown in RELATIONS.values()),
        *((FILES % shown, 1) for shown in LISTS.values()),
        ("query($n: Int) { payouts(first: $n) { nodes { id paymentFile { id status } } } }", 2),
    ],
)
async def test_it_costs_the_same_for_one_and_for_many(
    crowded: Graph, monkeypatch: pytest.MonkeyPatch, document: str, expected: int
) -> None:
    for size in (1, MANY):
        with statements(monkeypatch) as seen:
            data = await crowded.run(document, {"n": size}, actor=crowded.staff)
        (connection,) = data.values()
        assert (len(seen), len(connection["nodes"])) == (expected, size)
        assert all(node.get("payouts", {"nodes": [1]})["nodes"] for node in connection["nodes"])


async def test_an_installation_delivers_below_its_data_directory(graph: Graph, tmp_path: Path) -> None:
    """By the assembly's own ports, but for the accounts, of which the test's installation has none."""
    desk = _desk(graph)
    desk.ports = replace(
        graph.assembly.files,
        clock=desk.clock,
        house_accounts=desk.ports.house_accounts,
        vault=desk.ports.vault,
        delivery=open_delivery(f"file://{tmp_path}/bank/outgoing"),
    )
    _, account = await desk.merchant()
    payout = await desk.approved(account)
    await desk.prepare()
    await desk.deliver()
    file = await desk.file_of(payout)
    assert (tmp_path / "bank" / "outgoing" / file.object_name).read_bytes() == await desk.content_of(file)
