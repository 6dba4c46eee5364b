"""What leads did, over the wire."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from app.api.lead_shapes import LeadPath
from app.enrichment.behaviors import LONGEST_TOPIC, LONGEST_URL
from app.store.behaviors import BehaviorView
from app.web.openapi import Body

__all__ = ["BehaviorsBody", "BehaviorsKept", "LeadBehaviorsBody", "LeadPath", "NewBehavior"]


class NewBehavior(Body):
    """Something a lead did. Without `at` it was just now."""

    kind: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    topic: Annotated[str, Field(max_length=LONGEST_TOPIC)] = ""
    url: Annotated[str, Field(max_length=LONGEST_URL)] | None = None
    at: AwareDatetime | None = None

    def view(self, now: datetime) -> BehaviorView:
        """As it is kept."""
        return BehaviorView(self.kind, self.topic.strip(), self.at or now, self.url)


class LeadBehaviorsBody(Body):
    """What a lead did."""

    behaviors: Annotated[list[NewBehavior], Field(min_length=1, max_length=100)]


class BehaviorsBody(LeadBehaviorsBody):
    """What somebody did, by e-mail address; a lead we do not know yet is made."""

    email: Annotated[str, Field(min_length=3, max_length=320)]


class BehaviorsKept(BaseModel):
    """How many were new; the others were known."""

    lead: str
    added: int
