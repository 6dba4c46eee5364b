"""Whole journeys in a real browser, each kind of user, against the running product."""
