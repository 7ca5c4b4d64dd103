"""Django's admin of payments, notifications and kept cards."""

from . import kept_cards, notices, payments

__all__ = ["kept_cards", "notices", "payments"]
