"""The school's half of the bench: 200 schools, 6,000 staff, 100,000 children, 3,000,000 contacts."""
