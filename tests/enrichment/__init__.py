"""More facts about a request."""
