"""The `scheduler` command: thin commands over the same use cases the pages call."""
