"""A local certificate authority, and the certificates that it signs.

It takes the place of cert-manager or a cloud's certificate service. Nothing trusts it unless a user adds it.
"""

import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from filelock import FileLock

_AUTHORITY_DAYS = 3650
_CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True)
class Certificate:
    """A signed certificate with its private key, both as PEM."""

    certificate: str
    private_key: str

    @property
    def not_after(self) -> datetime:
        """When it expires, in UTC."""
        return self._parsed().not_valid_after_utc

    @property
    def due(self) -> bool:
        """Whether to renew it: less than a third of its lifetime is left."""
        parsed = self._parsed()
        lifetime = parsed.not_valid_after_utc - parsed.not_valid_before_utc
        return datetime.now(UTC) > parsed.not_valid_after_utc - lifetime / 3

    def signed_by(self, authority: "Authority") -> bool:
        """Whether this authority signed it."""
        try:
            self._parsed().verify_directly_issued_by(x509.load_pem_x509_certificate(authority.pem.encode()))
        except Exception:  # any error of the library means no
            return False
        return True

    def _parsed(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate(self.certificate.encode())


class Authority:
    """The authority in a folder, created at the first use. Only the owner can read its files."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._key_file, self._certificate_file = folder / "ca.key", folder / "ca.crt"
        with FileLock(folder / "ca.lock", mode=0o600):
            if not self._certificate_file.exists():
                self._make()

    @property
    def pem(self) -> str:
        """The authority's certificate, for clients that should trust it."""
        return self._certificate_file.read_text()

    def sign(self, hosts: Sequence[str], days: int) -> Certificate:
        """A server certificate for these DNS names or IP addresses, valid for `days` days."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = x509.load_pem_x509_certificate(self.pem.encode())
        builder = (
            _builder(hosts[0], issuer.subject, key.public_key(), days)
            .add_extension(x509.SubjectAlternativeName([_general_name(host) for host in hosts]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        )
        signed = builder.sign(self._key(), hashes.SHA256())
        return Certificate(signed.public_bytes(serialization.Encoding.PEM).decode(), _pem(key))

    def _key(self) -> ec.EllipticCurvePrivateKey:
        key = serialization.load_pem_private_key(self._key_file.read_bytes(), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return key

    def _make(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Anykube local authority")])
        certificate = (
            _builder("Anykube local authority", name, key.public_key(), _AUTHORITY_DAYS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        write_private(self._key_file, _pem(key))
        write_private(self._certificate_file, certificate.public_bytes(serialization.Encoding.PEM).decode())


def write_private(file: Path, text: str) -> None:
    """Writes a file atomically, readable only by its owner."""
    draft = file.with_name(f".{file.name}.part")
    draft.unlink(missing_ok=True)
    with open(draft, "w", opener=lambda path, flags: os.open(path, flags, 0o600), encoding="utf-8") as out:
        out.write(text)
    draft.replace(file)


def _builder(
    subject: str, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        # A common name has at most 64 characters. Clients read the alternative names instead.
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject[:64])]))
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + timedelta(days=days))
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
