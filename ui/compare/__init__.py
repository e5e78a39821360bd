"""The Compare page: all runs in a table, and what tells those apart that are chosen."""
