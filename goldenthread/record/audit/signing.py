"""The key that signs heads of the chain: Ed25519, so that whoever checks a signature needs no secret."""

from __future__ import annotations

from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from goldenthread.record.answers import NotAllowed
from goldenthread.workspace import write_private


def make_key(file: Path) -> bool:
    """Write a new key that only its owner can read; False, and nothing is changed, when there is one."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return write_private(file, pem)


def read_key(file: Path) -> Ed25519PrivateKey:
    """The key in a file; NotAllowed when it is not there or is none."""
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except FileNotFoundError:
        raise NotAllowed(
            f"There is no key for the audit log in {file}. Make one with: goldenthread init"
        ) from None
    except (OSError, ValueError, TypeError) as error:
        raise NotAllowed(f"The key for the audit log in {file} cannot be read: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise NotAllowed(f"Found another kind of key in {file}; wanted an Ed25519 key as PEM.")
    return key


def name_of(key: Ed25519PrivateKey) -> str:
    """The public half, in hex: what names the key, and all that checking needs."""
    return key.public_key().public_bytes_raw().hex()


def is_signed(statement: bytes, signature: str, *, key: str) -> bool:
    """Whether the key of this name signed the statement."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), statement)
    except (ValueError, InvalidSignature):
        return False
    return True
