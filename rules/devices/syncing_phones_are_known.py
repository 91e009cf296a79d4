"""Every phone and tablet that syncs clinic mail is known.

Why it matters
    A lost phone with synchronized mail is the most common breach of a small practice. Only a phone that is on a list gets locked,
    erased, and taken back when somebody leaves.

How to fix it
    Microsoft 365: Exchange admin center, Mobile device access; Intune, Devices. Remove phones nobody knows, put the others under
    management or name their ids in device_inventory.
    Google Workspace: Admin console, Devices, Mobile and endpoints, Devices: block phones nobody knows; name the others in
    device_inventory.

Does not cover
    Whether the phone is encrypted and locked, computers, and mail read in a browser.
"""

from __future__ import annotations

from datetime import timedelta

from connectors.gap import Gap, Reason
from connectors.google_workspace.sources.devices import MobileDevice as GooglePhone
from connectors.microsoft365.sources.devices import MobileDevice
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.profile import Profile
from rules.result import Result, Severity, failed, needs_input, not_applicable, not_assessed, passed, review
from rules.view import Now, age
from rules.views.leavers import departed
from rules.views.people import People, Person

CONTROL = Control(
    "DEV-1",
    Severity.HIGH,
    cites=["164.310(d)(1)", "164.310(b)", "164.310(c)", "164.310(d)(2)(iii)", "164.312(a)(1)"],
)
IN_USE = timedelta(days=90)


@CONTROL.check(MICROSOFT_365, none=passed("no phone or tablet syncs mail"))
def exchange_phone_is_known(device: MobileDevice, people: People, profile: Profile, now: Now) -> Result:
    """Every phone that Exchange lets in belongs to somebody who works here, and is managed or on the clinic's list."""
    if device.device_access_state in {"Blocked", "Quarantined"}:
        return not_applicable("Exchange keeps it out")
    if device.device_access_state != "Allowed":
        return not_assessed(
            f"Exchange gives its access as {device.device_access_state}, which is not yet a decision",
            source="exchange.mobile_devices:DeviceAccessState",
        )
    listed = profile.holds(profile.device_inventory or frozenset(), device.device_id, device.guid)
    owners = _called(people, device.user_display_name)
    return _judge(owners, listed=listed, managed=bool(device.is_managed), profile=profile, now=now)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    none=needs_input(
        "Google lists no phone at all; it only lists them where basic mobile management is on",
        "look at Devices, Mobile and endpoints, Universal settings in the Admin console",
        "directory.mobile_devices",
    ),
)
def google_phone_is_known(device: GooglePhone, people: People, profile: Profile, now: Now) -> Result:
    """Every phone that synchronizes with Google belongs to somebody who works here, and is on the clinic's list."""
    if device.status.upper() in {"BLOCKED", "WIPED", "WIPING", "UNPROVISIONED"}:
        return not_applicable("Google keeps it out")
    if age(now, device.last_sync) > IN_USE:
        return not_applicable("has not synchronized for 90 days")
    listed = profile.holds(profile.device_inventory or frozenset(), device.resource_id)
    owners: list[Person] = []
    for address in device.email:
        person = people.by_address(address)
        if person is not None and person not in owners:
            owners.append(person)
    return _judge(owners, listed=listed, managed=False, profile=profile, now=now)


def _called(people: People, name: str | None) -> list[Person]:
    """The accounts that Exchange's name of an owner may mean; `Unreadable` if accounts may be missing."""
    if not name:
        raise Unreadable(
            Gap(
                "exchange.mobile_devices:UserDisplayName", Reason.UNREADABLE, "Exchange does not tell whose phone it is"
            )
        )
    wanted = name.rpartition("/")[2].casefold()
    return [one for one in people if not one.is_guest and (one.name.casefold() == wanted or wanted in one.addresses)]


def _judge(owners: list[Person], *, listed: bool, managed: bool, profile: Profile, now: Now) -> Result:
    if len(owners) > 1:
        return not_assessed("its owner's name fits several people", source="exchange.mobile_devices:UserDisplayName")
    if not owners:
        if listed or managed:
            return review("is known to the clinic, but whose account it uses cannot be told")
        return failed("belongs to nobody who has an account here")
    owner = owners[0]
    about = {"person": owner.id}
    if not owner.can_sign_in or departed(owner, profile, now):
        return failed(
            f"belongs to {owner.label}, who does not work here any more",
            about=about,
            severity=Severity.CRITICAL,
            person=owner.address,
        )
    if managed:
        return passed("is managed by the clinic", person=owner.address)
    if listed:
        return passed("is on the clinic's list of devices", person=owner.address)
    return failed(
        f"of {owner.label} is neither managed nor on the clinic's list of devices", about=about, person=owner.address
    )
