"""The routes of all resources, made once per process and shared by its applications."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import APIRouter
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from api.http.middleware import API
from api.resources.http.acts import add_acts
from api.resources.http.extracts import add_extracts
from api.resources.http.lists import add_reading
from api.resources.registry import all_resources
from api.resources.resource import Resource


class ResourceRoutes(BaseRoute):
    """The routes of one resource, which are tried only for paths that name it.

    Without that, a request would be compared with hundreds of patterns. Included as a
    router, each application would make every route again.

    Args:
        resource: The resource.

    Attributes:
        routes: The routes, for whoever describes them.
    """

    def __init__(self, resource: Resource[Any]) -> None:
        self._name = f"/{resource.name}"
        router = APIRouter(prefix=API)
        add_reading(router, resource)
        add_extracts(router, resource)
        add_acts(router, resource)
        self.routes = router.routes

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Say whether a request is for one of these routes, and for which."""
        partly: tuple[Match, Scope] = Match.NONE, {}
        if scope["type"] != "http" or self._name not in scope["path"]:
            return partly
        for route in self.routes:
            match, found = route.matches(scope)
            if match is Match.FULL:
                return match, found
            if match is Match.PARTIAL and partly[0] is Match.NONE:
                partly = match, found
        return partly

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that one of these routes matched."""
        await scope["route"].handle(scope, receive, send)


@cache
def resource_routes() -> tuple[ResourceRoutes, ...]:
    """Return the routes of all resources; making them takes seconds."""
    return tuple(map(ResourceRoutes, all_resources()))
