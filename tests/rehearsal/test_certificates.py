import ipaddress
from datetime import UTC, datetime
from pathlib import Path

from anykube_cli.certificates import Authority, write_private
from anykube_cli.localkube.certificate import CertificateInputs, CertificateResource
from cryptography import x509


def test_the_chain_verifies_for_its_hosts(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    signed = authority.sign(["www.localhost", "*.shop.localhost", "127.0.0.1"], days=90)
    certificate = x509.load_pem_x509_certificate(signed.certificate.encode())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["www.localhost", "*.shop.localhost"]
    assert names.get_values_for_type(x509.IPAddress) == [ipaddress.ip_address("127.0.0.1")]
    certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(authority.pem.encode()))
    assert not signed.due
    assert (signed.not_after - datetime.now(UTC)).days in (89, 90)


def test_it_is_due_in_the_last_third(tmp_path: Path) -> None:
    # Valid for less time than lies behind it already: a certificate is dated back by the clocks' skew.
    assert Authority(tmp_path).sign(["a"], days=0).due


def test_another_authority_did_not_sign_it(tmp_path: Path) -> None:
    authority, other = Authority(tmp_path / "one"), Authority(tmp_path / "other")
    signed = authority.sign(["a"], days=1)
    assert signed.signed_by(authority)
    assert not signed.signed_by(other)


def test_the_authority_stays_and_is_private(tmp_path: Path) -> None:
    first = Authority(tmp_path).pem
    assert Authority(tmp_path).pem == first
    assert {file.stat().st_mode & 0o077 for file in tmp_path.iterdir()} == {0}


def test_a_file_is_written_whole_and_private(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("old")
    file.chmod(0o644)
    write_private(file, "new")
    assert file.read_text() == "new"
    assert file.stat().st_mode & 0o777 == 0o600


def test_creating_twice_gives_the_same_certificate(tmp_path: Path) -> None:
    resource = CertificateResource(tmp_path)
    inputs = CertificateInputs(name="web", hosts=["www.localhost"])
    assert resource.create(inputs) == resource.create(inputs)
    assert resource.read("web") == resource.create(inputs)[1]
    other = resource.create(CertificateInputs(name="web", hosts=["shop.localhost"]))[1]
    assert other["hosts"] == ["shop.localhost"]
    resource.delete("web", {})
    assert resource.read("web") is None
    resource.delete("web", {})


def test_a_new_authority_makes_it_drift(tmp_path: Path) -> None:
    resource = CertificateResource(tmp_path)
    _, outputs = resource.create(CertificateInputs(name="web", hosts=["a"]))
    assert not resource.drift("web", outputs).update
    for file in tmp_path.glob("ca.*"):
        file.unlink()
    assert resource.drift("web", outputs).update == {"certificate"}
