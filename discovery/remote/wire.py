"""Values as JSON and back, for what goes over the line; secrets sealed.

By the annotations of the records, so that a new fact or option needs no line here. A
sentence goes as its parts, so that it can be told in any language at the other end.
What another release added is ignored on reading.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import types
import typing
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from string import Formatter
from typing import Any, TypeVar

from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import SecretStr

from collectors.sentences import Told

T = TypeVar("T")
_NONCE = bytes(12)
"""Each message has a key of its own."""
_INFO = b"purser collector credentials"
_TEXT, _VALUES = "told", "values"
"""Keys of a sentence: a text, and what stands in it."""
_LONGEST, _DEEPEST = 2000, 5
"""Characters of the text of a sentence, and sentences within one another."""
MOST_BYTES = 64 * 1024 * 1024
"""Of a host when it is unpacked."""


def to_plain(value: Any) -> Any:  # noqa: ANN401
    """Return a value as JSON knows it; secrets are open."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, Told):
        parts = {name: _of_sentence(one) for name, one in value.values.items()}
        return {_TEXT: value.text, _VALUES: parts}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: to_plain(getattr(value, field.name))
            for field in dataclasses.fields(value)
        }
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(to_plain(item) for item in value)
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else value


def _of_sentence(value: object) -> Any:  # noqa: ANN401
    """Return a value of a sentence: a sentence, a number, or its text."""
    if isinstance(value, Told | bool | int | float) or value is None:
        return to_plain(value)
    return str(value)


def _sentence(plain: Any, depth: int = 0) -> Any:  # noqa: ANN401
    """Return a text, or the sentence of its parts.

    Nobody knows who speaks at the other end: what a text may do when its values are
    put in, `{name:>999999999}` or `{name.attribute}`, no text of ours does.

    Raises:
        ValueError: It is none of ours.
    """
    if not isinstance(plain, Mapping):
        return plain
    text, values = plain[_TEXT], plain[_VALUES]
    if depth > _DEEPEST or not isinstance(text, str) or len(text) > _LONGEST:
        raise ValueError("no sentence")
    for _, name, how, conversion in Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or how or conversion not in (None, "r", "s"):
            raise ValueError(f"no sentence: {name}")
    return Told(text, **{n: _sentence(one, depth + 1) for n, one in values.items()})


def from_plain(kind: type[T], plain: Any) -> T:  # noqa: ANN401
    """Return a record of what `to_plain` made.

    Raises:
        ValueError: It is none.
    """
    try:
        hashable: Any = kind
        built: T = _decoder(hashable)(plain)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"no {kind.__name__}: {error}") from error
    return built


@cache
def _decoder(kind: Any) -> Callable[[Any], Any]:  # noqa: ANN401
    if dataclasses.is_dataclass(kind):
        return _record(kind)
    origin, inside = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        each = _decoder(next(a for a in inside if a is not types.NoneType))
        return lambda value: None if value is None else each(value)
    if origin is tuple:
        if len(inside) == 2 and inside[1] is Ellipsis:
            each = _decoder(inside[0])
            return lambda values: tuple(each(value) for value in values)
        every = [_decoder(each) for each in inside]
        return lambda values: tuple(
            decode(value) for decode, value in zip(every, values, strict=True)
        )
    if origin in (list, set, frozenset):
        each, make = _decoder(inside[0]), origin
        return lambda values: make(each(value) for value in values)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        each = _decoder(inside[1])
        return lambda values: {key: each(value) for key, value in values.items()}
    return _scalar(kind)


def _scalar(kind: Any) -> Callable[[Any], Any]:  # noqa: ANN401
    if kind is datetime:
        return datetime.fromisoformat
    if kind is str:
        return _sentence
    if isinstance(kind, type) and issubclass(kind, (StrEnum, SecretStr)):
        return kind
    return lambda value: value


def _record(kind: Any) -> Callable[[Any], Any]:  # noqa: ANN401
    def build(plain: Mapping[str, Any]) -> Any:  # noqa: ANN401
        decoders = _of_fields(kind)
        return kind(
            **{
                name: decoders[name](value)
                for name, value in plain.items()
                if name in decoders
            }
        )

    return build


@cache
def _of_fields(kind: Any) -> Mapping[str, Callable[[Any], Any]]:  # noqa: ANN401
    """Return what reads each field; when it is needed, since records may nest."""
    hints = typing.get_type_hints(kind)
    return {f.name: _decoder(hints[f.name]) for f in dataclasses.fields(kind)}


def pack(value: Any) -> bytes:  # noqa: ANN401
    """Return a record as compressed JSON."""
    return zlib.compress(json.dumps(to_plain(value)).encode(), 6)


def unpack(kind: type[T], packed: bytes) -> T:
    """Return the record of `pack`.

    Raises:
        ValueError: It is none, or too large.
    """
    machine = zlib.decompressobj()
    try:
        text = machine.decompress(packed, MOST_BYTES)
    except zlib.error as error:
        raise ValueError(f"not packed: {error}") from error
    if machine.unconsumed_tail:
        raise ValueError("too large")
    return from_plain(kind, json.loads(text))


def public_of(private: X25519PrivateKey) -> str:
    """Return the public half of a key, as text."""
    raw = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def seal(plain: Any, public_key: str) -> str:  # noqa: ANN401
    """Return JSON that only the holder of the private half can read.

    Raises:
        ValueError: The key is none.
    """
    theirs = X25519PublicKey.from_public_bytes(base64.b64decode(public_key))
    ours = X25519PrivateKey.generate()
    key = _key(ours.exchange(theirs), public_of(ours), public_key)
    closed = AESGCM(key).encrypt(_NONCE, json.dumps(plain).encode(), None)
    return f"{public_of(ours)}.{base64.b64encode(closed).decode()}"


def unseal(sealed: str, private: X25519PrivateKey) -> Any:  # noqa: ANN401
    """Return what was sealed for a key.

    Raises:
        ValueError: It was sealed for another one.
    """
    public, _, closed = sealed.partition(".")
    theirs = X25519PublicKey.from_public_bytes(base64.b64decode(public))
    key = _key(private.exchange(theirs), public, public_of(private))
    return json.loads(AESGCM(key).decrypt(_NONCE, base64.b64decode(closed), None))


def _key(shared: bytes, sender: str, receiver: str) -> bytes:
    salt = f"{sender}.{receiver}".encode()
    return HKDF(SHA256(), 32, salt=salt, info=_INFO).derive(shared)
