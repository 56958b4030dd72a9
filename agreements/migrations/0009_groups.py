from django.db import migrations

from agreements import groups


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0008_reviews'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('municipalities', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(groups.settle, groups.remove),
    ]
