from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.settings import Settings, settings_table
from domain.disputes.reason_codes.catalogue import catalogue
from tests.docs.generated import COMMAND, MACHINES, OPERATIONS, REASON_CODES, machines, pages

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("page", [MACHINES, OPERATIONS, REASON_CODES], ids=lambda path: path.name)
def test_what_follows_from_the_code_is_current(page: Path) -> None:
    assert page.read_text() == pages()[page], f"Run: .venv/bin/{COMMAND}"


def test_every_machine_names_all_of_its_states() -> None:
    assert len(machines()) >= 5
    for table in machines().values():
        assert set(table) == set(type(next(iter(table))))


def test_every_setting_has_its_row() -> None:
    table = settings_table()
    assert all(f"`{field.validation_alias}`" in table for field in Settings.model_fields.values())


def test_every_reason_code_has_its_row() -> None:
    rows = pages()[REASON_CODES].splitlines()
    for codes in catalogue().values():
        for code in codes.values():
            assert any(row.startswith(f"| `{code.code}` | {code.name}") for row in rows)
