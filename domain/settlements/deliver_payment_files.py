"""Hand payment files to the bank; what has arrived is in transit from then on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.kernel.ids import Prefix, format_id
from domain.kernel.unit import in_unit
from domain.settlements.fail_payout import FailPayout, fail_payout
from domain.settlements.file_errors import DeliveryInDoubt, NotDelivered
from domain.settlements.payment_file import PaymentFileStatus
from domain.settlements.payout import PayoutStatus

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.kernel.events import JsonValue
    from domain.settlements.file_ports import PaymentFilePorts, PaymentFileUnit
    from domain.settlements.payment_file import PaymentFile

# Nothing of the creditor's is at fault: the narrative says what is (ISO 20022, ExternalReturnReason1Code).
_NEVER_ARRIVED = ("NARR", "The payment file could not be delivered to the bank.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverPaymentFiles:
    """At most so many files; of a file that has failed, so many payouts at a time."""

    limit: int = 10
    payouts: int = 100


async def deliver_payment_files(ports: PaymentFilePorts, actor: Actor, command: DeliverPaymentFiles) -> int:
    """How many files were tried, and payouts failed with their file.

    A file is taken in one transaction, delivered with none open, and concluded in another: whatever ends this process
    in between, it is delivered again under its name, where banks take it once. What went wrong is raised as an
    `ExceptionGroup` once all were tried.
    """
    errors: list[Exception] = []
    tried = 0
    while tried < command.limit and (file := await _take(ports, actor)) is not None:
        tried += 1
        try:
            await _deliver(ports, actor, file)
        except Exception as error:  # noqa: BLE001 - the next file may arrive
            error.add_note(format_id(Prefix.PAYMENT_FILE, file.id))
            errors.append(error)
    failed = await _fail_stranded(ports, actor, command.payouts, errors)
    if errors:
        message = "some payment files were not delivered"
        raise ExceptionGroup(message, errors)
    return tried + failed


async def _take(ports: PaymentFilePorts, actor: Actor) -> PaymentFile | None:
    async def work(unit: PaymentFileUnit) -> PaymentFile | None:
        at = ports.clock.now()
        file = await unit.payment_files.next_due(at)
        if file is None:
            return None
        taken = file.begin(at)
        await unit.payment_files.save(taken)
        await unit.commit()
        return taken

    return await in_unit(ports.units, actor, "payment_file.take", work)


async def _deliver(ports: PaymentFilePorts, actor: Actor, file: PaymentFile) -> None:
    async def content(unit: PaymentFileUnit) -> bytes:
        return await unit.payment_files.content(file.id)

    sealed = await in_unit(ports.units, actor, "payment_file.read", content)
    try:
        await ports.delivery.deliver(file.object_name, ports.seal.open(file.id, sealed))
    except DeliveryInDoubt as error:
        await _note(ports, actor, file, error.message, in_doubt=True)
        raise
    except NotDelivered as error:
        await _note(ports, actor, file, error.message, in_doubt=False)
        raise
    await _conclude(ports, actor, file)


async def _note(ports: PaymentFilePorts, actor: Actor, taken: PaymentFile, why: str, *, in_doubt: bool) -> None:
    async def work(unit: PaymentFileUnit) -> None:
        file = await unit.payment_files.for_update(taken.id)
        if file.status is not PaymentFileStatus.PREPARED:
            # Whoever took it after us was luckier.
            return
        at = ports.clock.now()
        file = file.lose(why, at) if in_doubt else file.miss(why, at)
        await unit.payment_files.save(file)
        data: dict[str, JsonValue] = {"attempt": file.attempts, "error": why, "in_doubt": in_doubt}
        verb = "fail" if file.status is PaymentFileStatus.FAILED else "miss"
        await unit.audit.record(actor, f"payment_files.{verb}", "payment_file", file.id, None, data)
        await unit.commit()

    await in_unit(ports.units, actor, "payment_file.missed", work)


async def _conclude(ports: PaymentFilePorts, actor: Actor, taken: PaymentFile) -> None:
    """The file has arrived, and all of its payouts are in transit: one transaction."""

    async def work(unit: PaymentFileUnit) -> None:
        file = await unit.payment_files.for_update(taken.id)
        if file.status is not PaymentFileStatus.PREPARED:
            return
        at = ports.clock.now()
        await unit.payment_files.save(file.deliver(at))
        payouts = await unit.file_payouts.of_file(file.id)
        for payout in payouts:
            if payout.status is PayoutStatus.APPROVED:
                await unit.payouts.save(payout.send(file.id, at))
        data: dict[str, JsonValue] = {"attempt": file.attempts, "payouts": len(payouts), "name": file.object_name}
        await unit.audit.record(actor, "payment_files.deliver", "payment_file", file.id, None, data)
        await unit.commit()

    await in_unit(ports.units, actor, "payment_file.delivered", work)


async def _fail_stranded(ports: PaymentFilePorts, actor: Actor, limit: int, errors: list[Exception]) -> int:
    """Give the money of failed files back to the merchants, payout by payout; what a crash leaves comes next time."""

    async def work(unit: PaymentFileUnit) -> list[UUID]:
        return await unit.file_payouts.stranded(limit)

    stranded = await in_unit(ports.units, actor, "payment_file.stranded", work)
    code, message = _NEVER_ARRIVED
    for payout_id in stranded:
        try:
            await fail_payout(ports.payouts, actor, FailPayout(payout_id=payout_id, code=code, message=message))
        except Exception as error:  # noqa: BLE001 - the others get theirs
            error.add_note(format_id(Prefix.PAYOUT, payout_id))
            errors.append(error)
    return len(stranded)
