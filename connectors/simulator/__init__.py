"""Pretend Microsoft 365 and Google Workspace tenants on this machine's loopback address.

The simulator is written from the providers' own documents and imports nothing from the rest of ``connectors``, so
that it can act as an independent witness of what the auditor asks and how it reads the answers.
"""

from connectors.simulator.faults import Fault
from connectors.simulator.requestlog import LoggedRequest
from connectors.simulator.scenarios import generate, scenario, scenarios
from connectors.simulator.server import Simulator
from connectors.simulator.tenant import SimulatedTenant

__all__ = ["Fault", "LoggedRequest", "SimulatedTenant", "Simulator", "generate", "scenario", "scenarios"]
