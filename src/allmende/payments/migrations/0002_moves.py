from django.db import migrations

# Which state may follow which, as in models/moves.py on the day of this migration. A table that
# SQLite makes anew for a later change loses its trigger: lay it again there.
MOVES = {
    "pledge": {
        "draft": "awaiting active ended",
        "awaiting": "active ending ended",
        "active": "paused ending ended",
        "paused": "active ending ended",
        "ending": "ended",
    },
    "dueitem": {
        "planned": "announced submitted collected failed waived",
        "announced": "planned submitted collected failed waived",
        "submitted": "planned announced collected failed",
        "collected": "returned refunded charged_back",
        "returned": "reopened closed",
        "refunded": "reopened closed",
        "charged_back": "collected refunded reopened closed",
        "reopened": "announced submitted collected failed waived closed",
        "closed": "collected",
        "failed": "planned announced submitted collected waived",
        "waived": "collected",
    },
    "paymentattempt": {
        "created": "submitted settled surplus failed",
        "submitted": "settled surplus failed",
        "failed": "settled surplus",
        "settled": "returned refunded charged_back",
        "surplus": "settled returned refunded charged_back",
        "charged_back": "settled surplus refunded",
    },
    "mandate": {
        "signed": "active amended dormant revoked blocked",
        "active": "amended dormant revoked blocked",
        "amended": "active dormant revoked blocked",
        "blocked": "amended dormant revoked",
    },
    "sepabatch": {
        "open": "frozen",
        "frozen": "exported rejected",
        "exported": "accepted rejected booked",
        "accepted": "rejected booked",
    },
    "refund": {
        "asked": "submitted done failed",
        "submitted": "done failed",
        "failed": "submitted done",
    },
}


def steps(moves):
    return ", ".join(f"'{one}>{then}'" for one, more in moves.items() for then in more.split())


def lay(apps, schema_editor):
    on_postgres = schema_editor.connection.vendor == "postgresql"
    for table, moves in MOVES.items():
        for statement in (postgres if on_postgres else sqlite)(table, steps(moves)):
            schema_editor.execute(statement, params=None)


def sqlite(table, allowed):
    yield f"""
        CREATE TRIGGER payments_{table}_moves BEFORE UPDATE OF state ON payments_{table}
        WHEN OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ({allowed}) BEGIN
            SELECT RAISE(ABORT, 'a {table} does not take this step');
        END
    """


def postgres(table, allowed):
    yield f"""
        CREATE FUNCTION payments_{table}_moves() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'a {table} does not take the step % > %', OLD.state, NEW.state
                USING ERRCODE = 'check_violation';
        END $$
    """
    yield f"""
        CREATE TRIGGER payments_{table}_moves BEFORE UPDATE OF state ON payments_{table}
        FOR EACH ROW WHEN (
            OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ({allowed})
        ) EXECUTE FUNCTION payments_{table}_moves()
    """


def clear(apps, schema_editor):
    for table in MOVES:
        what = "FUNCTION" if schema_editor.connection.vendor == "postgresql" else "TRIGGER"
        end = " CASCADE" if what == "FUNCTION" else ""
        schema_editor.execute(f"DROP {what} payments_{table}_moves{end}", params=None)


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]

    operations = [migrations.RunPython(lay, clear)]
