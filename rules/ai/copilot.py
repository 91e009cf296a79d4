"""Which of the clinic's licenses hold Microsoft 365 Copilot."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.microsoft365.sources.tenant import SubscribedSku


def licences(skus: Iterable[SubscribedSku]) -> set[str]:
    """The ids of the licenses with Copilot in them; making agents (Copilot Studio) is not Copilot."""
    return {
        sku.sku_id
        for sku in skus
        if any(
            "COPILOT" in name and "STUDIO" not in name
            for name in (plan.service_plan_name.upper() for plan in sku.service_plans)
        )
    }
