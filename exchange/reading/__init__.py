"""Dirty spreadsheets into rows: files, sheets, headers, cells. No Django, no database."""
