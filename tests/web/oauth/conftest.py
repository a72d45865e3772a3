"""The authorization server on a real database, spoken to over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.domain.identity.installation import installed
from tests.web.oauth.authorization import Authorization, authorization

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


@pytest.fixture
async def server(database_url: str) -> AsyncGenerator[Authorization]:
    async with installed(database_url) as house, authorization(house) as running:
        yield running
