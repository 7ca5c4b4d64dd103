"""What Django's error reports show nothing of: variables and posted values of a page, and of all that it calls."""

from __future__ import annotations

from typing import Any, Callable, TypeVar

from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

V = TypeVar("V", bound=Callable[..., Any])


def private(view: V) -> V:
    """For a view through which payment keys, card or account numbers or the buyer's data come.

    All variables are hidden: a list of names would let through those of the shop's receivers, and of Django, below it.
    """
    return sensitive_post_parameters()(sensitive_variables()(view))
