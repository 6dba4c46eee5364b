"""Published iCalendar feeds on loopback, for reps who share a calendar by its secret address only.

`create_feeds` makes the WSGI application, `acme_feeds` its seed: Robin in London.
"""

from app.demo.feeds.feed import Feed
from app.demo.feeds.robin import acme_feeds
from app.demo.feeds.server import create_feeds

__all__ = ["Feed", "acme_feeds", "create_feeds"]
