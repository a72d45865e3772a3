from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import URL

from web.sso.return_path import own_path


@pytest.mark.parametrize("path", ["/", "/graphql", "/payments/pay_1?tab=story&x=%2F", "/a/b/"])
def test_a_path_of_ours_is_kept(path: str) -> None:
    assert own_path(path) == path


@given(st.text(alphabet="/\\@:.#?%&=ae\t\n 5c2f", max_size=20).map(lambda text: "/" + text))
def test_whatever_comes_stays_on_our_host(text: str) -> None:
    url = URL("https://paydesk.example" + own_path(text))

    assert (url.scheme, url.hostname, url.username) == ("https", "paydesk.example", None)
