"""Who may not approve a run, beyond what its row can say; rules that change for a reason."""

APPROVED_BY_ANOTHER = """
CREATE OR REPLACE FUNCTION registry_run_approved_by_another() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    -- Whoever put it together at any time: who did so last may have changed a single line.
    IF EXISTS (SELECT FROM assistance_historicalpaymentrun h
               WHERE h.id = NEW.id AND h.built_by_id = NEW.approved_by_id) THEN
        RAISE EXCEPTION 'who put the run together does not approve it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'run_approved_by_another_person',
                  TABLE = 'assistance_paymentrun';
    END IF;
    -- Amounts that nobody else has looked at: neither who confirmed the entitlement with them, nor
    -- the rules, nor who approved an earlier run with them.
    IF EXISTS (
        SELECT FROM assistance_paymentline l
        JOIN assistance_entitlementrate r ON r.id = l.rate_id
        JOIN assistance_entitlement e ON e.id = l.entitlement_id
        WHERE l.run_id = NEW.id AND l.state = 'PENDING' AND l.kind <> 'RECOVERY'
          AND r.set_by_id = NEW.approved_by_id AND r.set_at > e.confirmed_at
          AND (r.standard_id IS NULL OR EXISTS (
              SELECT FROM assistance_historicalstandard s
              WHERE s.id = r.standard_id AND s.history_user_id = NEW.approved_by_id))
          AND NOT EXISTS (
              SELECT FROM assistance_paymentline o JOIN assistance_paymentrun p ON p.id = o.run_id
              WHERE o.entitlement_id = l.entitlement_id AND o.rate_id = l.rate_id
                AND o.state <> 'CANCELLED' AND o.run_id <> NEW.id
                AND p.approved_by_id <> NEW.approved_by_id)) THEN
        RAISE EXCEPTION 'who set amounts of the run by hand does not approve it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'run_approved_by_none_of_its_amounts',
                  TABLE = 'assistance_paymentrun';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS run_approved_by_another ON assistance_paymentrun;
CREATE TRIGGER run_approved_by_another BEFORE UPDATE OF approved_by_id ON assistance_paymentrun
    FOR EACH ROW WHEN (NEW.approved_by_id IS NOT NULL
                       AND NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id)
    EXECUTE FUNCTION registry_run_approved_by_another();
"""
APPROVED_BY_ANOTHER_BACK = """
DROP TRIGGER run_approved_by_another ON assistance_paymentrun;
DROP FUNCTION registry_run_approved_by_another();
"""

# On the history, where reasons stand. What was written before has none: it is not asked.
_RULES = (
    "programme", "standard", "eligibilityrule", "overlaprule", "paymentfigure", "schoolfee",
    "recognitionrule", "banklayout", "rehabilitationinstitution",
)  # fmt: skip
FOR_A_REASON = "".join(
    f"""
ALTER TABLE assistance_historical{name} ADD CONSTRAINT {name}_changed_for_a_reason CHECK (
    history_user_id IS NULL OR coalesce(history_change_reason, '') <> '') NOT VALID;
"""
    for name in _RULES
)
FOR_A_REASON_BACK = "".join(
    f"ALTER TABLE assistance_historical{name} DROP CONSTRAINT {name}_changed_for_a_reason;\n"
    for name in _RULES
)
