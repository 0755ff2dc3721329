"""The routes of all resources, made once per process and shared by its applications."""

from __future__ import annotations

from functools import cache

from fastapi import APIRouter

from api.resources import search
from api.resources.http import add_reading
from api.resources.http_acts import add_acts
from api.resources.registry import all_resources


@cache
def resource_router() -> APIRouter:
    """Return the router of all resources; making it takes as long as many requests."""
    router = APIRouter()
    router.include_router(search.router)
    for resource in all_resources():
        add_acts(router, resource)
        add_reading(router, resource)
    return router
