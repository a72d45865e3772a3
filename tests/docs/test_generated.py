from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.settings import Settings, settings_table
from tests.docs.generated import COMMAND, MACHINES, OPERATIONS, machines, pages

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("page", [MACHINES, OPERATIONS], ids=lambda path: path.name)
def test_what_follows_from_the_code_is_current(page: Path) -> None:
    assert page.read_text() == pages()[page], f"Run: .venv/bin/{COMMAND}"


def test_every_machine_names_all_of_its_states() -> None:
    assert len(machines()) >= 5
    for table in machines().values():
        assert set(table) == set(type(next(iter(table))))


def test_every_setting_has_its_row() -> None:
    table = settings_table()
    assert all(f"`{field.validation_alias}`" in table for field in Settings.model_fields.values())
