"""The file that describes identity providers: what it may say, and what is said of a mistake."""

from __future__ import annotations

import pytest

from goldenthread.accounts.providers import read_providers
from goldenthread.definitions import DefinitionError
from tests.identity.processes import make_certificate


@pytest.fixture
def file(tmp_path):
    (tmp_path / "secret").write_text("sesame\n")
    make_certificate(tmp_path)

    def write(text: str):
        named = tmp_path / "sso.yaml"
        named.write_text(text.replace("HERE", str(tmp_path)))
        return named

    return write


GOOD = """\
openid_connect:
- provider: city
  title: City account
  issuer: https://city.example
  client_id: abc
  secret_file: HERE/secret
saml:
- provider: county
  title: County account
  issuer: https://county.example/metadata
  sign_in_url: https://county.example/sso
  certificate_file: HERE/certificate.pem
  second_factor: true
"""


def test_both_protocols(file):
    found = read_providers(file(GOOD))
    assert [(one.key, one.protocol, one.subject, one.vouches) for one in found.providers.values()] == [
        ("city", "openid_connect", "sub", False),
        ("county", "saml", None, True),
    ]
    (city,) = found.library["openid_connect"]["APPS"]
    assert city["secret"] == "sesame"
    assert "email" not in city["settings"]["scope"]
    (county,) = found.library["saml"]["APPS"]
    assert county["settings"]["advanced"]["want_assertion_signed"]
    assert county["settings"]["advanced"]["reject_idp_initiated_sso"]
    assert county["settings"]["idp"]["x509cert"].startswith("-----BEGIN CERTIFICATE-----")


@pytest.mark.parametrize(
    ("found", "instead", "said"),
    [
        ("https://city.example", "http://city.example", "https://"),
        ("HERE/secret", "secret", "whole path"),
        ("client_id: abc", "client_secret: abc", "client_secret"),
        ("provider: city", "provider: City Hall", "provider"),
        ("provider: county", "provider: city", "city"),
    ],
)
def test_a_mistake_is_told_with_its_place(file, found, instead, said):
    with pytest.raises(DefinitionError, match=said):
        read_providers(file(GOOD.replace(found, instead)))


def test_a_secret_that_is_not_there(file):
    with pytest.raises(OSError, match="elsewhere"):
        read_providers(file(GOOD.replace("HERE/secret", "HERE/elsewhere")))


def test_a_file_that_is_no_certificate(file):
    with pytest.raises(OSError, match="secret holds no certificate"):
        read_providers(file(GOOD.replace("HERE/certificate.pem", "HERE/secret")))
