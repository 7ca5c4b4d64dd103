#!/usr/bin/env python3
"""Fails, with names, if a package gets other features from Cargo alone than with all others: then it would be built twice,
and what is released would not be what was tried.

What to do: ask for the features that it lists where the workspace's Cargo.toml does so for others, "called by none of us".
"""

from __future__ import annotations

import re
import subprocess
import sys

from sandbox import ROOT

EVERYTHING = ["--workspace", "--exclude", "xpayclient-torture"]
# What is built on its own: what is released, what `make programs` builds (found in the Makefile), and what is for us.
ALONE = ["capi", "bridge", "cli", "python", "bench", "torture"]
# The torture tests, which everything leaves out, play network, disk and clock: the core lets nobody else do that.
PLAYED = {("xpayclient-core", "simulation"), ("xpayclient-torture", "")}


def main() -> int:
    together = features("normal,build,dev", *EVERYTHING) | PLAYED
    programs = re.findall(r"^PROGRAMS = (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)[0].split()
    differ = sorted(
        f"{package}: [{alone}] built with {' '.join(selection)}, "
        f"{[features for name, features in sorted(together) if name == package]} with all others"
        for selection in (programs, ["xtask"], *([f"xpayclient-{name}"] for name in ALONE))
        for package, alone in features("normal,build", *(f"-p={name}" for name in selection)) - together
    )
    print(*differ, sep="\n", end="\n" if differ else "")
    return bool(differ)


def features(edges: str, *selection: str) -> set[tuple[str, str]]:
    """Packages and their features. Some packages have two sets: for a macro or a build script, and for what runs."""
    call = ["cargo", "tree", "--locked", "--edges", edges, "--prefix=none", "--format={p}\t{f}", *selection]
    lines = subprocess.run(call, cwd=ROOT, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout.splitlines()
    pairs = (line.replace(" (*)", "").split("\t") for line in lines if line)
    # Ours without a version and where they lie.
    return {(re.sub(r" v\S+ \(/.*| \(proc-macro\)", "", package), asked) for package, asked in pairs}


if __name__ == "__main__":
    sys.exit(main())
