"""The style sheet and the icon: addressed by their content, so that they can be kept for ever."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request

_HERE = Path(__file__).parent
_STYLE = (_HERE / "paydesk.css").read_bytes()
_ICON = (_HERE / "paydesk.svg").read_bytes()


def _path(name: str, content: bytes, ending: str) -> str:
    return f"/assets/{name}-{hashlib.sha256(content).hexdigest()[:12]}.{ending}"


STYLE_PATH = _path("paydesk", _STYLE, "css")
ICON_PATH = _path("paydesk", _ICON, "svg")


def _file(content: bytes, media_type: str) -> Response:
    headers = {"cache-control": "public, max-age=31536000, immutable", "x-content-type-options": "nosniff"}
    return Response(content, media_type=media_type, headers=headers)


async def _style(_: Request) -> Response:
    return _file(_STYLE, "text/css")


async def _icon(_: Request) -> Response:
    return _file(_ICON, "image/svg+xml")


def asset_routes() -> list[Route]:
    """Both files."""
    return [Route(STYLE_PATH, _style, methods=["GET"]), Route(ICON_PATH, _icon, methods=["GET"])]
