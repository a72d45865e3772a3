from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

import pytest

from app.garbage import YOUNG_OBJECTS, spare_what_stays

if TYPE_CHECKING:
    from collections.abc import Generator


class Knot:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def spared() -> Generator[None]:
    """A collector that spares what is there, until the test is over."""
    before = gc.get_threshold()
    spare_what_stays()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_what_is_there_is_spared(spared: None) -> None:
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold()[0] == YOUNG_OBJECTS


def test_what_comes_later_is_still_collected(spared: None) -> None:
    knot = Knot()
    gone = weakref.ref(knot)
    del knot
    gc.collect()
    assert gone() is None
