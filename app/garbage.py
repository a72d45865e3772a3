"""Python's collector of cyclic garbage, as a server wants it."""

from __future__ import annotations

import gc

YOUNG_OBJECTS = 50_000
"""So many more objects than before make a collection: more than a dozen large answers on their way at once have."""


def spare_what_stays() -> None:
    """Collect once, and never look again at what is there by now: modules, schema, statements.

    By default each few hundred new objects are a reason to look for cycles, and an answer has thousands; with several
    answers on their way at once these grow old, and then the whole heap is looked at, for a quarter of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 50)
