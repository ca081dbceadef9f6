from django.db import migrations

# What models.py promises. On SQLite, whoever rebuilds one of these tables in a later migration
# drops its triggers with the old table and must lay them again.
SEALS = """
    SELECT count(*) >= 2 AND count(*) = NEW.lines AND max(number) = NEW.lines
        AND min(booked_on) = NEW.booked_on AND max(booked_on) = NEW.booked_on
    FROM ledger_posting WHERE entry_id = NEW.id
"""
UNEVEN = """
    SELECT 1 FROM ledger_posting WHERE entry_id = NEW.id GROUP BY currency HAVING sum(cents) <> 0
"""
MIRRORED = """
    SELECT count(*) = NEW.lines AND count(*) = (SELECT lines FROM ledger_entry WHERE id = NEW.reverses_id)
    FROM ledger_posting AS ours JOIN ledger_posting AS theirs
        ON theirs.entry_id = NEW.reverses_id AND theirs.number = ours.number
        AND theirs.account_id = ours.account_id AND theirs.party = ours.party
        AND theirs.currency = ours.currency AND theirs.cents = -ours.cents
    WHERE ours.entry_id = NEW.id
"""
SUMS = """
    CREATE VIEW ledger_daysum AS
    SELECT account_id, currency, day, cents, postings FROM ledger_daytotal
    UNION ALL SELECT account_id, currency, day, cents, postings FROM ledger_addition
"""
KEPT = ["ledger_entry", "ledger_posting"]


def sqlite():
    yield SUMS
    for table in KEPT:
        for deed in ("UPDATE", "DELETE"):
            yield f"""
                CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} BEGIN
                    SELECT RAISE(ABORT, 'the ledger is not changed: reverse the entry');
                END
            """
    # REPLACE would delete without asking the triggers.
    yield f"""
        CREATE TRIGGER ledger_entry_sealed BEFORE INSERT ON ledger_entry BEGIN
            SELECT RAISE(ABORT, 'an entry is not replaced') WHERE EXISTS (
                SELECT 1 FROM ledger_entry WHERE id = NEW.id OR key = NEW.key
                OR reverses_id = NEW.reverses_id
            );
            SELECT RAISE(ABORT, 'these are not the postings of the entry')
                WHERE NOT coalesce(({SEALS}), 0);
            SELECT RAISE(ABORT, 'the postings do not add up to zero') WHERE EXISTS ({UNEVEN});
            SELECT RAISE(ABORT, 'this is not the mirror image of what it reverses')
                WHERE NEW.reverses_id IS NOT NULL AND NOT coalesce(({MIRRORED}), 0);
        END
    """
    yield """
        CREATE TRIGGER ledger_posting_joins BEFORE INSERT ON ledger_posting BEGIN
            SELECT RAISE(ABORT, 'the entry stands already') WHERE EXISTS (
                SELECT 1 FROM ledger_entry WHERE id = NEW.entry_id
            );
            SELECT RAISE(ABORT, 'a posting is not replaced') WHERE EXISTS (
                SELECT 1 FROM ledger_posting WHERE entry_id = NEW.entry_id AND number = NEW.number
            );
            SELECT RAISE(ABORT, 'cents are whole') WHERE typeof(NEW.cents) <> 'integer';
        END
    """
    yield """
        CREATE TRIGGER ledger_posting_adds AFTER INSERT ON ledger_posting BEGIN
            INSERT INTO ledger_daytotal (account_id, currency, day, cents, postings)
            VALUES (NEW.account_id, NEW.currency, NEW.booked_on, NEW.cents, 1)
            ON CONFLICT (account_id, currency, day) DO UPDATE
            SET cents = cents + excluded.cents, postings = postings + 1;
        END
    """
    yield """
        CREATE TRIGGER ledger_account_kept BEFORE UPDATE OF code, kind ON ledger_account BEGIN
            SELECT RAISE(ABORT, 'only the number of an account is changed');
        END
    """


FOLD_EVERY = 500  # additions; so many rows, at about, a sum has to look through

POSTGRESQL = [
    SUMS,
    """
    CREATE FUNCTION ledger_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the ledger is not changed: reverse the entry'
            USING ERRCODE = 'restrict_violation';
    END $$
    """,
    *[
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION ledger_keep()"
        for table in KEPT
    ],
    f"""
    CREATE FUNCTION ledger_seal() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT coalesce(({SEALS}), false) THEN
            RAISE EXCEPTION 'these are not the postings of the entry'
                USING ERRCODE = 'check_violation';
        END IF;
        IF EXISTS ({UNEVEN}) THEN
            RAISE EXCEPTION 'the postings do not add up to zero'
                USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.reverses_id IS NOT NULL AND NOT coalesce(({MIRRORED}), false) THEN
            RAISE EXCEPTION 'this is not the mirror image of what it reverses'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER ledger_entry_sealed BEFORE INSERT ON ledger_entry"
    " FOR EACH ROW EXECUTE FUNCTION ledger_seal()",
    # Somebody else may be adding postings to an entry that is being sealed and not seen yet. The
    # numbers of a sealed entry are all taken, so it is enough to refuse greater ones at the commit.
    """
    CREATE FUNCTION ledger_join() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT 1 FROM ledger_entry WHERE id = NEW.entry_id AND lines >= NEW.number
        ) THEN
            RAISE EXCEPTION 'a posting without its entry' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$
    """,
    "CREATE CONSTRAINT TRIGGER ledger_posting_joins AFTER INSERT ON ledger_posting"
    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_join()",
    """
    CREATE FUNCTION ledger_fold() RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        -- One at a time, and nobody waits: whoever comes next takes what is left.
        IF NOT pg_try_advisory_xact_lock(hashtext('ledger_fold')) THEN
            RETURN;
        END IF;
        WITH taken AS (
            DELETE FROM ledger_addition RETURNING account_id, currency, day, cents, postings
        )
        INSERT INTO ledger_daytotal AS total (account_id, currency, day, cents, postings)
        SELECT account_id, currency, day, sum(cents), sum(postings) FROM taken GROUP BY 1, 2, 3
        ON CONFLICT (account_id, currency, day) DO UPDATE
        SET cents = total.cents + excluded.cents, postings = total.postings + excluded.postings;
    END $$
    """,
    f"""
    CREATE FUNCTION ledger_add() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        written bigint;
    BEGIN
        IF EXISTS (SELECT 1 FROM fresh JOIN ledger_entry ON ledger_entry.id = fresh.entry_id) THEN
            RAISE EXCEPTION 'the entry stands already' USING ERRCODE = 'check_violation';
        END IF;
        INSERT INTO ledger_addition (account_id, currency, day, cents, postings)
        SELECT account_id, currency, booked_on, sum(cents), count(*) FROM fresh GROUP BY 1, 2, 3;
        GET DIAGNOSTICS written = ROW_COUNT;
        IF written > 0
            AND currval(pg_get_serial_sequence('ledger_addition', 'id')) % {FOLD_EVERY} < written
        THEN
            PERFORM ledger_fold();
        END IF;
        RETURN NULL;
    END $$
    """,
    "CREATE TRIGGER ledger_posting_adds AFTER INSERT ON ledger_posting"
    " REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_add()",
    """
    CREATE FUNCTION ledger_account_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.code <> OLD.code OR NEW.kind <> OLD.kind THEN
            RAISE EXCEPTION 'only the number of an account is changed'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER ledger_account_kept BEFORE UPDATE ON ledger_account"
    " FOR EACH ROW EXECUTE FUNCTION ledger_account_keep()",
]
SQLITE_TRIGGERS = [
    *[f"{table}_no_{deed}" for table in KEPT for deed in ("update", "delete")],
    "ledger_entry_sealed",
    "ledger_posting_joins",
    "ledger_posting_adds",
    "ledger_account_kept",
]
FUNCTIONS = ["keep", "seal", "join", "fold", "add", "account_keep"]


def lay(apps, schema_editor):
    there = schema_editor.connection.vendor
    for statement in sqlite() if there == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


def clear(apps, schema_editor):
    there = schema_editor.connection.vendor
    drops = [f"DROP TRIGGER {name}" for name in SQLITE_TRIGGERS]
    if there == "postgresql":
        drops = [f"DROP FUNCTION ledger_{name} CASCADE" for name in FUNCTIONS]
    for statement in ["DROP VIEW ledger_daysum", *drops]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunPython(lay, clear)]
