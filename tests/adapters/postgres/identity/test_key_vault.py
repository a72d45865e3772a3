from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidTag

from adapters.postgres.identity.key_vault import KeyVault
from domain.kernel.ids import new_uuid
from tests.domain.identity.people import NOON


def test_only_the_same_secret_opens_and_only_for_the_same_key() -> None:
    vault = KeyVault("a" * 32)
    key = vault.make(new_uuid(NOON), NOON, NOON)
    opened = vault.open(key)
    assert opened.kid == key.kid
    assert opened.as_dict(private=False)["x"] == key.public_jwk["x"]
    assert "d" not in key.public_jwk
    with pytest.raises(InvalidTag):
        KeyVault("b" * 32).open(key)
    with pytest.raises(InvalidTag):
        vault.open(replace(key, id=new_uuid(NOON)))
