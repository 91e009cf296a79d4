"""Sign-in and password security."""
