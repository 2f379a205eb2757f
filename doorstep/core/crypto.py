"""How sensitive fields are kept: sealed one by one, searchable by a keyed blind index."""

from __future__ import annotations

import base64
import hmac
import os
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_AES = 1
_SM4 = 2
_NONCE = 12
_TAG = 16


@lru_cache(maxsize=4)
def _master_key(source: str) -> bytes:
    """32 bytes from the environment (base64) or from a 0600 file."""
    raw = os.environ.get("DOORSTEP_FIELD_KEY", "") or Path(source).read_text("ascii")
    key = base64.b64decode(raw.strip())
    if len(key) != 32:
        raise ImproperlyConfigured("DOORSTEP_FIELD_KEY must be 32 bytes, base64")
    return key


@lru_cache(maxsize=64)
def _key_for(purpose: str) -> bytes:
    """A key of its own for each purpose and field, derived from the master key."""
    return hmac.new(_master_key(str(settings.DOORSTEP_FIELD_KEY_FILE)), purpose.encode(), sha256).digest()


def new_key() -> str:
    """A new master key for the fields, as its file and the environment write it."""
    return base64.b64encode(os.urandom(32)).decode("ascii")


@lru_cache(maxsize=16)
def _aes(field: str) -> AESGCM:
    return AESGCM(_key_for("seal:" + field))


@lru_cache(maxsize=16)
def _mac(field: str, profile: str) -> HMAC:
    """The keyed digest of a field before its first byte; to be copied, which costs a third of keying it anew."""
    return HMAC(_key_for("index:" + field), hashes.SM3() if profile == "sm" else hashes.SHA256())


def seal(text: str, *, field: str) -> bytes:
    """Encrypt `text` for `field`: profile byte, 12-byte nonce, ciphertext with 16-byte tag.

    AES-256-GCM, or SM4-GCM when `DOORSTEP_CRYPTO_PROFILE` is `sm`. Empty text gives empty bytes.
    """
    if not text:
        return b""
    nonce = os.urandom(_NONCE)
    if settings.DOORSTEP_CRYPTO_PROFILE == "sm":
        encryptor = Cipher(algorithms.SM4(_key_for("seal:" + field)[:16]), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(field.encode())
        sealed = encryptor.update(text.encode()) + encryptor.finalize()
        return bytes([_SM4]) + nonce + sealed + encryptor.tag
    return bytes([_AES]) + nonce + _aes(field).encrypt(nonce, text.encode(), field.encode())


def seal_all(texts: Sequence[str], *, field: str) -> list[bytes]:
    """Each of `texts` as `seal` makes it, in their order; for many at once."""
    if settings.DOORSTEP_CRYPTO_PROFILE == "sm":
        return [seal(text, field=field) for text in texts]
    profile, told, encrypt = bytes([_AES]), field.encode(), _aes(field).encrypt
    # One draw for all nonces: asking the system for each costs more than the cipher.
    drawn = os.urandom(_NONCE * len(texts))
    nonces = (drawn[start : start + _NONCE] for start in range(0, len(drawn), _NONCE))
    return [
        profile + nonce + encrypt(nonce, text.encode(), told) if text else b""
        for nonce, text in zip(nonces, texts, strict=True)
    ]


def unseal(blob: bytes | memoryview, *, field: str) -> str:
    """Decrypt what `seal` made; raises cryptography's InvalidTag when it was altered."""
    sealed = bytes(blob)
    if not sealed:
        return ""
    profile, nonce, body = sealed[0], sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    if profile == _SM4:
        mode = modes.GCM(nonce, body[-_TAG:])
        decryptor = Cipher(algorithms.SM4(_key_for("seal:" + field)[:16]), mode).decryptor()
        decryptor.authenticate_additional_data(field.encode())
        return (decryptor.update(body[:-_TAG]) + decryptor.finalize()).decode()
    return _aes(field).decrypt(nonce, body, field.encode()).decode()


def blind_index(text: str, *, field: str) -> bytes:
    """A 32-byte keyed digest that finds equal values without telling them.

    HMAC-SHA256, or HMAC-SM3 in the `sm` profile. Empty text gives empty bytes.
    """
    return blind_indexes([text], field=field)[0]


def blind_indexes(texts: Sequence[str], *, field: str) -> list[bytes]:
    """The blind index of each of `texts`, in their order; for many at once."""
    keyed = _mac(field, str(settings.DOORSTEP_CRYPTO_PROFILE))
    found = []
    for text in texts:
        if text:
            digest = keyed.copy()
            digest.update(text.encode())
            found.append(digest.finalize())
        else:
            found.append(b"")
    return found


def sign(text: str, *, purpose: str) -> bytes:
    """A 32-byte HMAC-SHA256 of `text` under the key of `purpose` (room codes, personal codes)."""
    return hmac.new(_key_for("sign:" + purpose), text.encode(), sha256).digest()
