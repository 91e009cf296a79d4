"""The devices that a scan saw, each once: what one source calls by its model another knows by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from connectors.google_workspace.sources import devices as google
from connectors.microsoft365.sources import devices as microsoft
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.assess import Resolver
from rules.tables import Table

_PHONES = {"ANDROID", "IOS", "GOOGLE_SYNC"}
Rows = tuple[tuple[str, ...], ...]
Read = Callable[[Callable[[], Iterable[tuple[str, ...]]]], Rows]
"""Goes through rows; what cannot be read ends them and is noted."""


def devices(resolver: Resolver, read: Read) -> Rows:
    """Name of each device, and who has it as far as the provider tells."""
    found: list[tuple[str, ...]] = []
    if MICROSOFT_365 in resolver.providers:
        names: dict[str, str] = {}
        listed = read(lambda: _directory(resolver, names))
        known: set[str] = set()
        found += read(lambda: _managed(resolver, names, known))
        found += [row[1:] for row in listed if row[0] not in known]
        found += read(lambda: _mail_phones(resolver))
    if GOOGLE_WORKSPACE in resolver.providers:
        phones = Table[google.MobileDevice](resolver.rows(google.MobileDevice))
        found += read(lambda: ((phone.model or phone.type, ", ".join(phone.email)) for phone in phones))
        found += read(lambda: _endpoints(resolver, phones_too=not phones.complete))
    return tuple(sorted(dict.fromkeys(found), key=lambda row: [cell.casefold() for cell in row]))


def _directory(resolver: Resolver, names: dict[str, str]) -> Iterator[tuple[str, ...]]:
    for device in Table[microsoft.DirectoryDevice](resolver.rows(microsoft.DirectoryDevice)):
        names[device.device_id or device.id] = device.label
        yield device.device_id or device.id, device.label, ""


def _managed(resolver: Resolver, names: dict[str, str], known: set[str]) -> Iterator[tuple[str, ...]]:
    for device in Table[microsoft.ManagedDevice](resolver.rows(microsoft.ManagedDevice)):
        number = device.azure_a_d_device_id or ""
        known.add(number)
        name = names.get(number) or device.model or device.operating_system or "device"
        yield name, device.user_principal_name or ""


def _mail_phones(resolver: Resolver) -> Iterator[tuple[str, ...]]:
    for phone in Table[microsoft.MobileDevice](resolver.rows(microsoft.MobileDevice)):
        yield phone.device_model or phone.device_type or "phone", phone.user_display_name or ""


def _endpoints(resolver: Resolver, *, phones_too: bool) -> Iterator[tuple[str, ...]]:
    """What people sign in on. Google lists phones here as well, under other numbers than in its list of phones."""
    for device in Table[google.EndpointDevice](resolver.rows(google.EndpointDevice)):
        if phones_too or device.device_type not in _PHONES:
            yield device.label, ""
