"""A Django app that takes payments: ``"xpayclient.django"`` in INSTALLED_APPS, see docs/en/django.md of the project.

Models and calls are in the modules of this package, since Django loads models only once its apps are known: `paying`
(`begin`, `pay`), `cards` (`charge`), `refunds`, `receipts`, `notices`, `recovery`, `models`, `signals`, `orders`.
"""
