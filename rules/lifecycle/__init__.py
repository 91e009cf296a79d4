"""Account lifecycle and shared inboxes."""
