from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
import pytest

from app.database_fitness import DatabaseRefused, KnownRevisions, require_fit_database
from app.settings import load_settings

if TYPE_CHECKING:
    from pathlib import Path

    from app.postgres import EmbeddedPostgres
    from app.settings import Settings


def settings_of(database_url: str, environment: str = "test") -> Settings:
    return load_settings({"PAYDESK_ENVIRONMENT": environment, "DATABASE_URL": database_url})


async def test_a_migrated_database_is_fit(settings: Settings) -> None:
    assert await require_fit_database(settings) == settings.database_url


async def test_a_database_that_nobody_migrated_is_refused(cluster: EmbeddedPostgres) -> None:
    with pytest.raises(DatabaseRefused, match=r"at revision none, not at .*; run `paydesk migrate`"):
        await require_fit_database(settings_of(cluster.dsn_of("postgres")))


async def test_a_forgetful_postgres_is_refused_outside_tests(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    name = await connection.fetchval("SELECT current_database()")
    await connection.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    await connection.close()
    assert await require_fit_database(settings_of(database_url)) == database_url
    with pytest.raises(DatabaseRefused, match="synchronous_commit is off, so it would lose payments"):
        await require_fit_database(settings_of(database_url, "demo"))


async def test_a_database_that_does_not_come(tmp_path: Path) -> None:
    nowhere = settings_of(f"postgresql://paydesk@/paydesk?host={tmp_path}")
    with pytest.raises(DatabaseRefused, match=r"the database does not answer: .*; is DATABASE_URL right"):
        await require_fit_database(nowhere, patience_seconds=0)


async def test_a_database_that_does_not_exist(cluster: EmbeddedPostgres) -> None:
    with pytest.raises(DatabaseRefused, match=r"the database refuses us: .* does not exist"):
        await require_fit_database(settings_of(cluster.dsn_of("nowhere")))


def test_newer_revisions_are_let_pass_and_older_ones_not() -> None:
    revisions = KnownRevisions()
    assert revisions.problem(revisions.newest) is None
    assert revisions.problem("9999_of_a_later_release") is None
    assert "run `paydesk migrate`" in str(revisions.problem("0001_foundation"))
    assert "run `paydesk migrate`" in str(revisions.problem(None))
