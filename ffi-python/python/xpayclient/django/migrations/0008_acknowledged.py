"""Refused notifications can be acknowledged, and a page asks for a refund once."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('xpayclient', '0007_rules_everywhere'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='payment',
            options={'ordering': ['-created_at', '-pk'], 'permissions': [('cancel_payment', 'Can give money back'), ('issue_receipt', 'Can issue cash receipts'), ('register_delivery', 'Can register escrow deliveries'), ('settle_payment', 'Can decide what became of requests in doubt')], 'verbose_name': 'payment', 'verbose_name_plural': 'payments'},
        ),
        migrations.AlterModelOptions(
            name='notice',
            options={'ordering': ['first_at', 'pk'], 'permissions': [('acknowledge_notice', 'Can acknowledge refused notifications')], 'verbose_name': 'notification', 'verbose_name_plural': 'notifications'},
        ),
        migrations.AddField(
            model_name='transaction',
            name='once',
            field=models.CharField(blank=True, editable=False, max_length=64, null=True, unique=True),
        ),
        migrations.AddField(
            model_name='notice',
            name='seen_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='acknowledged at'),
        ),
        migrations.AddField(
            model_name='notice',
            name='seen_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='acknowledged by'),
        ),
    ]
