"""Reads the evidence folder: dated statements of people, for what no interface of a provider shows."""
