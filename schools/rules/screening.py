"""When a screening needs a guardian's consent."""

from datetime import date

from children.rules import ages

# Data of minors under 14 need the consent of a parent or other guardian: Personal Information
# Protection Law, article 31; of the Law on the Protection of Minors, article 72.
OWN_CONSENT_FROM = 14


def needs_consent(birth_date: date, day: date) -> bool:
    """Whether a child born on `birth_date` is under 14 on `day`."""
    return day < birth_date or ages.completed_years(birth_date, day) < OWN_CONSENT_FROM
