"""Files that the build made, from our own disk: nothing is loaded from anywhere else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import Scope

DIRECTORY = Path(__file__).parent / "static"
GRAPHIQL_PAGE = DIRECTORY / "graphiql" / "index.html"


class _Files(StaticFiles):
    """Files below an `assets` folder have their content's hash in their names, and never change."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        hashed = "assets" in Path(path).parts
        response.headers["cache-control"] = "public, max-age=31536000, immutable" if hashed else "no-cache"
        return response


def static_routes(directory: Path = DIRECTORY) -> list[Mount]:
    """GET /static/..."""
    return [Mount("/static", _Files(directory=directory, check_dir=False), name="static")]
