"""With which accounts the demo city can be tried: one for every role."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

_SYLLABLES = [consonant + vowel for consonant in "bdghklmnrstw" for vowel in "aeiou"]


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account to be; `unit` is a unit's code, or a village's for a branch there."""

    username: str
    display_name: str
    role: str
    unit: str

    @property
    def password(self) -> str:
        """Always the same for a user name, so that it can be printed; good for the demo city only."""
        digest = sha256(f"doorstep demo city {self.username}".encode()).digest()
        sounds = [_SYLLABLES[byte % len(_SYLLABLES)] for byte in digest[:8]]
        return "-".join("".join(sounds[i : i + 4]) for i in (0, 4)) + f"-{digest[8] % 90 + 10}"


ACCOUNTS = (
    DemoAccount("city", "阮世平", "city", "350900"),
    DemoAccount("county", "林晓岚", "county", "350902"),
    DemoAccount("township", "黄丽萍", "township", "350902105"),
    DemoAccount("base", "王修文", "base", "JD-xiadang"),
    DemoAccount("teacher", "", "teacher", "350902105"),
    DemoAccount("secretary", "", "secretary", "350902105209"),
    DemoAccount("trainee", "", "trainee", "350902105"),
    DemoAccount("auditor", "郑秉正", "auditor", "350900"),
)
