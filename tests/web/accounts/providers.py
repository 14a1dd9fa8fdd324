"""What stands in the file that GOLDENTHREAD_SSO names, for as long as a test runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from goldenthread.accounts.providers import read_providers

Configure = Callable[[str], None]


@pytest.fixture
def configure(settings: Any, tmp_path: Path) -> Configure:
    """Takes the text of the file."""

    def use(text: str) -> None:
        file = tmp_path / "sso.yaml"
        file.write_text(text)
        found = read_providers(file)
        settings.SINGLE_SIGN_ON, settings.SOCIALACCOUNT_PROVIDERS = found, found.library

    return use


def openid_file(issuer: str, secret_file: Path, *, provider: str = "city", more: str = "") -> str:
    """One provider that speaks OpenID Connect."""
    return (
        f"openid_connect:\n- provider: {provider}\n  title: City account\n  issuer: {issuer}\n"
        f"  client_id: goldenthread\n  secret_file: {secret_file}\n{more}"
    )


def saml_file(base: str, certificate: Path, *, more: str = "") -> str:
    """One provider that speaks SAML."""
    return (
        f"saml:\n- provider: county\n  title: County account\n  issuer: {base}/metadata\n"
        f"  sign_in_url: {base}/sign-in\n  certificate_file: {certificate}\n{more}"
    )
