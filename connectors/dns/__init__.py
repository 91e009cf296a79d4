"""Reads the public DNS records of the clinic's mail domains."""
