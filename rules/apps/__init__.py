"""Apps of other companies that reach clinic data."""
