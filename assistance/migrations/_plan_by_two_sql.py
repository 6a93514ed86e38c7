"""A plan is proposed by somebody and approved by another before a session of it is entered."""

from ._rehabilitation_sql import SESSION, _refuse

PROPOSED = f"""
CREATE FUNCTION registry_rehab_plan_proposed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    -- Plans from before the column name nobody.
    IF NEW.proposed_by_id IS NULL OR NEW.proposed_at IS NULL THEN
        {_refuse("rehab_plan_proposed_by_somebody", "somebody proposes a plan")};
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rehab_plan_proposed_by_somebody BEFORE INSERT ON assistance_rehabilitationplan
    FOR EACH ROW EXECUTE FUNCTION registry_rehab_plan_proposed();
"""
PROPOSED_BACK = """
DROP TRIGGER rehab_plan_proposed_by_somebody ON assistance_rehabilitationplan;
DROP FUNCTION registry_rehab_plan_proposed();
"""
_FUNCTION = SESSION[: SESSION.index("CREATE TRIGGER")].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
_FIRST = "    IF plan.child_id <> NEW.child_id"
_APPROVED = f"""    IF plan.state <> 'APPROVED' THEN
        {_refuse("rehab_session_of_an_approved_plan", "the plan is not approved")};
    END IF;
"""
assert _FIRST in _FUNCTION
SESSION_OF_APPROVED = _FUNCTION.replace(_FIRST, _APPROVED + _FIRST)
SESSION_BACK = _FUNCTION
