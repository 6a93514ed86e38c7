"""A list from its file to the records it leaves behind: checked, told apart, found, written."""
