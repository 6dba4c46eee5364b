"""The facts that are worked out about a lead before it is routed, which nobody else can say."""

SCORES = frozenset({"score", "fit_score", "engagement_score", "priority", "deal_value"})
JUDGED = frozenset({"stage", "is_icp", "icp_version", "qualification", "lead_type", "segments"})
HISTORY = frozenset({"earlier_requests", "earlier_meetings", "days_since_last_request"})
TOPICS = {
    "webinar": "webinar_topic",
    "download": "download_topic",
    "page": "page_topic",
    "inquiry": "inquiry_topic",
}
"""Kinds of behavior whose topics are a fact of their own, besides `behaviors`."""

BEHAVIORS = frozenset({"behaviors", *TOPICS.values()})
COMPUTED = SCORES | JUDGED | HISTORY | BEHAVIORS
STATED = frozenset({"stage", "lead_type"})
"""Of these, the ones that a form may ask for, or a provider may know; whoever fills in a form cannot add them."""
