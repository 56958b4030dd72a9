# Django wrote this but for EXISTING_ROWS: what a record of before this migration needs to stand beside the new columns.

import agreements.models.sheet
import agreements.models.source
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

EXISTING_ROWS = """
    UPDATE agreements_listing SET form = md5(id::text);
    UPDATE agreements_sheet SET layout = list, is_settled = true;
    UPDATE agreements_agencyalias SET is_answer = false;
    UPDATE agreements_agreement SET is_from_list = true
        WHERE id IN (SELECT agreement_id FROM agreements_listing);
    UPDATE agreements_agency SET is_from_list = true
        WHERE id IN (SELECT agency_id FROM agreements_agreement WHERE is_from_list);
    UPDATE agreements_event SET is_from_list = true
        WHERE (kind = 'signed' AND summary LIKE 'ICE''s list gives % as the date the % was signed.')
           OR (kind = 'listed_pending' AND summary LIKE 'ICE''s pending list of % shows the agency as awaiting %');
    UPDATE agreements_citation SET is_from_list = true FROM agreements_event, agreements_source
        WHERE agreements_event.id = event_id AND agreements_source.id = source_id
          AND agreements_source.kind = 'ice_list'
          AND (agreements_event.is_from_list OR (NOT is_used AND says LIKE 'ICE''s list gives %'));
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0001_initial'),
        ('municipalities', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('same_agency', 'Two names, one agency?'), ('departure', 'Ended, or merely missing?'), ('signed_again', 'Signed again, or corrected?'), ('sheet', 'A sheet that is held'), ('place', 'Where does it belong?')], max_length=12)),
                ('key', models.CharField(max_length=600, unique=True)),
                ('sentence', models.CharField(max_length=300)),
                ('evidence', models.JSONField(default=list)),
                ('is_current', models.BooleanField(default=True)),
                ('answer', models.CharField(blank=True, choices=[('', 'Open'), ('yes', 'Yes'), ('no', 'No')], default='', max_length=3)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.TextField(blank=True, help_text='Never published.', verbose_name="editors' note")),
            ],
            options={
                'ordering': ['kind', 'key'],
            },
        ),
        migrations.CreateModel(
            name='ProposalHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('same_agency', 'Two names, one agency?'), ('departure', 'Ended, or merely missing?'), ('signed_again', 'Signed again, or corrected?'), ('sheet', 'A sheet that is held'), ('place', 'Where does it belong?')], max_length=12)),
                ('key', models.CharField(max_length=600)),
                ('sentence', models.CharField(max_length=300)),
                ('evidence', models.JSONField(default=list)),
                ('is_current', models.BooleanField(default=True)),
                ('answer', models.CharField(blank=True, choices=[('', 'Open'), ('yes', 'Yes'), ('no', 'No')], default='', max_length=3)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.TextField(blank=True, help_text='Never published.', verbose_name="editors' note")),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.RemoveField(
            model_name='listinghistory',
            name='agreement',
        ),
        migrations.RemoveField(
            model_name='listinghistory',
            name='first_sheet',
        ),
        migrations.RemoveField(
            model_name='listinghistory',
            name='last_sheet',
        ),
        migrations.RemoveField(
            model_name='listinghistory',
            name='pgh_context',
        ),
        migrations.RemoveField(
            model_name='listinghistory',
            name='pgh_obj',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='agency',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='agency',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='agency',
            name='delete_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='agencyalias',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='agencyalias',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='agencyalias',
            name='delete_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='agreement',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='agreement',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='agreement',
            name='delete_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='citation',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='citation',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='citation',
            name='delete_delete',
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
        pgtrigger.migrations.RemoveTrigger(
            model_name='listing',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='listing',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='listing',
            name='delete_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='sheet',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='sheet',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='sheet',
            name='delete_delete',
        ),
        migrations.RemoveConstraint(
            model_name='agencyalias',
            name='alias_names_one_agency',
        ),
        migrations.RemoveConstraint(
            model_name='event',
            name='event_kind_known_value',
        ),
        migrations.RemoveConstraint(
            model_name='listing',
            name='listing_once_per_row',
        ),
        migrations.RemoveConstraint(
            model_name='sheet',
            name='sheet_list_and_half_day_known_value',
        ),
        migrations.AddField(
            model_name='agency',
            name='is_from_list',
            field=models.BooleanField(default=False, help_text="Whether name, kind and places follow ICE's lists. An editor's change ends that.", verbose_name='kept by the importer'),
        ),
        migrations.AddField(
            model_name='agency',
            name='merged_into',
            field=models.ForeignKey(blank=True, help_text='The agency that this one turned out to be. Its address leads there.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='agreements.agency'),
        ),
        migrations.AddField(
            model_name='agencyalias',
            name='is_answer',
            field=models.BooleanField(default=True, help_text="Whether an editor said so; if not, the name was read as the agency's.", verbose_name="editor's answer"),
        ),
        migrations.AddField(
            model_name='agencyalias',
            name='program',
            field=models.CharField(blank=True, choices=[('tfm', 'Task Force Model'), ('jem', 'Jail Enforcement Model'), ('wso', 'Warrant Service Officer'), ('ttfm', 'Tribal Task Force Model'), ('', 'Not stated')], default='', max_length=4, verbose_name='only for the program'),
        ),
        migrations.AddField(
            model_name='agencyalias',
            name='reason',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='agencyaliashistory',
            name='is_answer',
            field=models.BooleanField(default=True, help_text="Whether an editor said so; if not, the name was read as the agency's.", verbose_name="editor's answer"),
        ),
        migrations.AddField(
            model_name='agencyaliashistory',
            name='program',
            field=models.CharField(blank=True, choices=[('tfm', 'Task Force Model'), ('jem', 'Jail Enforcement Model'), ('wso', 'Warrant Service Officer'), ('ttfm', 'Tribal Task Force Model'), ('', 'Not stated')], default='', max_length=4, verbose_name='only for the program'),
        ),
        migrations.AddField(
            model_name='agencyaliashistory',
            name='reason',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='agencyhistory',
            name='is_from_list',
            field=models.BooleanField(default=False, help_text="Whether name, kind and places follow ICE's lists. An editor's change ends that.", verbose_name='kept by the importer'),
        ),
        migrations.AddField(
            model_name='agencyhistory',
            name='merged_into',
            field=models.ForeignKey(blank=True, db_constraint=False, help_text='The agency that this one turned out to be. Its address leads there.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='agreements.agency'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='is_from_list',
            field=models.BooleanField(default=False, help_text="Whether the links follow ICE's lists. An editor's change ends that.", verbose_name='kept by the importer'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='merged_into',
            field=models.ForeignKey(blank=True, help_text='The agreement that this one turned out to be. Its address leads there.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='agreements.agreement'),
        ),
        migrations.AddField(
            model_name='agreementhistory',
            name='is_from_list',
            field=models.BooleanField(default=False, help_text="Whether the links follow ICE's lists. An editor's change ends that.", verbose_name='kept by the importer'),
        ),
        migrations.AddField(
            model_name='agreementhistory',
            name='merged_into',
            field=models.ForeignKey(blank=True, db_constraint=False, help_text='The agreement that this one turned out to be. Its address leads there.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='agreements.agreement'),
        ),
        migrations.AddField(
            model_name='citation',
            name='is_from_list',
            field=models.BooleanField(default=False, help_text='Whether the importer set it beside the event, and keeps it so.', verbose_name='kept by the importer'),
        ),
        migrations.AddField(
            model_name='citationhistory',
            name='is_from_list',
            field=models.BooleanField(default=False, help_text='Whether the importer set it beside the event, and keeps it so.', verbose_name='kept by the importer'),
        ),
        migrations.AddField(
            model_name='event',
            name='is_from_list',
            field=models.BooleanField(default=False, help_text="Whether it follows ICE's lists. An editor's change ends that: the lists are then claims beside it.", verbose_name='kept by the importer'),
        ),
        migrations.AddField(
            model_name='eventhistory',
            name='is_from_list',
            field=models.BooleanField(default=False, help_text="Whether it follows ICE's lists. An editor's change ends that: the lists are then claims beside it.", verbose_name='kept by the importer'),
        ),
        migrations.AddField(
            model_name='listing',
            name='addendum_url',
            field=agreements.models.source.WebAddressField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name='listing',
            name='form',
            field=models.CharField(default='00000000000000000000000000000000', max_length=32),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='listing',
            name='moa_url',
            field=agreements.models.source.WebAddressField(blank=True, max_length=500, verbose_name='memorandum (MOA)'),
        ),
        migrations.AddField(
            model_name='listing',
            name='occurrence',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='sheet',
            name='held_because',
            field=models.CharField(blank=True, help_text='Why none of its rows count. Published.', max_length=300),
        ),
        migrations.AddField(
            model_name='sheet',
            name='is_settled',
            field=models.BooleanField(default=False, help_text='Whether the record takes it into account yet.'),
        ),
        migrations.AddField(
            model_name='sheet',
            name='layout',
            field=models.CharField(choices=[('participating', 'Participating agencies'), ('pending', 'Pending agencies')], default='participating', help_text="The list whose columns it has: a sheet with the other's is held.", max_length=14),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='sheet',
            name='problems',
            field=models.JSONField(blank=True, default=agreements.models.sheet.no_problems, help_text='Cells that were not taken at their word: row, column, value, reason.'),
        ),
        migrations.AddField(
            model_name='sheet',
            name='ruling',
            field=models.CharField(blank=True, choices=[('', 'None: the importer decides'), ('use', 'Use it'), ('set_aside', 'Set it aside')], default='', max_length=9, verbose_name="editors' ruling"),
        ),
        migrations.AddField(
            model_name='sheethistory',
            name='held_because',
            field=models.CharField(blank=True, help_text='Why none of its rows count. Published.', max_length=300),
        ),
        migrations.AddField(
            model_name='sheethistory',
            name='is_settled',
            field=models.BooleanField(default=False, help_text='Whether the record takes it into account yet.'),
        ),
        migrations.AddField(
            model_name='sheethistory',
            name='layout',
            field=models.CharField(choices=[('participating', 'Participating agencies'), ('pending', 'Pending agencies')], default='participating', help_text="The list whose columns it has: a sheet with the other's is held.", max_length=14),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='sheethistory',
            name='problems',
            field=models.JSONField(blank=True, default=agreements.models.sheet.no_problems, help_text='Cells that were not taken at their word: row, column, value, reason.'),
        ),
        migrations.AddField(
            model_name='sheethistory',
            name='ruling',
            field=models.CharField(blank=True, choices=[('', 'None: the importer decides'), ('use', 'Use it'), ('set_aside', 'Set it aside')], default='', max_length=9, verbose_name="editors' ruling"),
        ),
        migrations.AlterField(
            model_name='event',
            name='kind',
            field=models.CharField(choices=[('discussed', 'Discussed'), ('vote_scheduled', 'Vote scheduled'), ('vote_deferred', 'Vote deferred'), ('vote_failed', 'Motion to join failed'), ('vote_approved', 'Vote to approve'), ('approved_by_staff', 'Approved by staff'), ('signed_locally', 'Signed locally'), ('listed_pending', "On ICE's pending list"), ('signed', 'Signed'), ('active', 'Officers using it'), ('declined', 'Decided not to sign'), ('vote_rescinded', 'Voided or rescinded'), ('vote_reinstated', 'Reinstated'), ('ended', 'Ended'), ('off_list', "Not on ICE's list"), ('relisted', "Back on ICE's list"), ('departed', "Left ICE's list, confirmed"), ('pending_lapsed', "Left ICE's pending list"), ('lawsuit_filed', 'Lawsuit filed'), ('suit_ended', 'Lawsuit ended'), ('court_filing', 'Court filing'), ('court_hearing', 'Court hearing'), ('state_warning', 'Warning by the state'), ('statement', 'Statement'), ('motion_failed', 'Another motion failed'), ('listed', "Seen on ICE's list"), ('checked', 'Checked'), ('context', 'Background')], max_length=20),
        ),
        migrations.AlterField(
            model_name='eventhistory',
            name='kind',
            field=models.CharField(choices=[('discussed', 'Discussed'), ('vote_scheduled', 'Vote scheduled'), ('vote_deferred', 'Vote deferred'), ('vote_failed', 'Motion to join failed'), ('vote_approved', 'Vote to approve'), ('approved_by_staff', 'Approved by staff'), ('signed_locally', 'Signed locally'), ('listed_pending', "On ICE's pending list"), ('signed', 'Signed'), ('active', 'Officers using it'), ('declined', 'Decided not to sign'), ('vote_rescinded', 'Voided or rescinded'), ('vote_reinstated', 'Reinstated'), ('ended', 'Ended'), ('off_list', "Not on ICE's list"), ('relisted', "Back on ICE's list"), ('departed', "Left ICE's list, confirmed"), ('pending_lapsed', "Left ICE's pending list"), ('lawsuit_filed', 'Lawsuit filed'), ('suit_ended', 'Lawsuit ended'), ('court_filing', 'Court filing'), ('court_hearing', 'Court hearing'), ('state_warning', 'Warning by the state'), ('statement', 'Statement'), ('motion_failed', 'Another motion failed'), ('listed', "Seen on ICE's list"), ('checked', 'Checked'), ('context', 'Background')], max_length=20),
        ),
        migrations.AlterField(
            model_name='listing',
            name='row',
            field=models.PositiveIntegerField(blank=True, help_text='Row on its first sheet; the header is row 1. Empty where a sheet read later showed where it begins.', null=True),
        ),
        migrations.AlterField(
            model_name='sheet',
            name='half_day',
            field=models.CharField(choices=[('am', 'Morning'), ('mid', 'Midday'), ('pm', 'Afternoon')], max_length=3),
        ),
        migrations.AlterField(
            model_name='sheethistory',
            name='half_day',
            field=models.CharField(choices=[('am', 'Morning'), ('mid', 'Midday'), ('pm', 'Afternoon')], max_length=3),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agency',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agreements_agencyhistory" ("id", "is_from_list", "kind", "merged_into_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "placing_note", "slug", "state_id") SELECT new_values."id", new_values."is_from_list", new_values."kind", new_values."merged_into_id", new_values."name", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."placing_note", new_values."slug", new_values."state_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='bf43bdfa9de5a9832c9d6fb448dedc28c6b9ea80', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_193f7', referencing='REFERENCING NEW TABLE AS new_values ', table='agreements_agency', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agency',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agreements_agencyhistory" ("id", "is_from_list", "kind", "merged_into_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "placing_note", "slug", "state_id") SELECT new_values."id", new_values."is_from_list", new_values."kind", new_values."merged_into_id", new_values."name", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."placing_note", new_values."slug", new_values."state_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='a5e323b626965a0254386da39e8ab065325f3841', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_959d5', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='agreements_agency', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agency',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agreements_agencyhistory" ("id", "is_from_list", "kind", "merged_into_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "placing_note", "slug", "state_id") SELECT old_values."id", old_values."is_from_list", old_values."kind", old_values."merged_into_id", old_values."name", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."placing_note", old_values."slug", old_values."state_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='a47c3f1afc6ddfc0bb4acc7902058fe4799c9c58', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_464ff', referencing='REFERENCING OLD TABLE AS old_values ', table='agreements_agency', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agencyalias',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agreements_agencyaliashistory" ("agency_id", "id", "is_answer", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "printed_name", "program", "reason", "state_id") SELECT new_values."agency_id", new_values."id", new_values."is_answer", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."printed_name", new_values."program", new_values."reason", new_values."state_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='9512f8b38d3a06adec438b2189f16be4d8b48a9a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_5a0d6', referencing='REFERENCING NEW TABLE AS new_values ', table='agreements_agencyalias', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agencyalias',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agreements_agencyaliashistory" ("agency_id", "id", "is_answer", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "printed_name", "program", "reason", "state_id") SELECT new_values."agency_id", new_values."id", new_values."is_answer", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."printed_name", new_values."program", new_values."reason", new_values."state_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='30215ff1672051ced88298d213163b8da6d67b06', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_e0ee0', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='agreements_agencyalias', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agencyalias',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agreements_agencyaliashistory" ("agency_id", "id", "is_answer", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "printed_name", "program", "reason", "state_id") SELECT old_values."agency_id", old_values."id", old_values."is_answer", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."printed_name", old_values."program", old_values."reason", old_values."state_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='e92813415c8b69a0d7bd9e6261bc414c0b266cf2', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_0aa7c', referencing='REFERENCING OLD TABLE AS old_values ', table='agreements_agencyalias', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agreement',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agreements_agreementhistory" ("addendum_urls", "agency_id", "id", "is_from_list", "merged_into_id", "moa_url", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "program", "public_id") SELECT new_values."addendum_urls", new_values."agency_id", new_values."id", new_values."is_from_list", new_values."merged_into_id", new_values."moa_url", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."program", new_values."public_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='a91ae9869e2bba6399b434b1951e8506b0793228', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_13a93', referencing='REFERENCING NEW TABLE AS new_values ', table='agreements_agreement', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agreement',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agreements_agreementhistory" ("addendum_urls", "agency_id", "id", "is_from_list", "merged_into_id", "moa_url", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "program", "public_id") SELECT new_values."addendum_urls", new_values."agency_id", new_values."id", new_values."is_from_list", new_values."merged_into_id", new_values."moa_url", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."program", new_values."public_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='fc650f2f38e03bbf66da06f761ac82748fbccbc8', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_36fdd', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='agreements_agreement', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agreement',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agreements_agreementhistory" ("addendum_urls", "agency_id", "id", "is_from_list", "merged_into_id", "moa_url", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "program", "public_id") SELECT old_values."addendum_urls", old_values."agency_id", old_values."id", old_values."is_from_list", old_values."merged_into_id", old_values."moa_url", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."program", old_values."public_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='fc51f3b5f40b138b8e8067e04bb707e549d99e71', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_a07e3', referencing='REFERENCING OLD TABLE AS old_values ', table='agreements_agreement', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='citation',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agreements_citationhistory" ("confidence", "event_id", "id", "is_from_list", "is_used", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "says", "source_id") SELECT new_values."confidence", new_values."event_id", new_values."id", new_values."is_from_list", new_values."is_used", new_values."note", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."says", new_values."source_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='42695db869824789abaa12e4d7d2e86612e07325', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_822df', referencing='REFERENCING NEW TABLE AS new_values ', table='agreements_citation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='citation',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agreements_citationhistory" ("confidence", "event_id", "id", "is_from_list", "is_used", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "says", "source_id") SELECT new_values."confidence", new_values."event_id", new_values."id", new_values."is_from_list", new_values."is_used", new_values."note", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."says", new_values."source_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='2ab1468d2609e6a4b509298ba136a596e2d6e897', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_a87f5', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='agreements_citation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='citation',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agreements_citationhistory" ("confidence", "event_id", "id", "is_from_list", "is_used", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "says", "source_id") SELECT old_values."confidence", old_values."event_id", old_values."id", old_values."is_from_list", old_values."is_used", old_values."note", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."says", old_values."source_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='9b119cbf179efcf5ef4192e3a2264dfc5148c359', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_1a05a', referencing='REFERENCING OLD TABLE AS old_values ', table='agreements_citation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='event',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agreements_eventhistory" ("agency_id", "agreement_id", "county_id", "earliest", "id", "is_being_checked", "is_from_list", "kind", "latest", "municipality_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "publication", "scheduled_for", "sequence", "state_id", "suit_id", "summary", "votes_absent", "votes_against", "votes_for") SELECT new_values."agency_id", new_values."agreement_id", new_values."county_id", new_values."earliest", new_values."id", new_values."is_being_checked", new_values."is_from_list", new_values."kind", new_values."latest", new_values."municipality_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."publication", new_values."scheduled_for", new_values."sequence", new_values."state_id", new_values."suit_id", new_values."summary", new_values."votes_absent", new_values."votes_against", new_values."votes_for" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='d5a33884d106001a74b6f1b66a45a1d74e458e5b', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_0e5a8', referencing='REFERENCING NEW TABLE AS new_values ', table='agreements_event', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='event',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agreements_eventhistory" ("agency_id", "agreement_id", "county_id", "earliest", "id", "is_being_checked", "is_from_list", "kind", "latest", "municipality_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "publication", "scheduled_for", "sequence", "state_id", "suit_id", "summary", "votes_absent", "votes_against", "votes_for") SELECT new_values."agency_id", new_values."agreement_id", new_values."county_id", new_values."earliest", new_values."id", new_values."is_being_checked", new_values."is_from_list", new_values."kind", new_values."latest", new_values."municipality_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."publication", new_values."scheduled_for", new_values."sequence", new_values."state_id", new_values."suit_id", new_values."summary", new_values."votes_absent", new_values."votes_against", new_values."votes_for" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."agency_id" IS DISTINCT FROM (new_values."agency_id") OR old_values."agreement_id" IS DISTINCT FROM (new_values."agreement_id") OR old_values."county_id" IS DISTINCT FROM (new_values."county_id") OR old_values."earliest" IS DISTINCT FROM (new_values."earliest") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."is_being_checked" IS DISTINCT FROM (new_values."is_being_checked") OR old_values."is_from_list" IS DISTINCT FROM (new_values."is_from_list") OR old_values."kind" IS DISTINCT FROM (new_values."kind") OR old_values."latest" IS DISTINCT FROM (new_values."latest") OR old_values."municipality_id" IS DISTINCT FROM (new_values."municipality_id") OR old_values."publication" IS DISTINCT FROM (new_values."publication") OR old_values."scheduled_for" IS DISTINCT FROM (new_values."scheduled_for") OR old_values."sequence" IS DISTINCT FROM (new_values."sequence") OR old_values."state_id" IS DISTINCT FROM (new_values."state_id") OR old_values."suit_id" IS DISTINCT FROM (new_values."suit_id") OR old_values."summary" IS DISTINCT FROM (new_values."summary") OR old_values."votes_absent" IS DISTINCT FROM (new_values."votes_absent") OR old_values."votes_against" IS DISTINCT FROM (new_values."votes_against") OR old_values."votes_for" IS DISTINCT FROM (new_values."votes_for")) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='30863ac3a06f840382071874bae83d5112ad1f24', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_8c9d7', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='agreements_event', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='event',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agreements_eventhistory" ("agency_id", "agreement_id", "county_id", "earliest", "id", "is_being_checked", "is_from_list", "kind", "latest", "municipality_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "publication", "scheduled_for", "sequence", "state_id", "suit_id", "summary", "votes_absent", "votes_against", "votes_for") SELECT old_values."agency_id", old_values."agreement_id", old_values."county_id", old_values."earliest", old_values."id", old_values."is_being_checked", old_values."is_from_list", old_values."kind", old_values."latest", old_values."municipality_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."publication", old_values."scheduled_for", old_values."sequence", old_values."state_id", old_values."suit_id", old_values."summary", old_values."votes_absent", old_values."votes_against", old_values."votes_for" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='93113848e0ca5a5bf54806fea52a0db66fc6e879', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_5ed13', referencing='REFERENCING OLD TABLE AS old_values ', table='agreements_event', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sheet',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agreements_sheethistory" ("file_name", "half_day", "held_because", "id", "is_settled", "layout", "list", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "problems", "published_on", "rows", "ruling", "sha256", "source_id") SELECT new_values."file_name", new_values."half_day", new_values."held_because", new_values."id", new_values."is_settled", new_values."layout", new_values."list", new_values."order", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."problems", new_values."published_on", new_values."rows", new_values."ruling", new_values."sha256", new_values."source_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='22f8e727b0fc2c5b8ad939eecf7f2f5f3cd7c80e', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_b2fe4', referencing='REFERENCING NEW TABLE AS new_values ', table='agreements_sheet', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sheet',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agreements_sheethistory" ("file_name", "half_day", "held_because", "id", "is_settled", "layout", "list", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "problems", "published_on", "rows", "ruling", "sha256", "source_id") SELECT new_values."file_name", new_values."half_day", new_values."held_because", new_values."id", new_values."is_settled", new_values."layout", new_values."list", new_values."order", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."problems", new_values."published_on", new_values."rows", new_values."ruling", new_values."sha256", new_values."source_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='a5c3d18706d7f10fcc4aef584c3d4bd741d35c9a', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_da5d0', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='agreements_sheet', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sheet',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agreements_sheethistory" ("file_name", "half_day", "held_because", "id", "is_settled", "layout", "list", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "problems", "published_on", "rows", "ruling", "sha256", "source_id") SELECT old_values."file_name", old_values."half_day", old_values."held_because", old_values."id", old_values."is_settled", old_values."layout", old_values."list", old_values."order", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."problems", old_values."published_on", old_values."rows", old_values."ruling", old_values."sha256", old_values."source_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='772b93446bc5859f7a322d0bf291dedb67807278', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_fb2cc', referencing='REFERENCING OLD TABLE AS old_values ', table='agreements_sheet', when='AFTER')),
        ),
        migrations.RunSQL(EXISTING_ROWS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='agency',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into__isnull', True), models.Q(('merged_into', models.F('id')), _negated=True), _connector='OR'), name='agency_not_merged_into_itself', violation_error_message='An agency cannot be merged into itself.'),
        ),
        migrations.AddConstraint(
            model_name='agencyalias',
            constraint=models.UniqueConstraint(fields=('state', 'printed_name', 'program'), name='alias_names_one_agency', violation_error_message='This printed name already stands for an agency of this state.'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into__isnull', True), models.Q(('merged_into', models.F('id')), _negated=True), _connector='OR'), name='agreement_not_merged_into_itself', violation_error_message='An agreement cannot be merged into itself.'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['discussed', 'vote_scheduled', 'vote_deferred', 'vote_failed', 'vote_approved', 'approved_by_staff', 'signed_locally', 'listed_pending', 'signed', 'active', 'declined', 'vote_rescinded', 'vote_reinstated', 'ended', 'off_list', 'relisted', 'departed', 'pending_lapsed', 'lawsuit_filed', 'suit_ended', 'court_filing', 'court_hearing', 'state_warning', 'statement', 'motion_failed', 'listed', 'checked', 'context'])), name='event_kind_known_value', violation_error_message='Choose the kind of event from the list.'),
        ),
        migrations.AddConstraint(
            model_name='listing',
            constraint=models.UniqueConstraint(fields=('first_sheet', 'form', 'occurrence'), name='listing_once_per_form', violation_error_message='This row of the sheet is already recorded.'),
        ),
        migrations.AddConstraint(
            model_name='listing',
            constraint=models.CheckConstraint(condition=models.Q(('form__regex', '^[0-9a-f]{32}$')), name='listing_form_is_md5', violation_error_message='The form of a row is 32 hexadecimal digits.'),
        ),
        migrations.AddConstraint(
            model_name='sheet',
            constraint=models.CheckConstraint(condition=models.Q(('half_day__in', ['am', 'mid', 'pm']), ('layout__in', ['participating', 'pending']), ('list__in', ['participating', 'pending'])), name='sheet_list_and_half_day_known_value', violation_error_message='Choose the list and the half-day.'),
        ),
        migrations.AddConstraint(
            model_name='sheet',
            constraint=models.CheckConstraint(condition=models.Q(('ruling__in', ['', 'use', 'set_aside'])), name='sheet_ruling_known_value', violation_error_message='Choose the ruling from the list.'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='agency',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='agreements.agency'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='agreement',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='agreements.agreement'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='answered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='proposal',
            name='other_agency',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreements.agency'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='sheet',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='agreements.sheet'),
        ),
        migrations.AddField(
            model_name='proposalhistory',
            name='agency',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='agreements.agency'),
        ),
        migrations.AddField(
            model_name='proposalhistory',
            name='agreement',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='agreements.agreement'),
        ),
        migrations.AddField(
            model_name='proposalhistory',
            name='answered_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='proposalhistory',
            name='other_agency',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='agreements.agency'),
        ),
        migrations.AddField(
            model_name='proposalhistory',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='proposalhistory',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history_entry', to='agreements.proposal'),
        ),
        migrations.AddField(
            model_name='proposalhistory',
            name='sheet',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='agreements.sheet'),
        ),
        migrations.DeleteModel(
            name='ListingHistory',
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['same_agency', 'departure', 'signed_again', 'sheet', 'place']), ('answer__in', ['', 'yes', 'no'])), name='proposal_kind_and_answer_known_value', violation_error_message='Answer yes or no, or leave it open.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='proposal',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agreements_proposalhistory" ("agency_id", "agreement_id", "answer", "answered_at", "answered_by_id", "evidence", "id", "is_current", "key", "kind", "note", "other_agency_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sentence", "sheet_id") SELECT new_values."agency_id", new_values."agreement_id", new_values."answer", new_values."answered_at", new_values."answered_by_id", new_values."evidence", new_values."id", new_values."is_current", new_values."key", new_values."kind", new_values."note", new_values."other_agency_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."sentence", new_values."sheet_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='43af2f977f53953c70b1cad5c548d8f04b43e06a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_8f1b5', referencing='REFERENCING NEW TABLE AS new_values ', table='agreements_proposal', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='proposal',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agreements_proposalhistory" ("agency_id", "agreement_id", "answer", "answered_at", "answered_by_id", "evidence", "id", "is_current", "key", "kind", "note", "other_agency_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sentence", "sheet_id") SELECT new_values."agency_id", new_values."agreement_id", new_values."answer", new_values."answered_at", new_values."answered_by_id", new_values."evidence", new_values."id", new_values."is_current", new_values."key", new_values."kind", new_values."note", new_values."other_agency_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."sentence", new_values."sheet_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='662efc17208a6041fa7bbca2549c1a6651792d78', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_3d27b', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='agreements_proposal', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='proposal',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "agreements_proposalhistory" ("agency_id", "agreement_id", "answer", "answered_at", "answered_by_id", "evidence", "id", "is_current", "key", "kind", "note", "other_agency_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sentence", "sheet_id") SELECT old_values."agency_id", old_values."agreement_id", old_values."answer", old_values."answered_at", old_values."answered_by_id", old_values."evidence", old_values."id", old_values."is_current", old_values."key", old_values."kind", old_values."note", old_values."other_agency_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."sentence", old_values."sheet_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='09fc4b5daac1d61337cf41b96efbebe7c8b62196', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_1f732', referencing='REFERENCING OLD TABLE AS old_values ', table='agreements_proposal', when='AFTER')),
        ),
    ]
