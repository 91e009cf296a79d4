"""The application: command line, configuration, tenants, and everything that has to do with time and people at keyboards."""

from importlib.metadata import version

__version__ = version("clinic-tenant-auditor")
TOOL = f"auditor {__version__}"
