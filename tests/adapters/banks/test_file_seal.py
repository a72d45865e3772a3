"""What lies in the database says nothing to whoever has no secret."""

from __future__ import annotations

import pytest

from adapters.banks.file_seal import SecretFileSeal
from domain.kernel.errors import Unavailable
from domain.kernel.ids import new_uuid
from tests.builders.moments import MORNING

FILE, OTHER = new_uuid(MORNING), new_uuid(MORNING)
CONTENT = b"<IBAN>DE89370400440532013000</IBAN>"


def test_it_opens_for_its_file_and_its_secret_alone() -> None:
    seal = SecretFileSeal("a secret")
    sealed = seal.seal(FILE, CONTENT)
    assert CONTENT not in sealed
    assert seal.open(FILE, sealed) == CONTENT
    for opener, file_id, content in (
        (seal, OTHER, sealed),
        (SecretFileSeal("another"), FILE, sealed),
        (seal, FILE, sealed[:-1]),
    ):
        with pytest.raises(Unavailable):
            opener.open(file_id, content)


def test_two_sealings_differ() -> None:
    seal = SecretFileSeal("a secret")
    assert seal.seal(FILE, CONTENT) != seal.seal(FILE, CONTENT)
