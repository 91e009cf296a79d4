"""Google Workspace: what is read from it, and how."""
