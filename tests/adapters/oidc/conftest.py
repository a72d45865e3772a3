"""A provider that can be made to lie."""

from __future__ import annotations

import pytest

from tests.adapters.oidc.forger import Forger


@pytest.fixture
def forger() -> Forger:
    """Honest, until a test changes it."""
    return Forger()
