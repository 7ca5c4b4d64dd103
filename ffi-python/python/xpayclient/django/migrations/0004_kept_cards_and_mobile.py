"""Kept cards, and what a payment in an app on a mobile phone needs. No column of an earlier version changes."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('xpayclient', '0003_labels'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='payment',
            name='back_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='back from the payment app at'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='flag',
            field=models.CharField(choices=[('R', 'Account issued'), ('I', 'Deposited'), ('C', 'Deposit reversed'), ('M', 'Mobile payment')], max_length=1, verbose_name='LGD_CASFLAG'),
        ),
        migrations.CreateModel(
            name='KeptCard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mid', models.CharField(max_length=15, verbose_name='LGD_MID')),
                ('billing_key', models.CharField(blank=True, editable=False, max_length=255, verbose_name='LGD_BILLKEY')),
                ('institution', models.CharField(blank=True, max_length=40, verbose_name='institution')),
                ('number', models.CharField(blank=True, max_length=24, verbose_name='card number, masked')),
                ('tid', models.CharField(blank=True, max_length=24, verbose_name='LGD_TID')),
                ('kept_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='kept since')),
                ('charged_at', models.DateTimeField(blank=True, null=True, verbose_name='last charge requested at')),
                ('given_up_at', models.DateTimeField(blank=True, null=True, verbose_name='given up at')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='xpay_cards', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'kept card',
                'verbose_name_plural': 'kept cards',
                'ordering': ['-kept_at', '-pk'],
                'permissions': [('give_up_card', 'Can give up kept cards')],
            },
        ),
        migrations.AddField(
            model_name='payment',
            name='card',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='payments', to='xpayclient.keptcard', verbose_name='kept card'),
        ),
        migrations.AddConstraint(
            model_name='keptcard',
            constraint=models.UniqueConstraint(condition=models.Q(('billing_key', ''), _negated=True), fields=('user', 'mid', 'billing_key'), name='xpay_card_once'),
        ),
        migrations.AddConstraint(
            model_name='keptcard',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('given_up_at__isnull', True), models.Q(('billing_key', ''), _negated=True)), models.Q(('billing_key', ''), ('given_up_at__isnull', False)), _connector='OR'), name='xpay_card_has_key'),
        ),
    ]
