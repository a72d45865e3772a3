from __future__ import annotations

import pytest

from web.negotiation import MediaType, body_refusal, negotiated, prefers_page

NEW, OLD = MediaType.GRAPHQL, MediaType.JSON


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", OLD),
        ("*/*", OLD),
        ("application/*", OLD),
        ("application/json", OLD),
        ("application/graphql-response+json", NEW),
        ("application/graphql-response+json; charset=utf-8, application/json", NEW),
        ("application/json, application/graphql-response+json", NEW),
        ("application/json, application/graphql-response+json;q=0.9", OLD),
        ("application/json;q=0.5, */*;q=0.1, application/graphql-response+json;q=0.8", NEW),
        ("APPLICATION/JSON; Q=0.3", OLD),
        ("application/json;q=0, */*", NEW),
        ("application/json;q=0", None),
        ("application/json;q=nonsense", None),
        ("text/html", None),
        ("text/html, */*;q=0.1", OLD),
        (",,;;,", None),
    ],
)
def test_accept(accept: str, expected: MediaType | None) -> None:
    assert negotiated(accept) is expected


def test_browsers_are_recognised_by_html() -> None:
    assert prefers_page("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    assert not prefers_page("*/*")
    assert not prefers_page("application/json")


@pytest.mark.parametrize(
    ("content_types", "is_read"),
    [
        (["application/json"], True),
        (["Application/JSON; Charset=UTF-8"], True),
        (['application/json;charset="utf-8"'], True),
        (["application/json; charset=latin-1"], False),
        (["application/json; charset=utf-16"], False),
        (["text/plain"], False),
        (["application/graphql"], False),
        (["multipart/form-data; boundary=x"], False),
        (["application/x-www-form-urlencoded"], False),
        ([""], False),
        ([], False),
        (["application/json", "application/json"], False),
    ],
)
def test_bodies(content_types: list[str], *, is_read: bool) -> None:
    assert (body_refusal(content_types) is None) is is_read
