from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0005_shifts_of_the_country'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='event',
            options={'ordering': [models.OrderBy(models.F('latest'), descending=True, nulls_last=True), '-sequence', '-pk'], 'permissions': [('publish_event', 'Can publish events')]},
        ),
        migrations.AlterModelOptions(
            name='sheet',
            options={'ordering': ['-published_on', '-order'], 'permissions': [('review_sheet', "Can bring in and review ICE's sheets")]},
        ),
    ]
