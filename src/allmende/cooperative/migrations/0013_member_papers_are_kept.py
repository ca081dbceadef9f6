from django.db import migrations

# What models/asking.py promises. On SQLite, whoever rebuilds this table in a later migration drops
# its triggers with the old table and must lay them again.
TABLE = "cooperative_memberpaper"
KEPT = "the paper of a declaration is kept as it was made"

SQLITE = [
    f"""
    CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE ON {TABLE} BEGIN
        SELECT RAISE(ABORT, '{KEPT}');
    END
    """,
    # REPLACE would delete without asking.
    f"""
    CREATE TRIGGER {TABLE}_not_replaced BEFORE INSERT ON {TABLE} BEGIN
        SELECT RAISE(ABORT, '{KEPT}') WHERE EXISTS (
            SELECT 1 FROM {TABLE} WHERE event_id = NEW.event_id
        );
    END
    """,
]
POSTGRESQL = [
    f"""
    CREATE FUNCTION cooperative_keep_member_paper() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    f"CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE ON {TABLE}"
    " FOR EACH ROW EXECUTE FUNCTION cooperative_keep_member_paper()",
]


def lay(apps, schema_editor):
    there = schema_editor.connection.vendor
    for statement in SQLITE if there == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


def clear(apps, schema_editor):
    drops = [f"DROP TRIGGER {TABLE}_{rule}" for rule in ("no_update", "not_replaced")]
    if schema_editor.connection.vendor == "postgresql":
        drops = ["DROP FUNCTION cooperative_keep_member_paper CASCADE"]
    for statement in drops:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("cooperative", "0012_member_page")]

    operations = [migrations.RunPython(lay, clear)]
