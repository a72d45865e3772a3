"""What every test may ask for: a migrated database of its own, and settings that point to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.settings import Settings, load_settings
from tests.distribution import LongestFirst
from tests.postgres import create_copy, drop_copy, migrate_apart, running_cluster

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from pathlib import Path

    from xdist.remote import Producer

    from app.postgres import EmbeddedPostgres


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LongestFirst | None:
    """With `--dist loadfile`, which `./run test` asks for."""
    return LongestFirst(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(scope="session")
def cluster() -> Generator[EmbeddedPostgres]:
    """This worker's PostgreSQL, in memory; its database `paydesk` is migrated and only ever copied."""
    with running_cluster() as postgres:
        migrate_apart(postgres.dsn)
        yield postgres


@pytest.fixture
async def database_url(cluster: EmbeddedPostgres) -> AsyncGenerator[str]:
    """A migrated, empty database for this test alone; the login is its owner."""
    name = await create_copy(cluster)
    yield cluster.dsn_of(name)
    await drop_copy(cluster, name)


@pytest.fixture(scope="session")
def durable_cluster() -> Generator[EmbeddedPostgres]:
    """A migrated PostgreSQL on disk, as safe as in production: for fault tests, which may stop and start it."""
    with running_cluster(durable=True) as postgres:
        migrate_apart(postgres.dsn)
        yield postgres


@pytest.fixture
async def durable_database_url(durable_cluster: EmbeddedPostgres) -> AsyncGenerator[str]:
    """As `database_url`, on disk."""
    name = await create_copy(durable_cluster)
    yield durable_cluster.dsn_of(name)
    await drop_copy(durable_cluster, name)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a test installation on `database_url`."""
    return load_settings(
        {"PAYDESK_ENVIRONMENT": "test", "DATABASE_URL": database_url, "PAYDESK_DATA_DIR": str(tmp_path)}
    )
