"""The website of Acme, the demo's sample company, at an origin of its own.

It knows the scheduler only as any website would: by the address of `widget.js` and the name of a form. One page
has the widget in place and as a pop-up, another sends a form of its own. Both live under a strict content policy.
"""

from app.demo.site.pages import create_site

__all__ = ["create_site"]
