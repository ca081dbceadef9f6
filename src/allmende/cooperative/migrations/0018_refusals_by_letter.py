from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cooperative", "0017_papers_come_later")]

    operations = [
        # SQLite adds a column that may be empty without rebuilding the table: its trigger stays.
        migrations.AddField(
            model_name="declaration",
            name="told_on",
            field=models.DateField(null=True, verbose_name="told by letter"),
        ),
    ]
