"""From graphql-core's test_schema: a schema with a bit of everything."""

from __future__ import annotations

from typing import Any

from graphql import build_schema

from tests.api.execution.both import both

SCHEMA = build_schema(
    """
    type Image { url: String width: Int height: Int }
    type Author { id: String name: String pic(width: Int, height: Int): Image recentArticle: Article }
    type Article { id: String! isPublished: Boolean author: Author title: String body: String keywords: [String] }
    type Query { article(id: ID): Article feed: [Article] }
    """
)


class Article:
    def __init__(self, id_: Any) -> None:
        self.id = id_
        self.isPublished = True
        self.author = JohnSmith()
        self.title = f"My Article {id_}"
        self.body = "This is a post"
        self.hidden = "This data is not exposed in the schema"
        self.keywords = ["foo", "bar", 1, True, None]


class Author:
    def pic(self, _info: Any, width: int, height: int) -> Pic:
        return Pic(123, width, height)

    @property
    def recentArticle(self) -> Article:  # noqa: N802 - as the schema has it
        return Article(1)


class JohnSmith(Author):
    id = 123
    name = "John Smith"


class Pic:
    def __init__(self, uid: int, width: int, height: int) -> None:
        self.url = f"cdn://{uid}"
        self.width = f"{width}"
        self.height = f"{height}"


class Root:
    def article(self, _info: Any, **arguments: Any) -> Article:
        return Article(arguments["id"])

    @property
    def feed(self) -> list[Article]:
        return [Article(number + 1) for number in range(10)]


async def test_a_complex_schema() -> None:
    answer = await both(
        SCHEMA,
        """
        {
          feed { id, title }
          article(id: "1") {
            ...articleFields
            author {
              id, name
              pic(width: 640, height: 480) { url, width, height }
              recentArticle { ...articleFields, keywords }
            }
          }
        }
        fragment articleFields on Article { id, isPublished, title, body }
        """,
        root=Root,
    )
    article = {"id": "1", "isPublished": True, "title": "My Article 1", "body": "This is a post"}
    author = {
        "id": "123",
        "name": "John Smith",
        "pic": {"url": "cdn://123", "width": 640, "height": 480},
        "recentArticle": {**article, "keywords": ["foo", "bar", "1", "true", None]},
    }
    feed = [{"id": str(number), "title": f"My Article {number}"} for number in range(1, 11)]
    assert answer == ({"feed": feed, "article": {**article, "author": author}}, None)
