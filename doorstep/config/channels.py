"""By which ways messages leave the product, as the operator's environment says it."""

from __future__ import annotations

from pathlib import Path


def channels_of(said: str, data: Path) -> dict[str, str]:
    """channel -> where its messages go, from pairs such as `mail=smtp://host:25` with spaces between them.

    `file` alone stands for a file beside the data: nothing leaves the machine.
    """
    pairs = (part.partition("=") for part in said.split())
    sink = f"file://{data / 'messages.jsonl'}"
    return {name: sink if where == "file" else where for name, _sign, where in pairs if where}
