"""The base of all models of answers, and the types their fields share."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

Text = str | None
Number = int | None
Moment = datetime | None
Next = Field(description="Ask again with this as `after`; null on the last page.")


class Model(BaseModel):
    """Base: an answer has these fields and no others."""

    model_config = ConfigDict(extra="forbid")
