"""A notification is identified by LGD_PAYDATE, too: most banks number no deposits."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('xpayclient', '0004_kept_cards_and_mobile')]

    operations = [
        migrations.RemoveConstraint(model_name='notice', name='xpay_notice_once'),
        migrations.AddField(
            model_name='notice',
            name='pay_date',
            field=models.CharField(blank=True, default='', max_length=14, verbose_name='LGD_PAYDATE'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('tid', 'seqno', 'flag', 'pay_date'), name='xpay_notice_once'),
        ),
    ]
