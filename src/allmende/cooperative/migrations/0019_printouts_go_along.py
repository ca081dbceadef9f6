from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cooperative", "0018_refusals_by_letter")]

    operations = [
        migrations.AddField(
            model_name="printout",
            name="together",
            field=models.UUIDField(db_index=True, editable=False, null=True),
        ),
    ]
