"""What a database has to be, so that the rules of money hold in it: ``manage.py check --database default`` asks it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from . import ledger
from .fields import KeyField
from .models import Payment

_TRIED = ("sqlite", "postgresql", "mysql")
_STRICT = {"STRICT_TRANS_TABLES", "STRICT_ALL_TABLES"}
# What a database without one of these cannot keep: an approval and its order together, and the models' constraints.
_NEEDED = ("supports_transactions", "supports_stored_generated_columns", "supports_table_check_constraints")


@register(Tags.database)
def check_database(app_configs: Any = None, databases: Sequence[str] | None = None, **_more: object) -> list[CheckMessage]:
    """Asks the database that payments are in, if it is among `databases`. Django's ``migrate`` does, too."""
    alias = ledger.database()
    if alias not in (databases or ()):
        return []
    connection = connections[alias]
    tables = _tables(connection)
    of_its_kind = _of_mariadb_and_mysql(connection, tables) if connection.vendor == "mysql" else ()
    return [*_abilities(connection), *of_its_kind, *_rules(connection)]


def _abilities(connection: Any) -> Iterator[CheckMessage]:
    name = connection.display_name
    if connection.vendor not in _TRIED:
        yield Warning(_("xpayclient.django was not tried on %s.") % name, id="xpay.W030")
    missing = [feature for feature in _NEEDED if not getattr(connection.features, feature)]
    if missing:
        yield Error(
            _("%(name)s cannot hold the rules of payments: %(missing)s.") % {"name": name, "missing": ", ".join(missing)},
            hint=_("Use InnoDB, or a newer version of the database."),
            id="xpay.E031",
        )


def _tables(connection: Any) -> list[str]:
    """Those of payments and of the orders that they pay, as far as they are there."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
    mine = {model._meta.db_table for model in apps.get_app_config("xpayclient").get_models()}
    if mine <= there and ContentType._meta.db_table in there:
        kinds = Payment.objects.using(connection.alias).order_by().values_list("content_type", flat=True).distinct()
        orders = (ContentType.objects.db_manager(connection.alias).get_for_id(pk).model_class() for pk in kinds)
        mine |= {order._meta.db_table for order in orders if order is not None}
    return sorted(mine & there)


def _of_mariadb_and_mysql(connection: Any, tables: list[str]) -> Iterator[CheckMessage]:
    if not connection.sql_mode & _STRICT:
        yield Error(
            _("%s is not in strict mode: it cuts off values that do not fit, such as LGD_TID.") % connection.display_name,
            hint=_("Put STRICT_TRANS_TABLES into sql_mode, of the server or in OPTIONS['init_command']."),
            id="xpay.E032",
        )
    among = f"table_schema = database() AND table_name IN ({', '.join(['%s'] * len(tables)) or 'NULL'})"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT table_name, engine FROM information_schema.tables WHERE {among}", tables)
        engines = dict(cursor.fetchall())
        cursor.execute("SELECT @@character_set_connection, @@character_set_database")
        charsets = dict(zip((_("the connection"), _("the database")), cursor.fetchone()))
        cursor.execute(
            f"SELECT table_name, min(character_set_name) FROM information_schema.columns WHERE {among} "
            "AND character_set_name <> 'utf8mb4' GROUP BY table_name",
            tables,
        )
        charsets |= dict(cursor.fetchall())
    without = sorted(table for table, engine in engines.items() if engine != "InnoDB")
    if without:
        yield Error(
            _("These tables are not in InnoDB and have no transactions: %s.") % ", ".join(without),
            hint="; ".join(f"ALTER TABLE {table} ENGINE=InnoDB" for table in without),
            id="xpay.E033",
        )
    narrow = {where: charset for where, charset in charsets.items() if charset != "utf8mb4"}
    if narrow:
        said = _("These cannot store every character: %s.") % ", ".join(f"{where} {charset}" for where, charset in narrow.items())
        hint = _(
            "With the site stopped: ALTER DATABASE … CHARACTER SET utf8mb4; then migrate --skip-checks xpayclient 0006, "
            "ALTER TABLE … CONVERT TO CHARACTER SET utf8mb4 for each table, and migrate xpayclient."
        )
        if all(charset.startswith("utf8") for charset in narrow.values()):
            yield Warning(said, hint=hint, id="xpay.W034")
        else:
            yield Error(said, hint=hint, id="xpay.E035")


def _rules(connection: Any) -> Iterator[CheckMessage]:
    """What the migrations make, once all of them are applied: constraints, and names that differ by case."""
    loader = MigrationLoader(connection)
    if not all(leaf in loader.applied_migrations for leaf in loader.graph.leaf_nodes("xpayclient")):
        return
    for model in apps.get_app_config("xpayclient").get_models():
        table = model._meta.db_table
        with connection.cursor() as cursor:
            there = connection.introspection.get_constraints(cursor, table)
            columns = {column.name: column.collation for column in connection.introspection.get_table_description(cursor, table)}
        gone = sorted(constraint.name for constraint in model._meta.constraints if constraint.name not in there)
        if gone:
            yield Error(
                _("The table %(table)s lacks its constraints %(names)s.") % {"table": table, "names": ", ".join(gone)},
                hint=_("manage.py sqlmigrate xpayclient shows the statements that make them."),
                id="xpay.E036",
            )
        keys = [(str(field.column), field.exact(connection)) for field in model._meta.fields if isinstance(field, KeyField)]
        alike = sorted(name for name, collation in keys if collation and columns[name] != collation)
        if alike:
            yield Error(
                _("In the table %(table)s, these columns ignore case: %(names)s.") % {"table": table, "names": ", ".join(alike)},
                hint=_("With the site stopped: migrate --skip-checks xpayclient 0006, then migrate xpayclient."),
                id="xpay.E037",
            )
