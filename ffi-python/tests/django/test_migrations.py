"""What a shop has stored is carried from version to version, forwards and backwards, on every database."""

import pytest
from conftest import ordered
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from shop.models import Order


@pytest.fixture(autouse=True)
def _all_again():
    yield
    models_of("0006")["Payment"].objects.filter(oid__startswith="second").delete()
    call_command("migrate", verbosity=0)


def models_of(number):
    """The models as that migration leaves them, in a database that is there."""
    call_command("migrate", "xpayclient", number, verbosity=0)
    executor = MigrationExecutor(connection)
    name = next(name for app, name in executor.loader.applied_migrations if app == "xpayclient" and name.startswith(number))
    apps = executor.loader.project_state(("xpayclient", name)).apps
    return {model.__name__: model for model in apps.get_app_config("xpayclient").get_models()}


def fields_of(order, oid, **more):
    """A payment, for a model of any version."""
    kind = ContentType.objects.get_for_model(Order)
    return {"oid": oid, "content_type_id": kind.pk, "object_id": str(order.pk), "amount": 23400, **more}


def is_refused(model, **values):
    try:
        with transaction.atomic():
            model.objects.create(**values)
    except IntegrityError:
        return True
    return False


PAID = {"state": "paid", "balance": 23400}


def test_outcomes_of_an_older_version_are_renamed(order):
    models = models_of("0001")
    payment = models["Payment"].objects.create(**fields_of(order, "first"))
    entry = {"payment": payment, "kind": "pay", "amount": 23400, "before": "ready"}
    for old in ("not sent", "rolled back", "in doubt", "sent"):
        models["Transaction"].objects.create(tx_id=old, outcome=old, **entry)

    def outcomes(number):
        return set(models_of(number)["Transaction"].objects.values_list("outcome", flat=True))

    assert outcomes("0002") == {"not_sent", "rolled_back", "in_doubt", "sent"}
    assert outcomes("0001") == {"not sent", "rolled back", "in doubt", "sent"}


@pytest.fixture
def filled(order):
    """Rows of each kind that a rule is for, written at 0006."""
    models = models_of("0006")
    user = User.objects.create_user("hong")
    payment = models["Payment"].objects.create(**fields_of(order, "first", tid="t1", **PAID))
    for number, state in enumerate(("failed", "failed", "ready", "cancelled")):
        models["Payment"].objects.create(**fields_of(order, f"other-{number}", state=state))
    entry = {"payment": payment, "amount": 23400, "before": "ready"}
    models["Transaction"].objects.create(tx_id="x1", kind="pay", is_booked=True, **entry)
    for number in range(2):
        models["Transaction"].objects.create(tx_id=f"part-{number}", kind="partial cancel", is_booked=True, **entry)
        models["KeptCard"].objects.create(user_id=user.pk, mid="m", given_up_at=payment.created_at)
    models["KeptCard"].objects.create(user_id=user.pk, mid="m", billing_key="key")
    return {"user_id": user.pk, "order": order, "entry": {"payment_id": payment.pk, "amount": 23400, "before": "ready"}}


def breaches(models, filled):
    """Each of the rules, and whether it is broken by a row that is new."""
    order, entry = filled["order"], filled["entry"]
    yield is_refused(models["Payment"], **fields_of(order, "second-live", tid="t2", **PAID))
    yield is_refused(models["Payment"], **fields_of(ordered(order.lines.get().product), "second-tid", tid="t1"))
    yield is_refused(models["Transaction"], tx_id="x2", kind="pay", is_booked=True, **entry)
    yield is_refused(models["KeptCard"], user_id=filled["user_id"], mid="m", billing_key="key")


def test_the_rules_hold_in_a_database_that_was_filled_before(filled):
    models = models_of("0007")
    assert list(breaches(models, filled)) == [True] * 4
    assert models["Payment"].objects.count() == 5 and models["KeptCard"].objects.count() == 3
    # What they do not forbid.
    models["Payment"].objects.create(**fields_of(filled["order"], "next-try"))
    models["Transaction"].objects.create(tx_id="x3", kind="cancel", is_booked=True, **filled["entry"])
    before = models_of("0006")
    assert before["Payment"].objects.count() == 6 and before["KeptCard"].objects.count() == 3
    assert list(breaches(models_of("0007"), filled)) == [True] * 4


def test_what_breaks_a_rule_is_named_and_nothing_is_migrated(filled):
    models = models_of("0006")
    # Only where a unique constraint can have a condition the rules were made before.
    were_made = connection.features.supports_partial_indexes
    assert list(breaches(models, filled)) == [were_made] * 4
    if were_made:
        return
    with pytest.raises(CommandError) as refusal:
        models_of("0007")
    said = str(refusal.value)
    for wanted in ("first (paid), second-live (paid)", "LGD_TID t1: first, second-tid", "x1, x2", f"user {filled['user_id']}: "):
        assert wanted in said
    assert "key" not in said.split("\n", 1)[1]
    # As the message says.
    models["Payment"].objects.filter(oid="second-live").update(state="cancelled", balance=0)
    models["Payment"].objects.filter(oid="second-tid").update(tid="")
    models["Transaction"].objects.filter(tx_id="x2").update(is_booked=False)
    models["KeptCard"].objects.filter(billing_key="key").last().delete()
    assert list(breaches(models_of("0007"), filled)) == [True] * 4
