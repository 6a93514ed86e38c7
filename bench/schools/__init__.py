"""The schools of the bench: 200 of them, 6,000 staff, 100,000 children, 3,000,000 contacts."""
