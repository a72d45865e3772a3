"""What payments are found by beside their columns is kept by triggers, and made again by a migration."""

from __future__ import annotations

import asyncio
import random
from hashlib import md5
from typing import TYPE_CHECKING

from app.migrations import downgrade, upgrade
from tests.adapters.postgres.payments.book import Book, a_book, write
from tests.builders.merchants import a_merchant
from tests.builders.payments import a_payment
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    import asyncpg

    from adapters.postgres.unit import PostgresUnits
    from domain.merchants.merchant import Merchant

    Owner = asyncpg.Connection

_WORDS = "SELECT merchant_id, word, created_at, payment_id FROM payment_words ORDER BY word, payment_id"
_FORMER = "SELECT word, payment_id FROM payment_words ORDER BY word, payment_id"


def digest(key: str, value: str) -> str:
    return "=" + md5(f"{key}\x1f{value}".encode(), usedforsecurity=False).hexdigest()


async def test_words_and_pairs_of_a_payment(units: PostgresUnits, merchant: Merchant, owner: Owner) -> None:
    long = "x" * 500
    metadata = {"shop": "Berlin", "a=b": "c", "": "", "long": long, "ключ": "дом"}
    payment = a_payment(merchant_id=merchant.id, reference="Order 17/ORDER-x", metadata=metadata)
    async with units.begin(JOBS, "test") as unit:
        await unit.payments.add(payment)
        await unit.commit()
    found = await owner.fetch(_WORDS)
    pairs = {digest(key, value) for key, value in metadata.items()}
    assert {row["word"] for row in found} == {"order", "17", "x"} | pairs
    assert {(row["merchant_id"], row["created_at"], row["payment_id"]) for row in found} == {
        (merchant.id, payment.created_at, payment.id)
    }


async def test_the_migration_finds_all_again(units: PostgresUnits, owner: Owner, database_url: str) -> None:
    """Down to where only words were kept and up again, with payments there: all is as the triggers had it."""
    merchant = a_merchant()
    async with units.begin(JOBS, "test") as unit:
        await unit.merchants.add(merchant)
        await unit.commit()
    book: Book = a_book(random.Random(7), {merchant.id: 100})
    await write(owner, book)
    kept = [tuple(row) for row in await owner.fetch(_WORDS)]
    await owner.reload_schema_state()
    # Migrations run an event loop of their own.
    await asyncio.to_thread(downgrade, database_url, "0006_payments")
    former = [tuple(row) for row in await owner.fetch(_FORMER)]
    assert former == [(word, payment_id) for _, word, _, payment_id in kept if not word.startswith("=")]
    await asyncio.to_thread(upgrade, database_url)
    assert [tuple(row) for row in await owner.fetch(_WORDS)] == kept
