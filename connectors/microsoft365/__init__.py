"""Reads one Microsoft 365 tenant: Entra ID and Intune through Graph, Exchange and Purview through their admin API."""
