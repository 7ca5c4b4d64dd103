"""The settings of a client as they are now, MertKeys among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NoReturn


class Settings(Mapping[str, str]):
    """The settings by name. MertKeys are among them, so a repr shows names only."""

    def __init__(self, rows: list[tuple[bytes, bytes]]) -> None:
        """Made by `XPayClient.config`."""
        self._raw = dict(rows)

    def raw(self) -> dict[bytes, bytes]:
        """Names and values in the bytes of the files."""
        return dict(self._raw)

    def __getitem__(self, name: str) -> str:
        """One setting; a MertKey by its merchant ID."""
        for known, value in self._raw.items():
            if _text(known) == name:
                return _text(value)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        """The names, in the order in which they were first seen."""
        return (_text(name) for name in self._raw)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._raw)

    def __reduce__(self) -> NoReturn:
        """MertKeys do not leave the process."""
        raise TypeError(
            "the settings hold MertKeys and cannot be pickled or copied: make a client where they are needed. / "
            "설정에는 MertKey가 있어 pickle하거나 복사할 수 없습니다. 필요한 곳에서 클라이언트를 만드십시오."
        )

    def __repr__(self) -> str:
        """Names only."""
        return f"<Settings {list(self)}>"


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp949", "replace")
