"""Archives without a user and with the commit's time, in the order of their names: the same files give the same bytes."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import time
import zipfile
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
    file.write_bytes(gzip.compress(archive, compresslevel=level(), mtime=0))


def zipped(file: Path, directory: Path, prefix: str) -> None:
    """A folder for Windows or for Java, without links: its files, below `prefix`, a manifest first."""
    with zipfile.ZipFile(file, "w") as archive:
        files = (path for path in directory.rglob("*") if path.is_file())
        for path in sorted(files, key=lambda path: (path.name != "MANIFEST.MF", path)):
            entry = zipfile.ZipInfo(str(Path(prefix) / path.relative_to(directory)), time.gmtime(facts.committed())[:6])
            # As made on Unix, wherever it is made: a regular file, which its owner alone may write.
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, level())


def level() -> int:
    return int(os.environ.get("XPAY_GZIP", "9"))
