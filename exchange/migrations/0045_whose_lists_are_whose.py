import accounts.models.held_by_trigger
import django.contrib.postgres.fields
from django.conf import settings
from django.db import migrations, models

from exchange.migrations._sending_sql import FORGET, INSTALL, REMOVE, fill_departments


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0011_which_department'),
        ('children', '0028_certificate_not_valid_since'),
        ('exchange', '0044_the_countys_report'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='sharingfigure',
            name='sharing_figure_key_known',
        ),
        migrations.RemoveField(
            model_name='historicalfindingquestion',
            name='facts',
        ),
        migrations.RemoveField(
            model_name='historicalfindingquestion',
            name='person',
        ),
        migrations.AddField(
            model_name='feed',
            name='departments',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('CIVIL_AFFAIRS', 'civil affairs'), ('FEDERATION', "disabled persons' federation"), ('EDUCATION', 'education'), ('HEALTH', 'health'), ('MEDICAL', 'medical insurance'), ('JUSTICE', 'justice and police')], max_length=20), blank=True, default=list, help_text='Their liaisons may send such lists. The county may send all.', size=None, verbose_name='departments that send it'),
        ),
        migrations.AddField(
            model_name='findingquestion',
            name='forgotten_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='historicalfeed',
            name='departments',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('CIVIL_AFFAIRS', 'civil affairs'), ('FEDERATION', "disabled persons' federation"), ('EDUCATION', 'education'), ('HEALTH', 'health'), ('MEDICAL', 'medical insurance'), ('JUSTICE', 'justice and police')], max_length=20), blank=True, default=list, help_text='Their liaisons may send such lists. The county may send all.', size=None, verbose_name='departments that send it'),
        ),
        migrations.AddField(
            model_name='historicalfindingquestion',
            name='forgotten_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='historicalsharingfigure',
            name='key',
            field=models.CharField(choices=[('APPROVED_FROM', 'a list of … rows or more needs a second person'), ('DAYS_READY', 'days in which an approved list may be fetched'), ('GROWN_PER_CENT', 'per cent by which it may have grown since its approval'), ('PASSWORD_LENGTH', 'characters that the password of a list has at least'), ('CLOSED_DAYS', 'days for which a closed file stands in the list of exits'), ('FILE_DAYS', 'days for which files of lists, and rows that no newer list has, are kept, sealed'), ('ROW_DAYS', 'days for which rows of the newest list are kept in full, sealed'), ('ANSWER_DAYS', 'days in which a department answers a batch of numbers'), ('QUESTION_DAYS', 'days in which a department answers of a finding'), ('QUESTION_KEPT_DAYS', 'days for which what a department was told of a finding is kept after its answer')], max_length=40, verbose_name='figure'),
        ),
        migrations.AlterField(
            model_name='sharingfigure',
            name='key',
            field=models.CharField(choices=[('APPROVED_FROM', 'a list of … rows or more needs a second person'), ('DAYS_READY', 'days in which an approved list may be fetched'), ('GROWN_PER_CENT', 'per cent by which it may have grown since its approval'), ('PASSWORD_LENGTH', 'characters that the password of a list has at least'), ('CLOSED_DAYS', 'days for which a closed file stands in the list of exits'), ('FILE_DAYS', 'days for which files of lists, and rows that no newer list has, are kept, sealed'), ('ROW_DAYS', 'days for which rows of the newest list are kept in full, sealed'), ('ANSWER_DAYS', 'days in which a department answers a batch of numbers'), ('QUESTION_DAYS', 'days in which a department answers of a finding'), ('QUESTION_KEPT_DAYS', 'days for which what a department was told of a finding is kept after its answer')], max_length=40, verbose_name='figure'),
        ),
        migrations.AddIndex(
            model_name='findingquestion',
            index=models.Index(condition=models.Q(('closed_at__isnull', False)), fields=['asked_of', '-closed_at', '-id'], name='finding_question_withdrawn'),
        ),
        migrations.AddConstraint(
            model_name='feed',
            constraint=models.CheckConstraint(condition=models.Q(('departments__contained_by', ['CIVIL_AFFAIRS', 'FEDERATION', 'EDUCATION', 'HEALTH', 'MEDICAL', 'JUSTICE'])), name='feed_departments_known'),
        ),
        migrations.AddConstraint(
            model_name='feed',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'register'), _negated=True), ('departments', []), _connector='OR'), name='feed_register_is_of_the_county', violation_error_message='No department sends the register of children.'),
        ),
        migrations.AddConstraint(
            model_name='findingquestion',
            constraint=models.CheckConstraint(condition=models.Q(('forgotten_at__isnull', True), models.Q(('facts', {}), models.Q(('answered_at__isnull', False), ('closed_at__isnull', False), _connector='OR')), _connector='OR'), name='finding_question_forgotten_once_it_is_over'),
        ),
        migrations.AddConstraint(
            model_name='listupload',
            constraint=accounts.models.held_by_trigger.HeldByTrigger(name='list_upload_is_of_its_department', violation_error_message='Your department does not send lists of this kind.'),
        ),
        migrations.AddConstraint(
            model_name='sharingfigure',
            constraint=models.CheckConstraint(condition=models.Q(('key__in', ['APPROVED_FROM', 'DAYS_READY', 'GROWN_PER_CENT', 'PASSWORD_LENGTH', 'CLOSED_DAYS', 'FILE_DAYS', 'ROW_DAYS', 'ANSWER_DAYS', 'QUESTION_DAYS', 'QUESTION_KEPT_DAYS'])), name='sharing_figure_key_known'),
        ),
        migrations.RunPython(fill_departments, migrations.RunPython.noop),
        migrations.RunSQL(INSTALL + FORGET, REMOVE),
    ]
