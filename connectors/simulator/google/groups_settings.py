"""Groups Settings API: one resource per group, XML unless JSON is asked for."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from connectors.simulator.google.call import Call, serves
from connectors.simulator.google.errors import not_found

XML_TYPE = "application/atom+xml; charset=UTF-8"


@serves("groupsSettings.groups.get", privilege="GROUPS_RETRIEVE")
def settings(call: Call) -> Any:
    group = call.workspace.group(call.path[0])
    found = call.workspace.state.get("groupSettings", {}).get(group["email"]) if group else None
    if found is None:
        raise not_found("Resource Not Found: groupUniqueId")
    return found


def as_xml(settings: dict[str, Any]) -> bytes:
    """The Atom entry that the API answers without ``alt=json``."""
    lines = "".join(f"  <apps:{name}>{escape(str(value))}</apps:{name}>\n" for name, value in settings.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<entry xmlns="http://www.w3.org/2005/Atom" xmlns:apps="http://schemas.google.com/apps/2006">\n'
        f"{lines}</entry>\n"
    ).encode()
