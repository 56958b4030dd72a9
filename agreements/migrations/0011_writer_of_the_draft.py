import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0010_desk'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='event',
            name='written_by',
            field=models.ForeignKey(editable=False, help_text='Who last changed it before it was published: somebody else checks it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='writer of the draft'),
        ),
        migrations.AlterField(
            model_name='eventhistory',
            name='written_by',
            field=models.ForeignKey(db_constraint=False, editable=False, help_text='Who last changed it before it was published: somebody else checks it.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='writer of the draft'),
        ),
    ]
