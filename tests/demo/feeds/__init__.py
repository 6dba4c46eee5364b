"""The published feeds must be what good publishers serve."""
