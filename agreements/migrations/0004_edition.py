# Django wrote the table; the triggers below note a change of any table that pages read (models/edition.py).
# A later table gets its triggers with migrations.RunSQL("SELECT agreements_note_changes_of('its_table')").

from django.db import migrations, models

# Statement triggers with transition tables: a bulk load costs three looks, and a statement that met no row is no change.
# That this transaction has its row of a table already is kept in a setting local to it, which a rollback to a savepoint
# takes back with the row. Rows are folded by whoever gets the lock without waiting; in a transaction that sees an old
# snapshot the fold could fail it, so there it is left to the next.
FUNCTIONS = """
    CREATE FUNCTION agreements_new_edition() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        noted CONSTANT text := 'agreements.edition_of_' || TG_TABLE_NAME;
    BEGIN
        IF current_setting(noted, true) = pg_current_xact_id_if_assigned()::text THEN
            RETURN NULL;
        END IF;
        IF TG_OP <> 'TRUNCATE' THEN
            IF NOT EXISTS (SELECT FROM changed) THEN
                RETURN NULL;
            END IF;
        END IF;
        INSERT INTO agreements_edition (watched, changes, nonce, noted_at)
            VALUES (TG_TABLE_NAME, 1, hashtextextended(gen_random_uuid()::text, 0), clock_timestamp());
        PERFORM set_config(noted, pg_current_xact_id()::text, true);
        IF (SELECT count(*) > 100 FROM agreements_edition) AND current_setting('transaction_isolation') = 'read committed'
        THEN
            IF pg_try_advisory_xact_lock(287005) THEN
                WITH folded AS (DELETE FROM agreements_edition RETURNING watched, changes, nonce, noted_at)
                INSERT INTO agreements_edition (watched, changes, nonce, noted_at)
                    SELECT watched, sum(changes), bit_xor(nonce), max(noted_at) FROM folded GROUP BY watched;
            END IF;
        END IF;
        RETURN NULL;
    END $$;

    CREATE FUNCTION agreements_note_changes_of(watched regclass) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        EXECUTE format('CREATE TRIGGER edition_on_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION agreements_new_edition()', watched);
        EXECUTE format('CREATE TRIGGER edition_on_update AFTER UPDATE ON %s REFERENCING NEW TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION agreements_new_edition()', watched);
        EXECUTE format('CREATE TRIGGER edition_on_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION agreements_new_edition()', watched);
        EXECUTE format('CREATE TRIGGER edition_on_truncate AFTER TRUNCATE ON %s
            FOR EACH STATEMENT EXECUTE FUNCTION agreements_new_edition()', watched);
    END $$;
"""
NO_FUNCTIONS = "DROP FUNCTION agreements_note_changes_of(regclass); DROP FUNCTION agreements_new_edition() CASCADE;"

WATCHED = [
    'agreements_agency',
    'agreements_agency_counties',
    'agreements_agency_municipalities',
    'agreements_agencyalias',
    'agreements_agreement',
    'agreements_check',
    'agreements_citation',
    'agreements_claim',
    'agreements_event',
    'agreements_listing',
    'agreements_proposal',
    'agreements_sheet',
    'agreements_source',
    'agreements_suit',
    'municipalities_county',
    'municipalities_municipality',
    'municipalities_municipality_counties',
    'municipalities_state',
]
TRIGGERS = "".join(f"SELECT agreements_note_changes_of('{table}');" for table in WATCHED)

# So that two databases without a change differ.
FIRST_ROW = """INSERT INTO agreements_edition (watched, changes, nonce, noted_at)
    VALUES ('', 1, hashtextextended(gen_random_uuid()::text, 0), clock_timestamp())"""


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0003_standings'),
        ('municipalities', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('watched', models.CharField(blank=True, max_length=63)),
                ('changes', models.BigIntegerField(default=1)),
                ('nonce', models.BigIntegerField()),
                ('noted_at', models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.RunSQL(TRIGGERS, migrations.RunSQL.noop),
        migrations.RunSQL(FIRST_ROW, migrations.RunSQL.noop),
    ]
