from django.db import migrations

# What models/register.py promises. On SQLite, whoever rebuilds one of these tables in a later
# migration drops its triggers with the old table and must lay them again.
FOLLOWS = """
    NEW.number = coalesce((SELECT max(number) FROM cooperative_registerevent), 0) + 1
    AND NEW.previous = coalesce(
        (SELECT hash FROM cooperative_registerevent ORDER BY number DESC LIMIT 1),
        '0000000000000000000000000000000000000000000000000000000000000000'
    )
    AND NEW.recorded_at >= coalesce(
        (SELECT recorded_at FROM cooperative_registerevent ORDER BY number DESC LIMIT 1),
        NEW.recorded_at
    )
"""
JOINS = "CASE WHEN {0}.kind = 'transferred' THEN {0}.other_id ELSE {0}.membership_id END"
TAKEN = f"""
    SELECT 1 FROM cooperative_registerevent AS earlier
    WHERE earlier.member_number = NEW.member_number AND {JOINS.format("earlier")} <> {JOINS.format("NEW")}
"""
RENAMED = f"""
    SELECT 1 FROM cooperative_registerevent AS earlier
    WHERE (earlier.membership_id = {JOINS.format("NEW")} OR earlier.other_id = {JOINS.format("NEW")})
    AND {JOINS.format("earlier")} = {JOINS.format("NEW")}
    AND earlier.member_number <> NEW.member_number
"""
OTHERS = """
    SELECT 1 FROM cooperative_registerevent WHERE number = NEW.corrects_id
    AND kind <> 'correction' AND membership_id IS NOT DISTINCT FROM NEW.membership_id
    AND other_id IS NOT DISTINCT FROM NEW.other_id
"""
KEPT = "the register is not changed: record a correction"
ONLY = "a payload is not changed"
REFUSALS = [
    ("this is not the next event of the register", f"NOT ({FOLLOWS})"),
    (
        "the member number is another''s",
        f"NEW.member_number IS NOT NULL AND (EXISTS ({TAKEN}) OR EXISTS ({RENAMED}))",
    ),
    (
        "it corrects nothing that stands",
        f"NEW.corrects_id IS NOT NULL AND NOT EXISTS ({OTHERS})",
    ),
]


def sqlite():
    for deed in ("UPDATE", "DELETE"):
        yield f"""
            CREATE TRIGGER cooperative_event_no_{deed.lower()}
            BEFORE {deed} ON cooperative_registerevent BEGIN
                SELECT RAISE(ABORT, '{KEPT}');
            END
        """
    yield f"""
        CREATE TRIGGER cooperative_payload_no_update
        BEFORE UPDATE ON cooperative_registerpayload BEGIN
            SELECT RAISE(ABORT, '{ONLY}');
        END
    """
    yield """
        CREATE TRIGGER cooperative_membership_no_delete
        BEFORE DELETE ON cooperative_membership BEGIN
            SELECT RAISE(ABORT, 'a membership is not deleted');
        END
    """
    refusals = "\n".join(
        f"SELECT RAISE(ABORT, '{words}') WHERE {when};" for words, when in REFUSALS
    )
    yield f"""
        CREATE TRIGGER cooperative_event_follows
        BEFORE INSERT ON cooperative_registerevent BEGIN {refusals} END
    """.replace("IS NOT DISTINCT FROM", "IS")
    # REPLACE would delete without asking the triggers.
    yield """
        CREATE TRIGGER cooperative_payload_joins
        BEFORE INSERT ON cooperative_registerpayload BEGIN
            SELECT RAISE(ABORT, 'a payload is not replaced') WHERE EXISTS (
                SELECT 1 FROM cooperative_registerpayload WHERE event_id = NEW.event_id
            );
        END
    """


def refuse(words, when):
    return f"""
        IF {when} THEN
            RAISE EXCEPTION '{words}' USING ERRCODE = 'check_violation';
        END IF;
    """


def keep(name, words):
    return f"""
        CREATE FUNCTION cooperative_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{words}' USING ERRCODE = 'restrict_violation';
        END $$
    """


POSTGRESQL = [
    keep("keep_event", KEPT),
    keep("keep_payload", ONLY),
    keep("keep_membership", "a membership is not deleted"),
    "CREATE TRIGGER cooperative_event_kept BEFORE UPDATE OR DELETE OR TRUNCATE"
    " ON cooperative_registerevent FOR EACH STATEMENT EXECUTE FUNCTION cooperative_keep_event()",
    "CREATE TRIGGER cooperative_payload_kept BEFORE UPDATE ON cooperative_registerpayload"
    " FOR EACH STATEMENT EXECUTE FUNCTION cooperative_keep_payload()",
    "CREATE TRIGGER cooperative_membership_kept BEFORE DELETE OR TRUNCATE"
    " ON cooperative_membership FOR EACH STATEMENT"
    " EXECUTE FUNCTION cooperative_keep_membership()",
    f"""
    CREATE FUNCTION cooperative_follow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        {"".join(refuse(words, when) for words, when in REFUSALS)}
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER cooperative_event_follows BEFORE INSERT ON cooperative_registerevent"
    " FOR EACH ROW EXECUTE FUNCTION cooperative_follow()",
]
SQLITE_TRIGGERS = [
    "event_no_update",
    "event_no_delete",
    "payload_no_update",
    "membership_no_delete",
    "event_follows",
    "payload_joins",
]
FUNCTIONS = ["keep_event", "keep_payload", "keep_membership", "follow"]


def lay(apps, schema_editor):
    there = schema_editor.connection.vendor
    for statement in sqlite() if there == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)
    apps.get_model("cooperative", "RegisterHead").objects.create(pk=1)


def clear(apps, schema_editor):
    there = schema_editor.connection.vendor
    drops = [f"DROP TRIGGER cooperative_{name}" for name in SQLITE_TRIGGERS]
    if there == "postgresql":
        drops = [f"DROP FUNCTION cooperative_{name} CASCADE" for name in FUNCTIONS]
    for statement in drops:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("cooperative", "0003_register")]

    operations = [migrations.RunPython(lay, clear)]
