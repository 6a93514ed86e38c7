"""Short dates of even width, so that they line up in lists: 2026-11-03."""

SHORT_DATE_FORMAT = "Y-m-d"
SHORT_DATETIME_FORMAT = "Y-m-d H:i"
