"""Multi-factor authentication."""
