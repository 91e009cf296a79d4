"""A small client for the simulated Microsoft services, over real HTTP and with nothing of ours in between."""

from __future__ import annotations

from typing import Any, Self

import requests

from connectors.simulator import Simulator

AUDIENCES = {
    "graph": "https://graph.microsoft.com/.default",
    "exchange": "https://outlook.office365.com/.default",
    "compliance": "https://ps.compliance.protection.outlook.com/.default",
}


class Client:
    """Signs in with the client secret and asks."""

    def __init__(self, simulator: Simulator, key: str) -> None:
        self.connection = simulator.connection(key)
        self.endpoints = self.connection["endpoints"]
        self.tenant_id = self.connection["tenant_id"]
        self.session = requests.Session()
        self._tokens: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()

    def token(self, service: str, *, fresh: bool = False) -> str:
        if fresh or service not in self._tokens:
            credentials = self.connection["credentials"]
            answer = self.session.post(
                f"{self.endpoints['login']}/{self.tenant_id}/oauth2/v2.0/token",
                data={
                    "grant_type": "client_credentials",
                    "client_id": credentials["client_id"],
                    "client_secret": credentials["client_secret"],
                    "scope": AUDIENCES[service],
                },
                verify=self.connection["ca_file"],
            )
            assert answer.status_code == 200, answer.text
            self._tokens[service] = answer.json()["access_token"]
        return self._tokens[service]

    def headers(self, service: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(service)}"}

    def get(self, path: str, **headers: str) -> requests.Response:
        """A Graph read; ``path`` starts with the version, or is a full next link."""
        url = path if path.startswith("http") else f"{self.endpoints['graph']}{path}"
        return self.session.get(url, headers={**self.headers("graph"), **headers}, allow_redirects=False)

    def batch(self, *urls: str, version: str = "v1.0", method: str = "GET") -> dict[str, dict[str, Any]]:
        """A Graph batch, its responses by id ("0", "1", ...)."""
        items = [{"id": str(number), "method": method, "url": url} for number, url in enumerate(urls)]
        answer = self.session.post(
            f"{self.endpoints['graph']}/{version}/$batch", headers=self.headers("graph"), json={"requests": items}
        )
        assert answer.status_code == 200, answer.text
        return {item["id"]: item for item in answer.json()["responses"]}

    def command(
        self, name: str, *, service: str = "exchange", url: str | None = None, page: int = 1000, **parameters: Any
    ) -> requests.Response:
        """One cmdlet; ``url`` is a next link to post the same body to."""
        return self.session.post(
            url or f"{self.endpoints[service]}/adminapi/beta/{self.tenant_id}/InvokeCommand",
            headers={**self.headers(service), "Prefer": f"odata.maxpagesize={page}"},
            json={"CmdletInput": {"CmdletName": name, "Parameters": parameters}},
        )
