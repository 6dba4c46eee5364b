"""Whole journeys over HTTP, of those who use no browser, against the running product."""
