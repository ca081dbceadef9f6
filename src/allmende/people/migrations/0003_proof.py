from django.db import migrations

# Proof is not edited. It may go when the person has been erased and the third calendar year after
# that has ended (models.PROOF_YEARS). TRUNCATE, with which tests empty tables, stays possible.
LAY = {
    "sqlite": [
        """
        CREATE TRIGGER people_wording_kept BEFORE UPDATE ON people_wording BEGIN
            SELECT RAISE(ABORT, 'a wording is not changed');
        END
        """,
        """
        CREATE TRIGGER people_wording_stays BEFORE DELETE ON people_wording
        WHEN EXISTS (SELECT 1 FROM people_consent WHERE wording_id = OLD.id) BEGIN
            SELECT RAISE(ABORT, 'somebody agreed to this wording');
        END
        """,
        """
        CREATE TRIGGER people_consent_kept BEFORE UPDATE ON people_consent BEGIN
            SELECT RAISE(ABORT, 'a consent is not changed');
        END
        """,
        """
        CREATE TRIGGER people_consent_stays BEFORE DELETE ON people_consent
        WHEN NOT EXISTS (
            SELECT 1 FROM people_person WHERE id = OLD.person_id
            AND strftime('%Y', erased_at) + 3 < strftime('%Y', 'now') + 0
        ) BEGIN
            SELECT RAISE(ABORT, 'a consent is proof and is not deleted');
        END
        """,
    ],
    "postgresql": [
        """
        CREATE FUNCTION people_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'proof is not changed' USING ERRCODE = 'restrict_violation';
        END $$
        """,
        """
        CREATE FUNCTION people_wording_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT 1 FROM people_consent WHERE wording_id = OLD.id) THEN
                RAISE EXCEPTION 'somebody agreed to this wording'
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN OLD;
        END $$
        """,
        """
        CREATE FUNCTION people_consent_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT EXISTS (
                SELECT 1 FROM people_person WHERE id = OLD.person_id
                AND extract(year FROM erased_at) + 3 < extract(year FROM now())
            ) THEN
                RAISE EXCEPTION 'a consent is proof and is not deleted'
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN OLD;
        END $$
        """,
        "CREATE TRIGGER people_wording_kept BEFORE UPDATE ON people_wording"
        " FOR EACH ROW EXECUTE FUNCTION people_keep()",
        "CREATE TRIGGER people_wording_stays BEFORE DELETE ON people_wording"
        " FOR EACH ROW EXECUTE FUNCTION people_wording_stays()",
        "CREATE TRIGGER people_consent_kept BEFORE UPDATE ON people_consent"
        " FOR EACH ROW EXECUTE FUNCTION people_keep()",
        "CREATE TRIGGER people_consent_stays BEFORE DELETE ON people_consent"
        " FOR EACH ROW EXECUTE FUNCTION people_consent_stays()",
    ],
}
CLEAR = {
    "sqlite": [
        f"DROP TRIGGER {name}"
        for name in (
            "people_wording_kept",
            "people_wording_stays",
            "people_consent_kept",
            "people_consent_stays",
        )
    ],
    "postgresql": [
        "DROP FUNCTION people_keep CASCADE",
        "DROP FUNCTION people_wording_stays CASCADE",
        "DROP FUNCTION people_consent_stays CASCADE",
    ],
}


def lay(apps, schema_editor):
    for statement in LAY[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def clear(apps, schema_editor):
    for statement in CLEAR[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("people", "0002_consents")]

    operations = [migrations.RunPython(lay, clear)]
