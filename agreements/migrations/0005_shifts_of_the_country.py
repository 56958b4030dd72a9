# The country's own shifts are counted by the next reader, since it is forgotten up to where all was worked out.

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0004_edition'),
        ('municipalities', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='shift',
            name='shift_counts_once',
        ),
        migrations.AlterField(
            model_name='shift',
            name='state',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='municipalities.state'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.UniqueConstraint(fields=('state', 'day', 'status', 'is_beside', 'program'), name='shift_counts_once', nulls_distinct=False, violation_error_message='This is counted already.'),
        ),
        migrations.RunSQL('DELETE FROM agreements_reckoning', migrations.RunSQL.noop),
    ]
