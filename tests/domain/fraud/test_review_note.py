"""A note is a text for colleagues, mentions few of them, and is for staff alone only when staff write it."""

from __future__ import annotations

import pytest

from domain.fraud.review_note import LONGEST_NOTE, MOST_MENTIONS, Audience, usual_audience
from domain.identity.actor import Realm
from domain.kernel.errors import Invalid
from domain.kernel.ids import new_uuid
from tests.builders.fraud_reviews import a_review, a_review_note
from tests.builders.moments import MORNING


@pytest.mark.parametrize("text", ["x", "Called.\nNobody answered.", "x" * LONGEST_NOTE])
def test_a_text_of_several_lines(text: str) -> None:
    assert a_review_note(a_review(), text=text).text == text


@pytest.mark.parametrize("text", ["", "  ", "x" * (LONGEST_NOTE + 1), "a\x00b", "It was 4111 1111 1111 1111."])
def test_what_is_no_text_for_colleagues(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        a_review_note(a_review(), text=text)
    assert refused.value.path == ("text",)


def test_so_many_are_mentioned_and_no_more() -> None:
    people = tuple(new_uuid(MORNING) for _ in range(MOST_MENTIONS + 1))
    assert a_review_note(a_review(), mentions=people[1:]).mentions == people[1:]
    with pytest.raises(Invalid, match="at most 20") as refused:
        a_review_note(a_review(), mentions=people)
    assert refused.value.path == ("mentions",)


@pytest.mark.parametrize("realm", Realm)
@pytest.mark.parametrize("audience", Audience)
def test_only_staff_write_for_staff_alone(realm: Realm, audience: Audience) -> None:
    if audience is Audience.STAFF and realm is not Realm.STAFF:
        with pytest.raises(Invalid) as refused:
            a_review_note(a_review(), audience=audience, author_realm=realm)
        assert refused.value.path == ("audience",)
    else:
        assert a_review_note(a_review(), audience=audience, author_realm=realm).audience is audience


def test_staff_write_for_staff_unless_they_say_otherwise() -> None:
    assert [usual_audience(realm) for realm in (Realm.STAFF, Realm.MERCHANT)] == [Audience.STAFF, Audience.MERCHANT]
