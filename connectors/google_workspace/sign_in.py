"""A super administrator signs in once, in a browser on this machine: for a practice without a service account.

The loopback flow of an installed application with PKCE (RFC 8252, RFC 7636; Google: OAuth for desktop apps). What comes back is
handed to the caller to keep by reference; nothing of it is logged or shown.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec

from connectors.google_workspace.client import TOKEN_URI
from connectors.google_workspace.guard import guard
from connectors.signin import SignInFailed
from connectors.transport import Request, Transport, Unreachable

CONSENT = "https://accounts.google.com/o/oauth2/v2/auth"
PATIENCE = 300.0
_PAGE = b"<!doctype html><meta charset=utf-8><title>Signed in</title><p>You may close this window and go back to the terminal."


def sign_in(
    client: Mapping[str, Any], scopes: Sequence[str], show: Callable[[str], None], *, patience: float = PATIENCE
) -> dict[str, Any]:
    """What to keep of the sign-in (an "authorized user"). `show` gets the address to open; `SignInFailed`.

    `client` is the OAuth client of a desktop application, as the Google Cloud console hands it out.
    """
    installed = client.get("installed")
    if not isinstance(installed, Mapping) or not {"client_id", "client_secret"} <= installed.keys():
        raise SignInFailed(
            "the file is no OAuth client of a desktop application",
            "Google Cloud console > APIs & Services > Credentials > Create credentials > OAuth client ID > Desktop app, "
            "then download its JSON",
        )
    verifier, state = secrets.token_urlsafe(64), secrets.token_urlsafe(32)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    with _Listener(state) as listener:
        back = f"http://127.0.0.1:{listener.port}"
        query = {
            "client_id": installed["client_id"],
            "redirect_uri": back,
            "response_type": "code",
            "scope": " ".join(scopes),
            "access_type": "offline",
            "prompt": "consent",
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        show(f"{CONSENT}?{urlencode(query)}")
        code = listener.code(patience)
    return _trade(installed, code, verifier, back)


def _trade(installed: Mapping[str, Any], code: str, verifier: str, back: str) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "code_verifier": verifier,
        "client_id": installed["client_id"],
        "client_secret": installed["client_secret"],
        "redirect_uri": back,
    }
    transport = Transport(guard(local=False), patience=20.0)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        answer = transport.send(Request("POST", TOKEN_URI, "token", "token", headers, urlencode(form).encode()))
        body = answer.json()
    except (Unreachable, msgspec.DecodeError):
        raise SignInFailed("Google's token service does not answer", "check the network path and try again") from None
    token = body.get("refresh_token") if isinstance(body, dict) else None
    if not answer.ok or not isinstance(token, str):
        raise SignInFailed("Google did not accept the sign-in", "try again; the address works once, for a few minutes")
    return {
        "type": "authorized_user",
        "client_id": installed["client_id"],
        "client_secret": installed["client_secret"],
        "refresh_token": token,
    }


class _Listener:
    """Waits on loopback for the browser to come back with this sign-in's code, and with no other."""

    def __init__(self, state: str) -> None:
        self._found: dict[str, str] = {}
        self._done = threading.Event()
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
                if not hmac.compare_digest(query.get("state", ""), state):
                    self.send_error(400)
                    return
                listener._found.update(query)
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(_PAGE)
                listener._done.set()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ARG002 - the address holds the code
                return

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def code(self, patience: float) -> str:
        """The code; `SignInFailed` if nobody comes or the person says no."""
        if not self._done.wait(patience):
            raise SignInFailed("nobody signed in", "open the address in a browser on this machine within five minutes")
        if "code" in self._found:
            return self._found["code"]
        if self._found.get("error") == "admin_policy_enforced":
            raise SignInFailed(
                "the customer does not let this application in",
                "Admin console > Security > Access and data control > API controls > Manage app access: trust the client ID",
            )
        raise SignInFailed("the sign-in was refused in the browser", "try again, and allow everything that is asked")
