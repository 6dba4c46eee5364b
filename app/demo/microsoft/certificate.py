"""A certificate authority of the demo's own, and the certificate for `localhost`, made once and kept."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from cryptography import x509

_RENEW_BEFORE = timedelta(days=2)
_LASTS = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Certificate:
    """Where the files are. Clients trust `authority`; the server shows `chain` and signs with `key`."""

    authority: Path
    chain: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        """What a server needs to speak TLS with this certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain, self.key)
        return context


def certificate_in(directory: Path) -> Certificate:
    """The certificate kept in this directory; made anew when there is none or it is about to expire."""
    found = Certificate(directory / "ca.pem", directory / "localhost.pem", directory / "localhost.key")
    if not _is_usable(found):
        directory.mkdir(parents=True, exist_ok=True)
        _make(found)
    return found


def _is_usable(certificate: Certificate) -> bool:
    if not all(path.exists() for path in (certificate.authority, certificate.chain, certificate.key)):
        return False
    read = x509.load_pem_x509_certificate(certificate.chain.read_bytes())
    return read.not_valid_after_utc > datetime.now(UTC) + _RENEW_BEFORE


def _make(certificate: Certificate) -> None:
    authority = trustme.CA(organization_name="Smart Scheduler demo")
    leaf = authority.issue_cert("localhost", "127.0.0.1", not_after=datetime.now(UTC) + _LASTS)
    certificate.key.touch(mode=0o600)
    leaf.private_key_pem.write_to_path(certificate.key)
    certificate.chain.write_bytes(b"".join(part.bytes() for part in leaf.cert_chain_pems))
    authority.cert_pem.write_to_path(certificate.authority)
