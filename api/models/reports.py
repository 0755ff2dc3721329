"""What reports look like, for the OpenAPI description."""

from __future__ import annotations

from typing import Any

from api.models.base import Model, Text


class ParameterOut(Model):
    """A parameter of a report."""

    name: str
    title: str
    kind: str
    required: bool
    default: Text
    choices: list[str]


class ColumnOut(Model):
    """A column of a report."""

    name: str
    title: str
    kind: str


class ReportOut(Model):
    """A report that can be asked for."""

    name: str
    title: str
    parameters: list[ParameterOut]
    columns: list[ColumnOut]


class ReportPage(Model):
    """All reports."""

    items: list[ReportOut]
    next: None = None


class ReportRows(Model):
    """The rows of a report; its columns are told by the list of reports."""

    items: list[dict[str, Any]]
    next: None = None
