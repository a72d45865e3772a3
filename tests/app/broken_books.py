"""Books that are broken by hand and put right again: what verification says of them meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.postgres.database import Database
from adapters.postgres.verification.books import Books
from domain.identity.actor import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.postgres.verification.gateway_effects import GatewayEffect


async def found_in(dsn: str, *statements: str, effects: Sequence[GatewayEffect] | None = None) -> list[str]:
    """What is found in books that are broken in a transaction, which is then rolled back."""
    database = await Database.connect(dsn, size=1, role=None)
    try:
        async with database.connection(Scope(None)) as connection:
            transaction = connection.transaction()
            await transaction.start()
            # Past triggers, foreign keys and grants, as somebody with root might.
            await connection.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                assert not (await connection.execute(statement)).endswith(" 0"), f"{statement} broke nothing"
            books = Books(connection)
            found = await books.violations()
            if effects is not None:
                found += await books.differences("simulator", effects, effects)
            await transaction.rollback()
            return found
    finally:
        await database.close()


def names_of(lines: list[str]) -> set[str]:
    """The checks that found something."""
    return {line.partition(":")[0] for line in lines}
