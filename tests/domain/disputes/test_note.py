"""Who may write what for whom."""

from __future__ import annotations

import pytest

from domain.disputes.note import LONGEST_NOTE, Audience
from domain.identity.actor import Realm
from domain.kernel.errors import Invalid
from tests.builders.disputes import a_note
from tests.builders.files import a_dispute


@pytest.mark.parametrize("text", ["", " \n", "x" * (LONGEST_NOTE + 1), "a\x1b[31m", "My card is 4242424242424242."])
def test_a_text_that_breaks_a_rule_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        a_note(a_dispute(), text=text)
    assert refusal.value.path == ("text",)


def test_several_lines_and_the_longest_text_are_taken() -> None:
    assert a_note(a_dispute(), text="One\ntwo\n" + "x" * (LONGEST_NOTE - 8)).text.startswith("One\ntwo")


@pytest.mark.parametrize("realm", Realm)
@pytest.mark.parametrize("audience", Audience)
def test_only_staff_write_for_staff_alone(realm: Realm, audience: Audience) -> None:
    if audience is Audience.STAFF and realm is not Realm.STAFF:
        with pytest.raises(Invalid) as refusal:
            a_note(a_dispute(), audience=audience, author_realm=realm)
        assert refusal.value.path == ("audience",)
    else:
        assert a_note(a_dispute(), audience=audience, author_realm=realm).audience is audience
