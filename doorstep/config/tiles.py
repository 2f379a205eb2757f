"""Which map tiles the operator has chosen, and what the content security policy must let through for them."""

from __future__ import annotations

from urllib.parse import urlsplit


def tiles_source(template: str) -> str:
    """The source that the policy needs for an address template such as https://t{s}.tiles.example/{z}/{x}/{y}.png.

    What varies in the host becomes a wildcard for the labels up to there. Raises ValueError for what is no address of
    tiles.
    """
    parts = urlsplit(template)
    host = parts.netloc
    if parts.scheme not in ("http", "https") or not host or not all(sign in template for sign in ("{x}", "{y}", "{z}")):
        raise ValueError(f"DOORSTEP_TILES is no address of tiles: {template!r}")
    labels = host.split(".")
    varying = [number for number, label in enumerate(labels) if "{" in label]
    if varying:
        host = ".".join(["*", *labels[varying[-1] + 1 :]])
    if host.count(".") < 1 and host != "localhost" and ":" not in host:
        raise ValueError(f"DOORSTEP_TILES names no host: {template!r}")
    return f"{parts.scheme}://{host}"
