"""Stores and reads on a real database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.domain.identity.installation import Installation, installed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


@pytest.fixture
async def house(database_url: str) -> AsyncGenerator[Installation]:
    async with installed(database_url) as installation:
        yield installation
