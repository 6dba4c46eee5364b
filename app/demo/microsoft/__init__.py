"""A stand-in for Microsoft 365 on loopback: Entra's sign-in and Graph's calendars, as strict as the real ones.

`create_microsoft` makes the WSGI application, `acme_mailboxes` its seed, `certificate_in` the certificate that it
must be served with (MSAL speaks https only).
"""

from app.demo.microsoft.certificate import Certificate, certificate_in
from app.demo.microsoft.registered import App
from app.demo.microsoft.seeds import acme_mailboxes
from app.demo.microsoft.server import create_microsoft
from app.demo.microsoft.world import TENANT, Seed

__all__ = ["TENANT", "App", "Certificate", "Seed", "acme_mailboxes", "certificate_in", "create_microsoft"]
