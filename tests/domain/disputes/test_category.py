"""Every claim is explained."""

from __future__ import annotations

from domain.disputes.category import DisputeCategory


def test_every_category_has_a_meaning_of_its_own() -> None:
    meanings = {category.meaning for category in DisputeCategory}
    assert len(meanings) == len(DisputeCategory)
    assert all(meaning.endswith(".") for meaning in meanings)
