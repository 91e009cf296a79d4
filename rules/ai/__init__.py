"""AI assistants."""
