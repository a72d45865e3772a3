"""Run by Alembic for each command: on the connection it was handed, or on DATABASE_URL from a command line."""

from __future__ import annotations

import asyncio
import os

from alembic import context
from sqlalchemy import Connection, make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from migrations.schema import comparison_options, declared_tables


def run_on(connection: Connection) -> None:
    """Run the command; each revision is a transaction of its own."""
    options = comparison_options(connection)
    connection.rollback()
    context.configure(
        connection=connection, target_metadata=declared_tables(), transaction_per_migration=True, **options
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_from_command_line() -> None:
    """For `alembic revision --autogenerate` and the like; `paydesk migrate` is what installations run."""
    dsn = os.environ.get("PAYDESK_MIGRATION_DATABASE_URL") or os.environ.get("DATABASE_URL")
    if not dsn:
        msg = "Set DATABASE_URL to the database to compare with (an empty one, migrated by `paydesk migrate`)."
        raise SystemExit(msg)
    engine = create_async_engine(make_url(dsn).set(drivername="postgresql+asyncpg"), poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run_on)
        await connection.commit()
    await engine.dispose()


given = context.config.attributes.get("connection")
if isinstance(given, Connection):
    run_on(given)
else:
    asyncio.run(run_from_command_line())
