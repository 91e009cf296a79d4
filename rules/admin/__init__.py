"""Administrator accounts."""
