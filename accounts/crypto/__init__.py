"""Encryption of single fields: ID, certificate, roll, account and phone numbers, drafts."""
