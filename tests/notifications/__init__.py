"""Mails: what they look like on the wire, and how they are handed over."""
