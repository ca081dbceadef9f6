from django.db import migrations

# What models/statute.py promises. On SQLite, whoever rebuilds one of these tables in a later
# migration drops its triggers with the old table and must lay them again.
STATUTE, GROUP, DOCUMENT = (
    "cooperative_statute",
    "cooperative_membergroup",
    "cooperative_statutedocument",
)
KEPT = "a published statute is not changed: publish another version"
DOCUMENT_KEPT = "a document is named by its content"


def sqlite():
    for deed in ("UPDATE", "DELETE"):
        yield f"""
            CREATE TRIGGER {STATUTE}_no_{deed.lower()} BEFORE {deed} ON {STATUTE}
            WHEN OLD.published_at IS NOT NULL BEGIN SELECT RAISE(ABORT, '{KEPT}'); END
        """
    # REPLACE would delete without asking the triggers.
    yield f"""
        CREATE TRIGGER {STATUTE}_not_replaced BEFORE INSERT ON {STATUTE} BEGIN
            SELECT RAISE(ABORT, '{KEPT}') WHERE EXISTS (
                SELECT 1 FROM {STATUTE} WHERE (id = NEW.id OR number = NEW.number)
                AND published_at IS NOT NULL
            );
        END
    """
    for deed, rows in (("INSERT", ["NEW"]), ("UPDATE", ["OLD", "NEW"]), ("DELETE", ["OLD"])):
        theirs = ", ".join(f"{row}.statute_id" for row in rows)
        yield f"""
            CREATE TRIGGER {GROUP}_no_{deed.lower()} BEFORE {deed} ON {GROUP} BEGIN
                SELECT RAISE(ABORT, '{KEPT}') WHERE EXISTS (
                    SELECT 1 FROM {STATUTE} WHERE id IN ({theirs}) AND published_at IS NOT NULL
                );
            END
        """
    yield f"""
        CREATE TRIGGER {DOCUMENT}_no_update BEFORE UPDATE ON {DOCUMENT} BEGIN
            SELECT RAISE(ABORT, '{DOCUMENT_KEPT}');
        END
    """
    yield f"""
        CREATE TRIGGER {DOCUMENT}_not_replaced BEFORE INSERT ON {DOCUMENT} BEGIN
            SELECT RAISE(ABORT, '{DOCUMENT_KEPT}') WHERE EXISTS (
                SELECT 1 FROM {DOCUMENT} WHERE sha256 = NEW.sha256
            );
        END
    """


POSTGRESQL = [
    f"""
    CREATE FUNCTION cooperative_keep_statute() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.published_at IS NOT NULL THEN
            RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END $$
    """,
    f"CREATE TRIGGER {STATUTE}_kept BEFORE UPDATE OR DELETE ON {STATUTE}"
    " FOR EACH ROW EXECUTE FUNCTION cooperative_keep_statute()",
    # FOR SHARE: somebody may be publishing the statute this moment.
    f"""
    CREATE FUNCTION cooperative_keep_group() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        published timestamptz;
    BEGIN
        IF TG_OP <> 'INSERT' THEN
            SELECT published_at INTO published FROM {STATUTE} WHERE id = OLD.statute_id FOR SHARE;
        END IF;
        IF published IS NULL AND TG_OP <> 'DELETE' THEN
            SELECT published_at INTO published FROM {STATUTE} WHERE id = NEW.statute_id FOR SHARE;
        END IF;
        IF published IS NOT NULL THEN
            RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END $$
    """,
    f"CREATE TRIGGER {GROUP}_kept BEFORE INSERT OR UPDATE OR DELETE ON {GROUP}"
    " FOR EACH ROW EXECUTE FUNCTION cooperative_keep_group()",
    f"""
    CREATE FUNCTION cooperative_keep_document() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{DOCUMENT_KEPT}' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    f"CREATE TRIGGER {DOCUMENT}_kept BEFORE UPDATE ON {DOCUMENT}"
    " FOR EACH ROW EXECUTE FUNCTION cooperative_keep_document()",
    """
    CREATE FUNCTION cooperative_keep_all() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'statutes are not emptied' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    *[
        f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION cooperative_keep_all()"
        for table in (STATUTE, GROUP, DOCUMENT)
    ],
]
SQLITE_TRIGGERS = [
    *[f"{STATUTE}_{rule}" for rule in ("no_update", "no_delete", "not_replaced")],
    *[f"{GROUP}_no_{deed}" for deed in ("insert", "update", "delete")],
    *[f"{DOCUMENT}_{rule}" for rule in ("no_update", "not_replaced")],
]
FUNCTIONS = ["keep_statute", "keep_group", "keep_document", "keep_all"]


def lay(apps, schema_editor):
    there = schema_editor.connection.vendor
    for statement in sqlite() if there == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


def clear(apps, schema_editor):
    drops = [f"DROP TRIGGER {name}" for name in SQLITE_TRIGGERS]
    if schema_editor.connection.vendor == "postgresql":
        drops = [f"DROP FUNCTION cooperative_{name} CASCADE" for name in FUNCTIONS]
    for statement in drops:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("cooperative", "0001_statute")]

    operations = [migrations.RunPython(lay, clear)]
