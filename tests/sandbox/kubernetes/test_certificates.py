"""The cluster's authority and what it signs."""

from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import NameOID

from sandbox.kubernetes import certificates


def read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_the_authority_signed_both_and_the_server_is_known_by_its_addresses(tmp_path: Path) -> None:
    certificates.write(tmp_path, addresses=["127.0.0.1", "10.64.0.1"])
    authority, server, administrator = (read(tmp_path / f"{name}.crt") for name in ("ca", "server", "administrator"))
    server.verify_directly_issued_by(authority)
    administrator.verify_directly_issued_by(authority)
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(each) for each in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "10.64.0.1"]
    groups = administrator.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    assert [each.value for each in groups] == ["system:masters"]


def test_keys_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    certificates.write(tmp_path, addresses=["127.0.0.1"])
    assert {path.stat().st_mode & 0o077 for path in tmp_path.glob("*.key")} == {0}


def test_a_second_start_keeps_them(tmp_path: Path) -> None:
    certificates.write(tmp_path, addresses=["127.0.0.1"])
    before = (tmp_path / "ca.crt").read_bytes()
    certificates.write(tmp_path, addresses=["127.0.0.1"])
    assert (tmp_path / "ca.crt").read_bytes() == before
