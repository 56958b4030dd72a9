from django.db import migrations, models
from django.db.models import Count, deletion

HELP = "As printed. Empty where it could not be read: said on the review of a sheet."
#: What an answer about a row without a readable state gave as its reason, while it was kept under its agency's state.
REASON = " said whose the row without a readable state is."


def without_a_state(apps, schema_editor):
    """Answers about such rows no longer speak of the rows of a state. Where two gave one name to agencies of two states
    neither held: they stay as they are."""
    aliases = apps.get_model("agreements", "AgencyAlias").objects.using(schema_editor.connection.alias)
    given = aliases.filter(is_answer=True, program="", reason__endswith=REASON)
    once = given.values("printed_name").annotate(times=Count("pk")).filter(times=1).values_list("printed_name", flat=True)
    given.filter(printed_name__in=list(once)).update(state=None)


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0011_writer_of_the_draft"),
        ("municipalities", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="agencyalias", name="alias_names_one_agency"),
        migrations.AlterField(
            model_name="agencyalias",
            name="state",
            field=models.ForeignKey(
                blank=True,
                help_text=HELP,
                null=True,
                on_delete=deletion.PROTECT,
                related_name="+",
                to="municipalities.state",
            ),
        ),
        migrations.AlterField(
            model_name="agencyaliashistory",
            name="state",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                help_text=HELP,
                null=True,
                on_delete=deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="municipalities.state",
            ),
        ),
        migrations.AddConstraint(
            model_name="agencyalias",
            constraint=models.UniqueConstraint(
                fields=("state", "printed_name", "program"),
                name="alias_names_one_agency",
                nulls_distinct=False,
                violation_error_message="This printed name already stands for an agency of this state.",
            ),
        ),
        migrations.RunPython(without_a_state, migrations.RunPython.noop),
    ]
