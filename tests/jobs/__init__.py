"""Jobs: deferring, trying again, and workers that die."""
