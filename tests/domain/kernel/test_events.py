"""An event is a value."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from domain.kernel.events import Event
from domain.kernel.ids import new_uuid
from tests.builders.moments import MORNING


def test_an_event_never_changes_and_has_no_data_unless_given() -> None:
    event = Event(
        id=new_uuid(MORNING),
        merchant_id=new_uuid(MORNING),
        subject_type="payment",
        subject_id=new_uuid(MORNING),
        sequence=1,
        name="payment.created",
        occurred_at=MORNING,
    )
    assert event.data == {}
    with pytest.raises(FrozenInstanceError):
        event.sequence = 2  # ty: ignore[invalid-assignment]  # pyright: ignore[reportAttributeAccessIssue]
