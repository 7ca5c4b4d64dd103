"""``* * * * * python -m shop.recover``: settles what a dead process left. Ends with 3 while a person is needed."""

import sys

from xpayclient import XPayClient

from .checkout import recover
from .settings import Settings
from .store import Store

if __name__ == "__main__":
    settings = Settings()
    left = recover(XPayClient(settings.home, settings.mode, mid=settings.mid), Store(settings.database))
    print(*left, sep="\n", end="\n" if left else "")
    sys.exit(3 if left else 0)
