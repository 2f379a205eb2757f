"""What stops the doors from opening, said so that the operator knows what to do."""

from __future__ import annotations


class Trouble(RuntimeError):
    """Something only the operator can mend; the text is one line, Chinese first, then English."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese} / {english}")
        self.chinese = chinese
        self.english = english
