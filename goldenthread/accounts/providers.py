"""The identity providers whose word is taken, as the file that GOLDENTHREAD_SSO names describes them.

The settings read it, so nothing here imports Django.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from cryptography.x509 import load_pem_x509_certificate
from pydantic import AfterValidator, Field, model_validator

from goldenthread.definitions import Address, Definition, Words, check, read_yaml


def _full_path(text: str) -> str:
    if not Path(text).is_absolute():
        raise ValueError("the whole path of a file, from / on")
    return text


FilePath = Annotated[str, AfterValidator(_full_path)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]


class ProviderDefinition(Definition):
    """What is said of a provider whatever it speaks."""

    provider: Slug
    title: Words
    issuer: Words
    subject: Words | None
    second_factor: bool = False


class OpenIdDefinition(ProviderDefinition):
    """A provider that speaks OpenID Connect."""

    issuer: Address
    client_id: Words
    secret_file: FilePath
    subject: Words = "sub"


class SamlDefinition(ProviderDefinition):
    """A provider that speaks SAML 2.0. Without ``subject``, the name identifier says who somebody is."""

    sign_in_url: Address
    certificate_file: FilePath
    subject: Words | None = None


class SingleSignOnDefinition(Definition):
    """Every provider, by the protocol it speaks."""

    openid_connect: tuple[OpenIdDefinition, ...] = ()
    saml: tuple[SamlDefinition, ...] = ()

    @property
    def both(self) -> tuple[ProviderDefinition, ...]:
        return (*self.openid_connect, *self.saml)

    @model_validator(mode="after")
    def _told_apart(self) -> SingleSignOnDefinition:
        keys = Counter(one.provider for one in self.both)
        twice = [key for key, times in keys.items() if times > 1]
        if twice:
            raise ValueError(f"each provider once, and not {twice[0]} twice")
        return self


@dataclass(frozen=True)
class Provider:
    """A provider as the rest of the product knows it.

    ``subject``: the claim or the attribute that says who somebody is; None for SAML's name identifier.
    ``vouches``: it asks everybody for a second factor, so that Goldenthread asks for none of its own.
    """

    key: str
    title: str
    issuer: str
    protocol: str
    subject: str | None
    vouches: bool


@dataclass(frozen=True)
class SingleSignOn:
    """``providers`` by their keys, and ``library``: the same as allauth's SOCIALACCOUNT_PROVIDERS."""

    providers: dict[str, Provider]
    library: dict[str, dict[str, Any]]


NO_PROVIDERS = SingleSignOn({}, {})


def read_providers(file: Path) -> SingleSignOn:
    """What the file says, with the secrets and certificates it names.

    DefinitionError with every mistake and its line; OSError when a file that is named cannot be read, or is
    no certificate where one is wanted.
    """
    definition = check(SingleSignOnDefinition, read_yaml(file))
    return SingleSignOn(
        providers={
            one.provider: Provider(
                one.provider,
                one.title,
                one.issuer,
                "openid_connect" if isinstance(one, OpenIdDefinition) else "saml",
                one.subject,
                one.second_factor,
            )
            for one in definition.both
        },
        library={
            "openid_connect": {
                "APPS": [_openid_app(one) for one in definition.openid_connect],
                "OAUTH_PKCE_ENABLED": True,
            },
            "saml": {"APPS": [_saml_app(one) for one in definition.saml]},
        },
    )


def _openid_app(one: OpenIdDefinition) -> dict[str, Any]:
    return {
        "provider_id": one.provider,
        "name": one.title,
        "client_id": one.client_id,
        "secret": _content(one.secret_file),
        # Who somebody is stands in the signed token; the page of user details is not asked.
        # Microsoft's object id comes with `profile`; an e-mail address is not asked for.
        "settings": {"server_url": one.issuer, "fetch_userinfo": False, "scope": ["openid", "profile"]},
    }


def _saml_app(one: SamlDefinition) -> dict[str, Any]:
    return {
        "provider_id": one.provider,
        "name": one.title,
        "client_id": one.provider,
        "settings": {
            # Attributes decide nothing but who it is, and that is read in single_sign_on.py.
            "attribute_mapping": {},
            "idp": {
                "entity_id": one.issuer,
                "sso_url": one.sign_in_url,
                "x509cert": _certificate(one.certificate_file),
            },
            "advanced": {
                "want_assertion_signed": True,
                "want_name_id": True,
                "want_attribute_statement": one.subject is not None,
                "reject_idp_initiated_sso": True,
                # Many a county's own sites go by one word.
                "allow_single_label_domains": True,
                "strict": True,
            },
        },
    }


def _certificate(file: str) -> str:
    text = _content(file)
    try:
        load_pem_x509_certificate(text.encode())
    except ValueError as error:
        raise OSError(
            f"{file} holds no certificate as text; its first line would be -----BEGIN CERTIFICATE-----"
        ) from error
    return text


def _content(file: str) -> str:
    return Path(file).read_text(encoding="utf-8").strip()
