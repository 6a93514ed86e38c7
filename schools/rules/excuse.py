"""What may keep a child out of class, and what never may."""

MOST_DAYS = 366  # one school year, then asked again; local practice


def fits(kind: str, reason: str) -> bool:
    """Deferral and suspension rest on health (Compulsory Education Law, art. 11), others not."""
    is_health = reason in {"BODY_CONDITION", "ILLNESS"}
    return is_health == (kind in {"DEFERRED", "SUSPENDED"})
