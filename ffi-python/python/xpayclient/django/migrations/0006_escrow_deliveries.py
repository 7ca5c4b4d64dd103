"""Escrow deliveries. No column of an earlier version changes."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('xpayclient', '0005_notice_pay_date'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='payment',
            options={'ordering': ['-created_at', '-pk'], 'permissions': [('cancel_payment', 'Can give money back'), ('issue_receipt', 'Can issue cash receipts'), ('register_delivery', 'Can register escrow deliveries')], 'verbose_name': 'payment', 'verbose_name_plural': 'payments'},
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('03', 'Item sent'), ('01', 'Item received')], max_length=2, verbose_name='kind')),
                ('product_id', models.CharField(blank=True, max_length=100, verbose_name='LGD_ESCROW_GOODID')),
                ('number', models.CharField(blank=True, max_length=50, verbose_name='parcel number')),
                ('outcome', models.CharField(choices=[('sent', 'Sent'), ('answered', 'Answered'), ('not_sent', 'Not sent'), ('rolled_back', 'Rolled back'), ('in_doubt', 'In doubt')], default='sent', max_length=12, verbose_name='outcome')),
                ('code', models.CharField(blank=True, max_length=8, verbose_name='code')),
                ('message', models.CharField(blank=True, max_length=512, verbose_name='message')),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='sent at')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='escrow_deliveries', to='xpayclient.payment', verbose_name='payment')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='requested by')),
            ],
            options={
                'verbose_name': 'escrow delivery',
                'verbose_name_plural': 'escrow deliveries',
                'ordering': ['sent_at', 'pk'],
            },
        ),
    ]
