"""License gates: which plans must be there before a source makes sense (microsoft365.md 2.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

GATES: dict[str, frozenset[str]] = {
    "p1": frozenset({"41781fb2-bc02-4b7c-bd55-b576c07bb09d", "eec0eb4f-6444-4f95-aba0-50c24d67f998"}),
    "p2": frozenset({"eec0eb4f-6444-4f95-aba0-50c24d67f998", "e866a266-3cff-43a3-acca-0c90a7e00c8b"}),
    "exchange": frozenset({
        "9aaf7827-d63c-4b61-89c3-182f06f82e5c", "efb87545-963c-4e0d-99df-69c6916d9eb0", "4a82b400-a79f-41a4-b4e2-e94f5787b113",
        "1126bef5-da20-4f07-b45e-ad25d2581aa8", "e9b4930a-925f-45e2-ac2a-3f7788ca6fdd", "8c3069c0-ccdb-44be-ab77-986203a67df2",
    }),
    "intune": frozenset({
        "c1ec4a95-1f05-45b3-a911-aa3fa01094f5", "8e9ff0ff-aa7a-4b20-83c1-2f636b600ac2", "e6025b08-2fa5-4313-bd0a-7e5ffca32958",
        "d216f254-796f-4dab-bbfa-710686e646b9",
    }),
    "defender": frozenset({
        "f20fedf3-f3c3-43c3-8267-2bfdd51c0939", "493ff600-6a2b-4db6-ad37-a7d4eb214516", "8e0c0a52-6a6c-4d40-8370-dd62790dcd70",
        "900018f1-0cdb-4ecb-94d4-90281760fdc6",
    }),
    "defender-p2": frozenset({"8e0c0a52-6a6c-4d40-8370-dd62790dcd70", "900018f1-0cdb-4ecb-94d4-90281760fdc6"}),
    "dlp": frozenset({"9bec7e34-c9fa-40b7-a9d1-bd6d1165c7ed", "efb87545-963c-4e0d-99df-69c6916d9eb0"}),
    "sharepoint": frozenset({"c7699d2e-19aa-44de-8edf-1736da088ca1", "5dbe027f-2339-4123-9542-606e4d348a72"}),
    "teams": frozenset({"57ff2da0-773e-42df-b2af-ffb7a2317929"}),
}  # fmt: skip
"""Any of these service plan ids opens the gate."""


def open_gates(skus: Iterable[Mapping[str, Any]]) -> set[str]:
    """The gates that the tenant's working licenses open."""
    plans = {
        plan.get("servicePlanId")
        for sku in skus
        if sku.get("capabilityStatus") in {"Enabled", "Warning"}
        for plan in sku.get("servicePlans") or []
        if plan.get("provisioningStatus") == "Success"
    }
    return {gate for gate, ids in GATES.items() if plans & ids}
