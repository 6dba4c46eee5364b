"""The demo's mail: an SMTP server that keeps everything it is given, and a page to read it.

Nothing leaves the machine. Every message is one `.eml` file; the page shows its text, its HTML in a frame that
may run nothing, and an attached invitation as facts. `/api/messages` answers checks and tests.
"""
