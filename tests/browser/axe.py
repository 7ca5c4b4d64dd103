"""axe-core: rules of accessibility that a program can check. A page has none of its serious and critical findings."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path
from typing import Any

from playwright.sync_api import Frame, Page

# Of the axe.min.js of npm's axe-core 4.12.1, which the package has, with a line break at its end.
SHA256 = "66a8aaa95a8b044a7fd74a5435873bf04ff65a1ca75567c921b7509742085a14"


def serious(where: Page | Frame) -> list[str]:
    """What axe finds, a line each: the rule, and the first place. A page with a policy needs a context that bypasses it."""
    where.evaluate(source())
    # It would fetch style sheets anew, which a page that is a file may not; frames are looked at on their own.
    found: list[dict[str, Any]] = where.evaluate("axe.run({preload: false, iframes: false}).then((result) => result.violations)")
    return [
        f"{one['impact']}: {one['id']}, {len(one['nodes'])} places: {one['nodes'][0]['html'][:200]}: {one['nodes'][0]['failureSummary']}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def source() -> str:
    package = importlib.util.find_spec("axe_playwright_python")
    assert package and package.origin
    text = (Path(package.origin).parent / "axe.min.js").read_text("utf-8").rstrip("\n")
    assert hashlib.sha256(text.encode()).hexdigest() == SHA256
    return text
