from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0003_proof")]

    operations = [
        migrations.AlterModelOptions(
            name="person",
            options={
                "permissions": [
                    ("merge_person", "May say that two persons are one"),
                    ("erase_person", "May erase persons"),
                ],
                "verbose_name": "person",
                "verbose_name_plural": "persons",
            },
        ),
    ]
