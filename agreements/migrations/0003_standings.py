# Django wrote the tables; the triggers below note, in the transaction that changes what a standing follows from, which
# agreements are to be worked out again. Statement triggers with transition tables: a bulk load fires each once.

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

OF_EVENT = "SELECT agreement_id FROM {rows} WHERE agreement_id IS NOT NULL"
OF_SOURCE = """SELECT e.agreement_id FROM {rows} r JOIN agreements_event e ON e.id = r.event_id
    WHERE e.agreement_id IS NOT NULL"""
OF_SUIT = """SELECT e.agreement_id FROM {rows} r JOIN agreements_event e ON e.suit_id = r.id
    WHERE e.agreement_id IS NOT NULL"""
OF_AGREEMENT = "SELECT id FROM {rows}"
OF_AGENCY = "SELECT a.id FROM {rows} r JOIN agreements_agreement a ON a.agency_id = r.id"
OF_LINK = "SELECT a.id FROM {rows} r JOIN agreements_agreement a ON a.agency_id = r.agency_id"
OF_CHECK = """SELECT a.id FROM {rows} r
    JOIN agreements_agency_municipalities m ON m.municipality_id = r.municipality_id
    JOIN agreements_agreement a ON a.agency_id = m.agency_id"""
OF_MUNICIPALITY = OF_CHECK.replace("r.municipality_id", "r.id")
OF_COUNTY = """SELECT a.id FROM {rows} r JOIN agreements_agency_counties c ON c.county_id = r.id
    JOIN agreements_agreement a ON a.agency_id = c.agency_id"""
OF_STATE = """SELECT a.id FROM {rows} r JOIN agreements_agency g ON g.state_id = r.id
    JOIN agreements_agreement a ON a.agency_id = g.id"""

#: Table, its agreements, and the columns whose change matters; the rest (a summary, a note) moves no standing.
WATCHED = [
    ("agreements_event", OF_EVENT, "agreement_id kind earliest latest sequence suit_id publication is_being_checked"),
    ("agreements_citation", OF_SOURCE, "event_id is_used confidence"),
    ("agreements_suit", OF_SUIT, "is_about_duty_to_sign"),
    ("agreements_agreement", OF_AGREEMENT, "agency_id program merged_into_id"),
    ("agreements_agency", OF_AGENCY, "name kind state_id merged_into_id"),
    ("agreements_agency_municipalities", OF_LINK, "agency_id municipality_id"),
    ("agreements_agency_counties", OF_LINK, "agency_id county_id"),
    ("agreements_check", OF_CHECK, "municipality_id covers_from result"),
    ("municipalities_municipality", OF_MUNICIPALITY, "name state_id is_subdivision"),
    ("municipalities_county", OF_COUNTY, "full_name state_id"),
    ("municipalities_state", OF_STATE, "name"),
]


def triggers() -> str:
    """The SQL that makes four triggers a table: on insert, delete, truncation, and an update of a column that matters."""
    made = [
        """
        CREATE FUNCTION agreements_stale_all() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO agreements_stale (agreement) SELECT id FROM agreements_agreement;
            RETURN NULL;
        END $$;
        """
    ]
    for table, agreements, columns in WATCHED:
        made.append(
            f"CREATE TRIGGER {table}_stale_on_truncate AFTER TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION agreements_stale_all();"
        )
        changed = " OR ".join(f"o.{one} IS DISTINCT FROM n.{one}" for one in columns.split())
        both = f"""(SELECT o.* FROM old_rows o JOIN new_rows n USING (id) WHERE {changed}
            UNION ALL SELECT n.* FROM old_rows o JOIN new_rows n USING (id) WHERE {changed})"""
        for operation, tables, rows in (
            ("INSERT", "NEW TABLE AS new_rows", "new_rows"),
            ("DELETE", "OLD TABLE AS old_rows", "old_rows"),
            ("UPDATE", "OLD TABLE AS old_rows NEW TABLE AS new_rows", both),
        ):
            name = f"{table}_stale_on_{operation.lower()}"
            ids = agreements.format(rows=rows if operation != "UPDATE" else "changed")
            source = f"WITH changed AS {rows} " if operation == "UPDATE" else ""
            made.append(
                f"""
                CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    {source}INSERT INTO agreements_stale (agreement) {ids};
                    RETURN NULL;
                END $$;
                CREATE TRIGGER {name} AFTER {operation} ON {table} REFERENCING {tables}
                    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
                """
            )
    return "".join(made)


def no_triggers() -> str:
    return "DROP FUNCTION agreements_stale_all() CASCADE;" + "".join(
        f"DROP FUNCTION {table}_stale_on_{operation}() CASCADE;"
        for table, _, _ in WATCHED
        for operation in ("insert", "delete", "update")
    )


EXISTING_ROWS = "INSERT INTO agreements_stale (agreement) SELECT id FROM agreements_agreement"


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0002_lists_as_history'),
        ('municipalities', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Reckoning',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record_end', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='Stale',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreement', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Period',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.DateField()),
                ('until', models.DateField(null=True)),
                ('is_current', models.BooleanField(default=False)),
                ('status', models.CharField(choices=[('active', 'Active'), ('signed', 'Signed'), ('pending', 'Pending with ICE'), ('approved', 'Approved locally'), ('court', 'Before a court'), ('discussion', 'Under discussion'), ('declined', 'Declined'), ('ended', 'Ended'), ('none', 'No agreement known'), ('unchecked', 'Not yet checked')], max_length=10)),
                ('rank', models.SmallIntegerField()),
                ('since', models.BigIntegerField(null=True)),
                ('since_kind', models.CharField(blank=True, max_length=20)),
                ('since_earliest', models.DateField(null=True)),
                ('since_latest', models.DateField(null=True)),
                ('since_sequence', models.SmallIntegerField(default=0)),
                ('restored', models.BigIntegerField(null=True)),
                ('restored_earliest', models.DateField(null=True)),
                ('restored_latest', models.DateField(null=True)),
                ('in_court', models.BooleanField(default=False)),
                ('failed_vote', models.BooleanField(default=False)),
                ('quiet', models.BooleanField(default=False)),
                ('is_beside', models.BooleanField()),
                ('state_name', models.CharField(max_length=60)),
                ('agency_name', models.CharField(max_length=200)),
                ('place_name', models.CharField(blank=True, max_length=200)),
                ('program', models.CharField(blank=True, choices=[('tfm', 'Task Force Model'), ('jem', 'Jail Enforcement Model'), ('wso', 'Warrant Service Officer'), ('ttfm', 'Tribal Task Force Model'), ('', 'Not stated')], max_length=4)),
                ('search', models.TextField()),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='periods', to='agreements.agreement')),
                ('state', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='municipalities.state')),
            ],
            options={
                'indexes': [models.Index(models.F('is_beside'), models.F('state_name'), models.F('agency_name'), models.F('agreement'), condition=models.Q(('is_current', True)), name='period_by_default'), models.Index(models.F('agency_name'), models.F('agreement'), condition=models.Q(('is_current', True)), name='period_by_agency'), models.Index(models.F('rank'), models.F('agency_name'), models.F('agreement'), condition=models.Q(('is_current', True)), name='period_by_status'), models.Index(models.F('since_latest'), models.F('agreement'), condition=models.Q(('is_current', True)), name='period_by_since'), models.Index(models.F('place_name'), models.F('agency_name'), models.F('agreement'), condition=models.Q(('is_current', True)), name='period_by_place'), models.Index(models.F('program'), models.F('agency_name'), models.F('agreement'), condition=models.Q(('is_current', True)), name='period_by_program'), models.Index(models.OrderBy(models.F('since_latest'), descending=True, nulls_last=True), models.F('agreement'), condition=models.Q(('is_current', True)), name='period_by_newest'), models.Index(models.F('state'), models.F('is_beside'), models.F('agency_name'), models.F('agreement'), condition=models.Q(('is_current', True)), name='period_by_state'), models.Index(models.F('is_beside'), models.F('state_name'), models.F('agency_name'), models.F('agreement'), name='period_by_default_any'), models.Index(models.F('agency_name'), models.F('agreement'), name='period_by_agency_any'), models.Index(models.F('rank'), models.F('agency_name'), models.F('agreement'), name='period_by_status_any'), models.Index(models.F('since_latest'), models.F('agreement'), name='period_by_since_any'), models.Index(models.F('place_name'), models.F('agency_name'), models.F('agreement'), name='period_by_place_any'), models.Index(models.F('program'), models.F('agency_name'), models.F('agreement'), name='period_by_program_any'), models.Index(models.OrderBy(models.F('since_latest'), descending=True, nulls_last=True), models.F('agreement'), name='period_by_newest_any'), models.Index(models.F('state'), models.F('is_beside'), models.F('agency_name'), models.F('agreement'), name='period_by_state_any'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass('search', 'gin_trgm_ops'), name='period_search')],
                'constraints': [models.UniqueConstraint(fields=('agreement', 'first'), name='period_begins_once', violation_error_message='An agreement stands one way on a day.'), models.CheckConstraint(condition=models.Q(('until__isnull', True), ('first__lt', models.F('until')), _connector='OR'), name='period_ends_after_its_start', violation_error_message='A period ends after it begins.')],
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('of', models.CharField(choices=[('agreement', 'Agreements'), ('city', 'Cities, towns and villages'), ('township', 'Townships'), ('county', 'Counties')], max_length=10)),
                ('status', models.CharField(choices=[('active', 'Active'), ('signed', 'Signed'), ('pending', 'Pending with ICE'), ('approved', 'Approved locally'), ('court', 'Before a court'), ('discussion', 'Under discussion'), ('declined', 'Declined'), ('ended', 'Ended'), ('none', 'No agreement known'), ('unchecked', 'Not yet checked')], max_length=10)),
                ('is_beside', models.BooleanField(default=False)),
                ('program', models.CharField(blank=True, choices=[('tfm', 'Task Force Model'), ('jem', 'Jail Enforcement Model'), ('wso', 'Warrant Service Officer'), ('ttfm', 'Tribal Task Force Model'), ('', 'Not stated')], max_length=4)),
                ('count', models.PositiveIntegerField()),
                ('state', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='municipalities.state')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('state', 'of', 'status', 'is_beside', 'program'), name='tally_counts_once', violation_error_message='This is counted already.')],
            },
        ),
        migrations.CreateModel(
            name='Shift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('status', models.CharField(choices=[('active', 'Active'), ('signed', 'Signed'), ('pending', 'Pending with ICE'), ('approved', 'Approved locally'), ('court', 'Before a court'), ('discussion', 'Under discussion'), ('declined', 'Declined'), ('ended', 'Ended'), ('none', 'No agreement known'), ('unchecked', 'Not yet checked')], max_length=10)),
                ('is_beside', models.BooleanField(default=False)),
                ('program', models.CharField(blank=True, choices=[('tfm', 'Task Force Model'), ('jem', 'Jail Enforcement Model'), ('wso', 'Warrant Service Officer'), ('ttfm', 'Tribal Task Force Model'), ('', 'Not stated')], max_length=4)),
                ('count', models.IntegerField()),
                ('state', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='municipalities.state')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('state', 'day', 'status', 'is_beside', 'program'), name='shift_counts_once', violation_error_message='This is counted already.')],
            },
        ),
        migrations.CreateModel(
            name='ChangeDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('state', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='municipalities.state')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('state', 'day'), name='change_day_once', violation_error_message='This day is known already.')],
            },
        ),
        migrations.RunSQL(triggers(), no_triggers()),
        migrations.RunSQL(EXISTING_ROWS, migrations.RunSQL.noop),
    ]
