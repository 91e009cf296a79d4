"""Where Exchange sends a tenant: only the first label of a Microsoft host is taken from a redirect."""

from __future__ import annotations

import pytest

from connectors.microsoft365.calls import Area
from connectors.microsoft365.connection import Connection, Secret
from connectors.microsoft365.exchange import region

TAIL = ":446/adminapi/beta/t/EXOModuleFile"


@pytest.mark.parametrize(
    ("location", "cloud", "area", "label"),
    [
        (f"https://eurprd01.outlook.office365.com{TAIL}", "commercial", "exchange", "eurprd01"),
        (f"https://eurprd01.outlook.office365.us{TAIL}", "gcchigh", "exchange", "eurprd01"),
        (f"https://nam06b.ps.compliance.protection.outlook.com{TAIL}", "commercial", "compliance", "nam06b"),
        (f"https://eurprd01.outlook.office365.us{TAIL}", "commercial", "exchange", None),
        (f"http://eurprd01.outlook.office365.com{TAIL}", "commercial", "exchange", None),
        (f"https://eurprd01.outlook.office365.com.elsewhere.example{TAIL}", "commercial", "exchange", None),
        (f"https://user@elsewhere.example/.outlook.office365.com{TAIL}", "commercial", "exchange", None),
        ("https://elsewhere.example/", "commercial", "exchange", None),
        ("", "commercial", "exchange", None),
    ],
)
def test_a_region_is_a_label_of_microsofts_own_host(location: str, cloud: str, area: Area, label: str | None) -> None:
    connection = Connection("t", "c", Secret("s"), cloud)
    assert region(location, connection, area) == label
