"""Agreements with the companies that hold patient data."""
