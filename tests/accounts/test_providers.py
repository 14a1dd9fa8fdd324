"""The file that describes identity providers: what it may say, and what is said of a mistake."""

from __future__ import annotations

import pytest

from goldenthread.accounts.providers import read_providers
from goldenthread.definitions import DefinitionError


@pytest.fixture
def file(tmp_path):
    (tmp_path / "secret").write_text("sesame\n")
    (tmp_path / "county.pem").write_text("CERTIFICATE\n")

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
  certificate_file: HERE/county.pem
  second_factor: true
"""


def test_both_protocols(file):
    found = read_providers(file(GOOD))
    assert [(one.key, one.protocol, one.vouches) for one in found.providers.values()] == [
        ("city", "openid_connect", False),
        ("county", "saml", True),
    ]
    (city,) = found.library["openid_connect"]["APPS"]
    assert city["secret"] == "sesame"
    assert city["settings"]["uid_field"] == "sub"
    (county,) = found.library["saml"]["APPS"]
    assert county["settings"]["advanced"]["want_assertion_signed"]
    assert county["settings"]["advanced"]["reject_idp_initiated_sso"]
    assert county["settings"]["idp"]["x509cert"] == "CERTIFICATE"


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
