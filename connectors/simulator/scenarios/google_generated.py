"""Large Google Workspace tenants, made up from a seed."""

from connectors.simulator.google.generate import generate

__all__ = ["generate"]
