"""Outcomes have the names that every language reads: ``in_doubt`` where it was ``in doubt``."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

NAMES = {"not sent": "not_sent", "rolled back": "rolled_back", "in doubt": "in_doubt"}


def _rename(apps: Any, schema_editor: Any, names: dict[str, str]) -> None:
    transactions = apps.get_model("xpayclient", "Transaction").objects.using(schema_editor.connection.alias)
    for old, new in names.items():
        transactions.filter(outcome=old).update(outcome=new)


def forwards(apps: Any, schema_editor: Any) -> None:
    _rename(apps, schema_editor, NAMES)


def backwards(apps: Any, schema_editor: Any) -> None:
    _rename(apps, schema_editor, {new: old for old, new in NAMES.items()})


class Migration(migrations.Migration):
    dependencies = [("xpayclient", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="transaction",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("sent", "Sent"),
                    ("answered", "Answered"),
                    ("not_sent", "Not sent"),
                    ("rolled_back", "Rolled back"),
                    ("in_doubt", "In doubt"),
                ],
                default="sent",
                max_length=12,
                verbose_name="outcome",
            ),
        ),
        migrations.RunPython(forwards, backwards),
    ]
