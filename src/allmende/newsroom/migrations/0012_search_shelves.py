from django.db import migrations

# Beside its words each row has the shelf of its time, 194 days wide: a search for a word that stands
# everywhere asks for the newest shelves and reads no row of the others.
ROWS = "array_to_tsvector(string_to_array(btrim(words){}, ' '))"
SHELVES = ROWS.format(" || ' t_' || (place >> 54)::text")


def lay_anew(by: str):
    def change(apps, schema_editor):
        if schema_editor.connection.vendor != "postgresql":
            return  # reads the newest rows first by itself
        schema_editor.execute("DROP INDEX newsroom_searchentry_words")
        schema_editor.execute(
            "CREATE INDEX newsroom_searchentry_words ON newsroom_searchentry"
            f" USING gin ({by}) WITH (fastupdate = off)"
        )

    return change


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0011_moved_targets")]

    operations = [migrations.RunPython(lay_anew(SHELVES), lay_anew(ROWS.format("")))]
