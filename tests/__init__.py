"""The tests mirror the tree; `fixtures` holds what they share."""
