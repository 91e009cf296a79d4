"""How to reach one clinic's Google Workspace, and as whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from connectors.transport import is_loopback

Tier = Literal["tenant", "standard", "mailbox", "files"]
TIERS: tuple[Tier, ...] = ("tenant", "standard", "mailbox", "files")
"""Each tier reads what the one before it reads, and more; `scopes.py` says which scopes each needs."""


@dataclass(frozen=True)
class Key:
    """A service account key, already resolved: the content of its JSON file."""

    info: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Keyless:
    """A service account without a key: the running identity asks Google's IAM service to sign for it.

    `account` is its address; `client_id` its unique number, used only to name it in messages. `source` is the running
    identity as google-auth credentials; `federation` is the configuration of workload identity federation (the JSON of an
    external account, which holds no secret). Without both it is what `google.auth.default()` finds: a signed-in operator,
    federation, or the identity of the virtual machine. It needs the role Service Account Token Creator on the account.
    """

    account: str
    client_id: str = ""
    source: Any = field(default=None, repr=False)
    federation: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class SignedIn:
    """A super administrator who signed in once: what Google gave the application to come back with (an "authorized user").

    For a practice without a service account. Other people's mailboxes cannot be read this way.
    """

    info: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Connection:
    """One clinic's Google Workspace.

    `admin` is the administrator that the service account acts as; the Policy API demands a super administrator.
    `subjects` names another administrator for single scope groups. `customer_id` (C0...) is checked against what Google
    says before anything is stored. `endpoints` sends requests elsewhere: `base` for all APIs and `token_uri`; loopback only.
    `paced` keeps the distance between requests that Google's quotas ask for; None means whenever Google itself is asked.
    """

    credentials: Key | Keyless | SignedIn
    admin: str
    customer_id: str = ""
    tier: Tier = "standard"
    subjects: Mapping[str, str] = field(default_factory=dict)
    endpoints: Mapping[str, str] = field(default_factory=dict)
    paced: bool | None = None

    def __post_init__(self) -> None:
        for name, address in self.endpoints.items():
            if not is_loopback(urlsplit(address).hostname or ""):
                raise ValueError(f"the endpoint {name} may be replaced by a loopback address only")

    @property
    def local(self) -> bool:
        """Whether requests go to a simulator on this machine."""
        return bool(self.endpoints)

    @property
    def keeps_pace(self) -> bool:
        """Whether requests keep the distance that Google's quotas ask for."""
        return not self.local if self.paced is None else self.paced

    @property
    def client_id(self) -> str:
        """The number by which a super administrator delegates to the service account; empty if it is not known."""
        if isinstance(self.credentials, Keyless):
            return self.credentials.client_id
        return str(self.credentials.info.get("client_id", ""))

    @property
    def signed_in(self) -> bool:
        """Whether a person signed in, instead of a service account that acts for people."""
        return isinstance(self.credentials, SignedIn)

    @property
    def token_hosts(self) -> tuple[str, ...]:
        """Other hosts that federation gets its own proof of identity from, as its configuration names them."""
        given = self.credentials
        origin = given.federation.get("credential_source") if isinstance(given, Keyless) and given.federation else None
        address = str(origin.get("url", "")) if isinstance(origin, Mapping) else ""
        host = urlsplit(address).hostname
        return (host,) if host and address.startswith("https://") else ()

    def subject(self, group: str) -> str:
        """The administrator that tokens of this scope group stand for."""
        return self.subjects.get(group, self.admin)
