"""Records of which Google leaves out what is not set."""

from __future__ import annotations

from connectors.explicit import Explicit

__all__ = ["Explicit"]
