"""The rules of money hold on every database: MariaDB and MySQL make no unique constraint that has a condition.

A column that the database sets takes the condition's place. Names that differ by case stay apart there, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import migrations, models
from django.db.models import Case, Count, Q, Value, When

from xpayclient.django.fields import KeyField

HAS_KEY = ~Q(billing_key='')
HAS_TID = ~Q(tid='')
IS_LIVE = Q(state__in=('paying', 'doubt', 'waiting', 'paid'))
IS_APPROVAL = Q(is_booked=True, kind='pay')


def true_where(condition: Q) -> models.GeneratedField:
    return models.GeneratedField(
        expression=Case(When(condition, then=Value(True))), output_field=models.BooleanField(null=True), db_persist=True
    )


def refuse_breaches(apps: Any, schema_editor: Any) -> None:
    """What was never to be, and could be where the rules were not made: only a person can settle it."""
    found = [*_breaches(apps, schema_editor.connection.alias)]
    if found:
        raise CommandError(
            "Nothing was migrated: the database has what its rules forbid. With the version of xpayclient that ran before, "
            "cancel all but one payment of each order below (look each LGD_OID up in the merchant admin first), run "
            "xpay_recover for those in doubt, and give up all but one of the same card; then migrate again. / "
            "데이터베이스에 제약조건에 어긋나는 행이 있어 마이그레이션하지 않았습니다. 이전 버전의 xpayclient로 아래 주문마다 결제를 하나만 "
            "남기고 취소하고(먼저 상점관리자에서 LGD_OID를 확인하십시오), 결과불명 결제에는 xpay_recover를 실행하고, 같은 카드는 하나만 남기고 "
            "해지한 뒤 다시 마이그레이션하십시오.\n" + "\n".join(found)
        )


def _breaches(apps: Any, alias: str) -> Iterator[str]:
    def twice(name: str, condition: Q, *fields: str) -> Iterator[Any]:
        rows = apps.get_model('xpayclient', name).objects.using(alias).filter(condition).order_by()
        for same in rows.values(*fields).annotate(count=Count('pk')).filter(count__gt=1).values(*fields):
            yield rows.filter(**same).order_by('pk')

    for payments in twice('Payment', IS_LIVE, 'content_type', 'object_id'):
        order = payments[0]
        oids = ', '.join(f'{payment.oid} ({payment.state})' for payment in payments)
        yield f'{order.content_type.app_label}.{order.content_type.model} {order.object_id}: {oids}'
    for payments in twice('Payment', HAS_TID, 'tid'):
        yield f'LGD_TID {payments[0].tid}: {", ".join(payment.oid for payment in payments)}'
    for entries in twice('Transaction', IS_APPROVAL, 'payment'):
        yield f'{entries[0].payment.oid}: LGD_TXID {", ".join(entry.tx_id for entry in entries)}'
    for cards in twice('KeptCard', HAS_KEY, 'user', 'mid', 'billing_key'):
        yield f'kept cards of user {cards[0].user_id}: {", ".join(str(card.pk) for card in cards)}'


class Migration(migrations.Migration):

    dependencies = [
        ('xpayclient', '0006_escrow_deliveries'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    # Where a failure leaves what was done before it (MariaDB, MySQL), all up to the first AddField can be done again.
    operations = [
        migrations.RemoveConstraint(model_name='keptcard', name='xpay_card_once'),
        migrations.RemoveConstraint(model_name='payment', name='xpay_payment_tid'),
        migrations.RemoveConstraint(model_name='payment', name='xpay_one_live_payment'),
        migrations.RemoveConstraint(model_name='transaction', name='xpay_approved_once'),
        migrations.AlterField(
            model_name='keptcard',
            name='billing_key',
            field=KeyField(blank=True, editable=False, max_length=255, verbose_name='LGD_BILLKEY'),
        ),
        migrations.AlterField(
            model_name='keptcard', name='tid', field=KeyField(blank=True, max_length=24, verbose_name='LGD_TID')
        ),
        migrations.AlterField(model_name='notice', name='tid', field=KeyField(max_length=24, verbose_name='LGD_TID')),
        migrations.AlterField(model_name='payment', name='object_id', field=KeyField(max_length=64, verbose_name='order')),
        migrations.AlterField(
            model_name='payment', name='oid', field=KeyField(max_length=63, unique=True, verbose_name='LGD_OID')
        ),
        migrations.AlterField(
            model_name='payment', name='tid', field=KeyField(blank=True, max_length=24, verbose_name='LGD_TID')
        ),
        migrations.AlterField(
            model_name='payment', name='tx_id', field=KeyField(blank=True, max_length=80, verbose_name='LGD_TXID')
        ),
        migrations.AlterField(
            model_name='transaction', name='tx_id', field=KeyField(max_length=80, unique=True, verbose_name='LGD_TXID')
        ),
        migrations.RunPython(refuse_breaches, migrations.RunPython.noop),
        migrations.AddField(model_name='keptcard', name='has_key', field=true_where(HAS_KEY)),
        migrations.AddField(model_name='payment', name='has_tid', field=true_where(HAS_TID)),
        migrations.AddField(model_name='payment', name='is_live', field=true_where(IS_LIVE)),
        migrations.AddField(model_name='transaction', name='is_approval', field=true_where(IS_APPROVAL)),
        migrations.AddConstraint(
            model_name='keptcard',
            constraint=models.UniqueConstraint(fields=('user', 'mid', 'billing_key', 'has_key'), name='xpay_card_once'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(fields=('tid', 'has_tid'), name='xpay_payment_tid'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(
                fields=('content_type', 'object_id', 'is_live'), name='xpay_one_live_payment'
            ),
        ),
        migrations.AddConstraint(
            model_name='transaction',
            constraint=models.UniqueConstraint(fields=('payment', 'is_approval'), name='xpay_approved_once'),
        ),
        # The constraint above finds an order's payments as well.
        migrations.RemoveIndex(model_name='payment', name='xpay_payment_order'),
    ]
