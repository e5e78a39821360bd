"""The Class page: what a teacher sees of everybody's work on this server, and can stop."""
