"""More facts about a request: what was typed, read properly, and what we know of its company."""
