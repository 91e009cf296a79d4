"""Policies and paperwork that the clinic states."""
