"""Phones and computers that hold clinic data."""
