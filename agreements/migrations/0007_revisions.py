import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

# What the public reads of an event, as JSON: the same text for a trigger and for Python (models/revision.py).
PUBLIC_COLUMNS = """
    CREATE FUNCTION agreements_public_columns(event agreements_event) RETURNS jsonb LANGUAGE sql STABLE AS $$
        SELECT jsonb_build_object(
            'kind', event.kind, 'earliest', event.earliest, 'latest', event.latest,
            'sequence', event.sequence, 'scheduled_for', event.scheduled_for, 'summary', event.summary,
            'votes_for', event.votes_for, 'votes_against', event.votes_against, 'votes_absent', event.votes_absent,
            'suit_id', event.suit_id, 'is_being_checked', event.is_being_checked, 'publication', event.publication,
            'agreement_id', event.agreement_id, 'agency_id', event.agency_id, 'municipality_id', event.municipality_id,
            'county_id', event.county_id, 'state_id', event.state_id)
    $$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0006_permissions'),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(blank=True, null=True)),
                ('follows', models.PositiveIntegerField(blank=True, null=True)),
                ('standing', models.CharField(choices=[('proposed', 'Proposed'), ('published', 'Published'), ('discarded', 'Discarded')], default='proposed', max_length=9)),
                ('columns', models.JSONField()),
                ('sources', models.JSONField()),
                ('reason', models.CharField(blank=True, max_length=280)),
                ('written_at', models.DateTimeField(auto_now_add=True)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-published_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='RevisionHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('number', models.PositiveIntegerField(blank=True, null=True)),
                ('follows', models.PositiveIntegerField(blank=True, null=True)),
                ('standing', models.CharField(choices=[('proposed', 'Proposed'), ('published', 'Published'), ('discarded', 'Discarded')], default='proposed', max_length=9)),
                ('columns', models.JSONField()),
                ('sources', models.JSONField()),
                ('reason', models.CharField(blank=True, max_length=280)),
                ('written_at', models.DateTimeField(auto_now_add=True)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='event',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='event',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='event',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='event',
            name='corrected_on',
            field=models.DateField(editable=False, help_text='Day of the last correction by an editor.', null=True),
        ),
        migrations.AddField(
            model_name='event',
            name='written_by',
            field=models.ForeignKey(editable=False, help_text='Who last changed it before it was published: somebody else checks it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='eventhistory',
            name='corrected_on',
            field=models.DateField(editable=False, help_text='Day of the last correction by an editor.', null=True),
        ),
        migrations.AddField(
            model_name='eventhistory',
            name='written_by',
            field=models.ForeignKey(db_constraint=False, editable=False, help_text='Who last changed it before it was published: somebody else checks it.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='event',
            name='publication',
            field=models.CharField(choices=[('draft', 'Draft'), ('ready', 'Ready'), ('published', 'Published')], default='draft', editable=False, max_length=10),
        ),
        migrations.AlterField(
            model_name='eventhistory',
            name='publication',
            field=models.CharField(choices=[('draft', 'Draft'), ('ready', 'Ready'), ('published', 'Published')], default='draft', editable=False, max_length=10),
        ),
        migrations.RunSQL(PUBLIC_COLUMNS, 'DROP FUNCTION agreements_public_columns(agreements_event)'),
        migrations.RunSQL("SELECT agreements_note_changes_of('agreements_revision')", migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name='event',
            trigger=pgtrigger.compiler.Trigger(name='published_event_reads_as_its_revision', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE said agreements_revision;', func="\n        IF current_setting('tracker.writer', true) <> '' THEN\n            RETURN NULL;\n        END IF;\n        IF TG_OP = 'DELETE' THEN\n            IF OLD.publication = 'published' THEN\n                RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'published_event_stays',\n                    MESSAGE = 'Event ' || OLD.id || ' is published: withdraw it by a revision.';\n            END IF;\n            RETURN NULL;\n        END IF;\n        IF TG_OP = 'UPDATE' THEN\n            IF OLD.publication <> 'published' AND NEW.publication <> 'published'\n               OR agreements_public_columns(OLD) = agreements_public_columns(NEW) THEN\n                RETURN NULL;\n            END IF;\n        ELSIF NEW.publication <> 'published' THEN\n            RETURN NULL;\n        END IF;\n        SELECT * INTO said FROM agreements_revision\n            WHERE event_id = NEW.id AND standing = 'published' ORDER BY number DESC LIMIT 1;\n        IF NOT FOUND OR said.columns <> agreements_public_columns(NEW) THEN\n            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'event_reads_as_its_revision',\n                MESSAGE = 'Event ' || NEW.id || ' is published and corrected by a revision, and in no other way.';\n        END IF;\n        IF said.checked_by_id IS NULL AND (NEW.kind IN ('court_filing', 'court_hearing', 'departed', 'ended', 'lawsuit_filed', 'signed', 'suit_ended', 'vote_reinstated', 'vote_rescinded') OR TG_OP = 'UPDATE' AND OLD.kind IN ('court_filing', 'court_hearing', 'departed', 'ended', 'lawsuit_filed', 'signed', 'suit_ended', 'vote_reinstated', 'vote_rescinded')) THEN\n            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'event_needs_a_second_editor',\n                MESSAGE = 'Event ' || NEW.id || ' needs a second editor to be published.';\n        END IF;\n        RETURN NULL;\n", hash='85ca66303cca0049188a058962564a18806b296e', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_published_event_reads_as_its_revision_c8c3e', table='agreements_event', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='event',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agreements_eventhistory" ("agency_id", "agreement_id", "corrected_on", "county_id", "earliest", "id", "is_being_checked", "is_from_list", "kind", "latest", "municipality_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "publication", "scheduled_for", "sequence", "state_id", "suit_id", "summary", "votes_absent", "votes_against", "votes_for", "written_by_id") SELECT new_values."agency_id", new_values."agreement_id", new_values."corrected_on", new_values."county_id", new_values."earliest", new_values."id", new_values."is_being_checked", new_values."is_from_list", new_values."kind", new_values."latest", new_values."municipality_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."publication", new_values."scheduled_for", new_values."sequence", new_values."state_id", new_values."suit_id", new_values."summary", new_values."votes_absent", new_values."votes_against", new_values."votes_for", new_values."written_by_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='6ddf96d60f3f4046a848e5b029e3493e449ea4b3', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_0e5a8', referencing='REFERENCING NEW TABLE AS new_values ', table='agreements_event', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='event',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agreements_eventhistory" ("agency_id", "agreement_id", "corrected_on", "county_id", "earliest", "id", "is_being_checked", "is_from_list", "kind", "latest", "municipality_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "publication", "scheduled_for", "sequence", "state_id", "suit_id", "summary", "votes_absent", "votes_against", "votes_for", "written_by_id") SELECT new_values."agency_id", new_values."agreement_id", new_values."corrected_on", new_values."county_id", new_values."earliest", new_values."id", new_values."is_being_checked", new_values."is_from_list", new_values."kind", new_values."latest", new_values."municipality_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."publication", new_values."scheduled_for", new_values."sequence", new_values."state_id", new_values."suit_id", new_values."summary", new_values."votes_absent", new_values."votes_against", new_values."votes_for", new_values."written_by_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."agency_id" IS DISTINCT FROM (new_values."agency_id") OR old_values."agreement_id" IS DISTINCT FROM (new_values."agreement_id") OR old_values."corrected_on" IS DISTINCT FROM (new_values."corrected_on") OR old_values."county_id" IS DISTINCT FROM (new_values."county_id") OR old_values."earliest" IS DISTINCT FROM (new_values."earliest") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."is_being_checked" IS DISTINCT FROM (new_values."is_being_checked") OR old_values."is_from_list" IS DISTINCT FROM (new_values."is_from_list") OR old_values."kind" IS DISTINCT FROM (new_values."kind") OR old_values."latest" IS DISTINCT FROM (new_values."latest") OR old_values."municipality_id" IS DISTINCT FROM (new_values."municipality_id") OR old_values."publication" IS DISTINCT FROM (new_values."publication") OR old_values."scheduled_for" IS DISTINCT FROM (new_values."scheduled_for") OR old_values."sequence" IS DISTINCT FROM (new_values."sequence") OR old_values."state_id" IS DISTINCT FROM (new_values."state_id") OR old_values."suit_id" IS DISTINCT FROM (new_values."suit_id") OR old_values."summary" IS DISTINCT FROM (new_values."summary") OR old_values."votes_absent" IS DISTINCT FROM (new_values."votes_absent") OR old_values."votes_against" IS DISTINCT FROM (new_values."votes_against") OR old_values."votes_for" IS DISTINCT FROM (new_values."votes_for") OR old_values."written_by_id" IS DISTINCT FROM (new_values."written_by_id")) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='289c852edb31e1e638b0bd65c743e4eeb6b1c4d5', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_8c9d7', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='agreements_event', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='event',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agreements_eventhistory" ("agency_id", "agreement_id", "corrected_on", "county_id", "earliest", "id", "is_being_checked", "is_from_list", "kind", "latest", "municipality_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "publication", "scheduled_for", "sequence", "state_id", "suit_id", "summary", "votes_absent", "votes_against", "votes_for", "written_by_id") SELECT old_values."agency_id", old_values."agreement_id", old_values."corrected_on", old_values."county_id", old_values."earliest", old_values."id", old_values."is_being_checked", old_values."is_from_list", old_values."kind", old_values."latest", old_values."municipality_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."publication", old_values."scheduled_for", old_values."sequence", old_values."state_id", old_values."suit_id", old_values."summary", old_values."votes_absent", old_values."votes_against", old_values."votes_for", old_values."written_by_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='81b10e1c20d3fb7e766f969f55efc8c74c6eb666', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_5ed13', referencing='REFERENCING OLD TABLE AS old_values ', table='agreements_event', when='AFTER')),
        ),
        migrations.AddField(
            model_name='revision',
            name='checked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='revision',
            name='event',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='agreements.event'),
        ),
        migrations.AddField(
            model_name='revision',
            name='written_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='revisionhistory',
            name='checked_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='revisionhistory',
            name='event',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='agreements.event'),
        ),
        migrations.AddField(
            model_name='revisionhistory',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='revisionhistory',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history_entry', to='agreements.revision'),
        ),
        migrations.AddField(
            model_name='revisionhistory',
            name='written_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='revision',
            index=models.Index(fields=['standing', '-published_at'], name='revision_published'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.UniqueConstraint(fields=('event', 'number'), name='revision_number_once', violation_error_message='Another revision of this event has this number.'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(('checked_by__isnull', True), models.Q(('checked_by__isnull', False), ('written_by__isnull', False), models.Q(('checked_by', models.F('written_by')), _negated=True)), _connector='OR'), name='revision_checked_by_another', violation_error_message='Nobody checks what he wrote himself.'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('number__isnull', False), ('published_at__isnull', False), ('standing', 'published')), models.Q(models.Q(('standing', 'published'), _negated=True), ('number__isnull', True), ('published_at__isnull', True)), _connector='OR'), name='revision_published_has_its_number', violation_error_message='A published revision has a number and a time, and no other has.'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), ('follows__isnull', True), _connector='OR'), name='revision_says_why', violation_error_message='Say why, for the public log of corrections.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='revision',
            trigger=pgtrigger.compiler.Trigger(name='published_revision_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."standing" = \'published\')', func="\n                    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'published_revision_stays',\n                        MESSAGE = 'Revision ' || OLD.id || ' was published: it is corrected by the next.';\n                ", hash='754cc8ce76216d95933e4a9a4cfede9dd8d943bd', operation='UPDATE OR DELETE', pgid='pgtrigger_published_revision_stays_64a43', table='agreements_revision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='revision',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agreements_revisionhistory" ("checked_by_id", "columns", "event_id", "follows", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "reason", "sources", "standing", "written_at", "written_by_id") SELECT new_values."checked_by_id", new_values."columns", new_values."event_id", new_values."follows", new_values."id", new_values."number", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."published_at", new_values."reason", new_values."sources", new_values."standing", new_values."written_at", new_values."written_by_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='95983c763e5838c53009deb5ebee5e945ca15aa8', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_2b88a', referencing='REFERENCING NEW TABLE AS new_values ', table='agreements_revision', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='revision',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agreements_revisionhistory" ("checked_by_id", "columns", "event_id", "follows", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "reason", "sources", "standing", "written_at", "written_by_id") SELECT new_values."checked_by_id", new_values."columns", new_values."event_id", new_values."follows", new_values."id", new_values."number", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."published_at", new_values."reason", new_values."sources", new_values."standing", new_values."written_at", new_values."written_by_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='61f78f34010a2ca2565d11a4cbe356512073e0be', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_30323', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='agreements_revision', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='revision',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agreements_revisionhistory" ("checked_by_id", "columns", "event_id", "follows", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "reason", "sources", "standing", "written_at", "written_by_id") SELECT old_values."checked_by_id", old_values."columns", old_values."event_id", old_values."follows", old_values."id", old_values."number", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."published_at", old_values."reason", old_values."sources", old_values."standing", old_values."written_at", old_values."written_by_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='a3db2953f361b79db0c5e5fbf76f0df7b71fb3f3', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_83cad', referencing='REFERENCING OLD TABLE AS old_values ', table='agreements_revision', when='AFTER')),
        ),
    ]
