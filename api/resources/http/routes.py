"""The routes of all resources, made once per process and shared by its applications."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import APIRouter
from starlette.routing import Match
from starlette.types import Scope

from api.resources.http import search
from api.resources.http.acts import add_acts
from api.resources.http.extracts import add_extracts
from api.resources.http.lists import add_reading
from api.resources.registry import all_resources
from api.resources.resource import Resource


class ResourceRouter(APIRouter):
    """The routes of one resource, which are tried only for paths that name it.

    Without that, a request would be compared with hundreds of patterns.

    Args:
        resource: The resource.
    """

    def __init__(self, resource: Resource[Any]) -> None:
        super().__init__()
        self._name = f"/{resource.name}"
        add_reading(self, resource)
        add_extracts(self, resource)
        add_acts(self, resource)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Say whether a request is for one of these routes."""
        if self._name not in scope["path"]:
            return Match.NONE, {}
        return super().matches(scope)


@cache
def resource_router() -> APIRouter:
    """Return the router of all resources; making it takes as long as many requests."""
    router = APIRouter()
    router.include_router(search.router)
    for resource in all_resources():
        router.include_router(ResourceRouter(resource))
    return router
