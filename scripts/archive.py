"""Archives without a user and with the commit's time, in the order of their names: the same files give the same bytes."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from pathlib import Path

import facts


def folder(directory: Path, prefix: str) -> bytes:
    """A tar archive of a folder, whose files lie below `prefix` in it."""

    def same(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mtime = facts.committed()
        # Whatever umask they were made under.
        entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
        return entry

    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w", format=tarfile.PAX_FORMAT) as archive:
        archive.add(directory, prefix, recursive=False, filter=same)
        for path in sorted(directory.rglob("*")):
            archive.add(path, f"{prefix}/{path.relative_to(directory)}", recursive=False, filter=same)
    return written.getvalue()


def packed(file: Path, archive: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(archive, compresslevel=int(os.environ.get("XPAY_GZIP", "9")), mtime=0))
