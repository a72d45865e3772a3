from __future__ import annotations

import pytest

from domain.identity.email import normal_email
from domain.kernel.errors import Invalid


def test_case_and_surrounding_space_do_not_matter() -> None:
    assert normal_email(" Ada@Example.COM ") == "ada@example.com"


@pytest.mark.parametrize("text", ["", "ada", "a@", "@b", "a@b@c", "a b@c", "a\x00@b", "a" * 250 + "@b.cd"])
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        normal_email(text)
    assert refused.value.path == ("email",)
