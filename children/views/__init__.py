"""Views: find the row the user may see, check the form, call one action, answer."""
