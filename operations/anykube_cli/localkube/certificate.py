"""`localkube:index:Certificate`: a server certificate of the project's own certificate authority."""

import json
from pathlib import Path

from anykube_cli.certificates import Authority, Certificate, write_private
from anykube_cli.plugin.resource import Diff, Inputs, Resource
from anykube_cli.plugin.values import Properties
from anykube_cli.toolchain import paths


class CertificateInputs(Inputs):
    """A certificate for a list of hosts."""

    name: str
    hosts: list[str]
    days: int = 90


class CertificateResource(Resource[CertificateInputs]):
    """The resource id is the name. The private key is stored next to the authority's, so that an import finds it."""

    token = "localkube:index:Certificate"
    inputs = CertificateInputs
    replaces = frozenset({"name"})
    secrets = frozenset({"privateKey"})
    volatile = frozenset({"certificate", "privateKey", "notAfter"})

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or paths.state_dir() / "local" / "authority"

    def create(self, inputs: CertificateInputs) -> tuple[str, Properties]:
        """Signs a certificate, or reuses a valid one for the same hosts."""
        existing = self.read(inputs.name)
        if existing and existing["hosts"] == inputs.hosts and not self.drift(inputs.name, existing).update:
            return inputs.name, existing
        return inputs.name, self._sign(inputs)

    def read(self, resource_id: str) -> Properties | None:
        """Returns the stored certificate."""
        try:
            stored: dict[str, object] = json.loads(self._file(resource_id).read_text())
        except FileNotFoundError:
            return None
        return stored

    def update(self, resource_id: str, old: Properties, inputs: CertificateInputs) -> Properties:
        """Signs a new certificate."""
        del resource_id, old
        return self._sign(inputs)

    def delete(self, resource_id: str, old: Properties) -> None:
        """Removes the certificate and its key."""
        del old
        self._file(resource_id).unlink(missing_ok=True)

    def drift(self, resource_id: str, old: Properties) -> Diff:
        """Renews the certificate when less than a third of its validity remains, or when the authority has changed."""
        del resource_id
        certificate = Certificate(str(old["certificate"]), "")
        if certificate.due or not certificate.signed_by(Authority(self._folder)):
            return Diff(update=frozenset({"certificate"}))
        return Diff()

    def _sign(self, inputs: CertificateInputs) -> Properties:
        authority = Authority(self._folder)
        signed = authority.sign(inputs.hosts, inputs.days)
        outputs = {
            **inputs.model_dump(by_alias=True),
            "certificate": signed.certificate,
            "privateKey": signed.private_key,
            "authority": authority.pem,
            "notAfter": signed.not_after.isoformat(timespec="seconds"),
        }
        write_private(self._file(inputs.name), json.dumps(outputs))
        return outputs

    def _file(self, name: str) -> Path:
        return self._folder / f"certificate-{name}.json"
