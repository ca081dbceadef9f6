from django.db import migrations

# What models/declarations.py promises. On SQLite, whoever rebuilds one of these tables in a later
# migration drops its triggers with the old table and must lay them again.
ROW = "cooperative_declaration"
SEALED = ["cooperative_declarationtext", "cooperative_declarationpaper"]
KEPT = "a declaration is kept as it was made"
# Of what was declared; the office may mend what it typed in from paper.
FIXED = [
    "key", "who", "statute_id", "group", "shares", "instalments", "language", "together",
    "is_gift", "own_hand", "created_at",
]  # fmt: skip


def differs(column, same):
    return f'NOT (OLD."{column}" {same} NEW."{column}")'


def changed(same):
    """same: how an engine compares what may be NULL."""
    fixed = " OR ".join(differs(column, same) for column in FIXED)
    day = f"OLD.declared_on IS NOT NULL AND {differs('declared_on', same)}"
    back = (
        "OLD.state IN ('admitted', 'refused', 'withdrawn') AND NEW.state <> OLD.state"
        " OR OLD.state = 'stands' AND NEW.state = 'waiting'"
    )
    return f"OLD.way <> NEW.way OR OLD.way <> 'paper' AND ({fixed} OR {day}) OR {back}"


def sqlite():
    yield f"""
        CREATE TRIGGER {ROW}_kept BEFORE UPDATE ON {ROW} WHEN {changed("IS")} BEGIN
            SELECT RAISE(ABORT, '{KEPT}');
        END
    """
    for table in SEALED:
        yield f"""
            CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN
                SELECT RAISE(ABORT, '{KEPT}');
            END
        """
        # REPLACE would delete without asking.
        yield f"""
            CREATE TRIGGER {table}_not_replaced BEFORE INSERT ON {table} BEGIN
                SELECT RAISE(ABORT, '{KEPT}') WHERE EXISTS (
                    SELECT 1 FROM {table} WHERE declaration_id = NEW.declaration_id
                );
            END
        """


POSTGRESQL = [
    f"""
    CREATE FUNCTION cooperative_keep_declaration() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    f"CREATE TRIGGER {ROW}_kept BEFORE UPDATE ON {ROW} FOR EACH ROW"
    f" WHEN ({changed('IS NOT DISTINCT FROM')}) EXECUTE FUNCTION cooperative_keep_declaration()",
    *[
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION cooperative_keep_declaration()"
        for table in SEALED
    ],
]
SQLITE_TRIGGERS = [
    f"{ROW}_kept",
    *[f"{table}_{rule}" for table in SEALED for rule in ("no_update", "not_replaced")],
]


def lay(apps, schema_editor):
    there = schema_editor.connection.vendor
    for statement in sqlite() if there == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


def clear(apps, schema_editor):
    drops = [f"DROP TRIGGER {name}" for name in SQLITE_TRIGGERS]
    if schema_editor.connection.vendor == "postgresql":
        drops = ["DROP FUNCTION cooperative_keep_declaration CASCADE"]
    for statement in drops:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("cooperative", "0005_declarations")]

    operations = [migrations.RunPython(lay, clear)]
