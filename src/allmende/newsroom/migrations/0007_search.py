import django.db.models.deletion
from django.db import migrations, models

# The rows are kept by Django, the index by the database: whatever writes a row, it is in step.
# Words hold letters and digits of any script, and underscores; only spaces part them. The ASCII
# tokenizer takes them so, whatever version of Unicode the library was built with. Positions are
# not kept (detail=none): phrases are looked for in the rows.
LAY = {
    "sqlite": [
        """
        CREATE VIRTUAL TABLE newsroom_searchindex USING fts5(
            words, content='newsroom_searchentry', content_rowid='place',
            detail=none, columnsize=0, tokenize="ascii tokenchars '_'"
        )
        """,
        """
        CREATE TRIGGER newsroom_searchentry_in AFTER INSERT ON newsroom_searchentry BEGIN
            INSERT INTO newsroom_searchindex (rowid, words) VALUES (new.place, new.words);
        END
        """,
        """
        CREATE TRIGGER newsroom_searchentry_out AFTER DELETE ON newsroom_searchentry BEGIN
            INSERT INTO newsroom_searchindex (newsroom_searchindex, rowid, words)
                VALUES ('delete', old.place, old.words);
        END
        """,
        """
        CREATE TRIGGER newsroom_searchentry_anew AFTER UPDATE ON newsroom_searchentry BEGIN
            INSERT INTO newsroom_searchindex (newsroom_searchindex, rowid, words)
                VALUES ('delete', old.place, old.words);
            INSERT INTO newsroom_searchindex (rowid, words) VALUES (new.place, new.words);
        END
        """,
    ],
    # Ranges of words are read in the order of their letters, whatever the database's language. The
    # index is read while articles are published, so no list of pending words grows before it. What
    # is long in a row lies beside it: a search looks at places of thousands of rows.
    "postgresql": [
        'ALTER TABLE newsroom_searchword ALTER COLUMN word TYPE varchar(40) COLLATE "C",'
        ' ALTER COLUMN backwards TYPE varchar(40) COLLATE "C"',
        "ALTER TABLE newsroom_searchentry SET (toast_tuple_target = 128)",
        """
        CREATE INDEX newsroom_searchentry_words ON newsroom_searchentry
            USING gin (array_to_tsvector(string_to_array(btrim(words), ' ')))
            WITH (fastupdate = off)
        """,
    ],
}
CLEAR = {"sqlite": ["DROP TABLE newsroom_searchindex"], "postgresql": []}


def lay(apps, schema_editor):
    for statement in LAY[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def clear(apps, schema_editor):
    for statement in CLEAR[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0006_tickers")]

    operations = [
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("word", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("backwards", models.CharField(db_index=True, max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("place", models.BigIntegerField(primary_key=True, serialize=False)),
                ("version", models.PositiveSmallIntegerField()),
                ("words", models.TextField()),
                ("text", models.TextField()),
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="newsroom.article",
                    ),
                ),
            ],
        ),
        migrations.RunPython(lay, clear),
    ]
