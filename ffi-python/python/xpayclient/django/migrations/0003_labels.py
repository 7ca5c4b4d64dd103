"""Labels in the words of the glossary. No column changes."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('xpayclient', '0002_outcome_names'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='notice',
            options={'ordering': ['first_at', 'pk'], 'verbose_name': 'notification', 'verbose_name_plural': 'notifications'},
        ),
        migrations.AlterField(
            model_name='notice',
            name='deliveries',
            field=models.PositiveIntegerField(default=0, verbose_name='deliveries'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='fate',
            field=models.CharField(choices=[('booked', 'Booked'), ('noted', 'Changes nothing'), ('refused', 'Refused')], max_length=8, verbose_name='result'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='first_at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='first received at'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='flag',
            field=models.CharField(choices=[('R', 'Account issued'), ('I', 'Deposited'), ('C', 'Deposit reversed')], max_length=1, verbose_name='LGD_CASFLAG'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='last_at',
            field=models.DateTimeField(auto_now=True, verbose_name='last received at'),
        ),
        migrations.AlterField(
            model_name='payment',
            name='account',
            field=models.CharField(blank=True, max_length=20, verbose_name='virtual account'),
        ),
        migrations.AlterField(
            model_name='payment',
            name='balance',
            field=models.PositiveBigIntegerField(default=0, help_text='What is left after cancellations, in won.', verbose_name='balance'),
        ),
        migrations.AlterField(
            model_name='payment',
            name='means',
            field=models.CharField(blank=True, max_length=6, verbose_name='payment method'),
        ),
        migrations.AlterField(
            model_name='payment',
            name='pay_by',
            field=models.DateTimeField(blank=True, null=True, verbose_name='deposit deadline'),
        ),
        migrations.AlterField(
            model_name='payment',
            name='seqno',
            field=models.CharField(blank=True, help_text='The number of the deposit that paid it.', max_length=6, verbose_name='LGD_CASSEQNO'),
        ),
        migrations.AlterField(
            model_name='payment',
            name='updated_at',
            field=models.DateTimeField(auto_now=True, verbose_name='updated at'),
        ),
        migrations.AlterField(
            model_name='transaction',
            name='kind',
            field=models.CharField(choices=[('pay', 'Payment'), ('cancel', 'Cancel'), ('partial cancel', 'Partial cancel'), ('receipt', 'Cash receipt'), ('receipt cancel', 'Cash receipt cancelled')], max_length=16, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='transaction',
            name='user',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='requested by'),
        ),
    ]
