"""What a reader has. The browser is that of the browser suite."""

from tests.browser.conftest import browser

__all__ = ["browser"]
