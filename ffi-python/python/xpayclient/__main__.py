"""``python -m xpayclient``: says which version this is and where its command is; with arguments, runs the command.

``recover`` and ``store`` need no command: they use the driver that is installed here.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Optional

from . import __version__, _native

INSTALL = f'pip install "xpayclient[cli]=={__version__}"'


def main() -> int:
    if sys.argv[1:2] in (["recover"], ["store"]):
        from ._recovering import main as recover

        return recover(sys.argv[1], sys.argv[2:])
    command = _command()
    if not sys.argv[1:]:
        print(f"xpayclient {__version__}, {platform.python_implementation()} {platform.python_version()}")
        print(f"library {_native.__file__}")
        print(f"xpay    {command or f'not installed / 설치되지 않음: {INSTALL}'}")
        return 0
    if command is None:
        print(f"The command xpay is not installed: {INSTALL}\nxpay 명령이 설치되지 않았습니다: {INSTALL}", file=sys.stderr)
        return 2
    call = [str(command), *sys.argv[1:]]
    if sys.platform == "win32":
        # exec there starts another process that the terminal does not wait for, and splits arguments at their spaces.
        return subprocess.call(call)
    os.execv(command, call)


def _command() -> Optional[Path]:
    """The program that pip installed here, also where its directory is on no PATH."""
    try:
        files = metadata.distribution("xpayclient-cli").files or ()
    except metadata.PackageNotFoundError:
        return None
    found = (Path(str(file.locate())).resolve() for file in files if file.name in ("xpay", "xpay.exe"))
    return next((file for file in found if file.is_file()), None)


if __name__ == "__main__":
    sys.exit(main())
