"""Error answers in the two shapes that Google's APIs use.

Classic (Directory, Reports, Gmail, Drive, Calendar, Licensing, Groups Settings): a list of ``errors`` with a reason.
gRPC (Cloud Identity, Alert Center, IAM): a ``status`` word and typed ``details``. The token endpoint has a third one.
"""

from __future__ import annotations

from typing import Any

STATUS_WORDS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    405: "UNIMPLEMENTED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}
ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"


class ApiError(Exception):
    """An answer other than 200: HTTP ``status``, the classic ``reason``, and the gRPC ``word`` and ``details``."""

    def __init__(
        self,
        status: int,
        reason: str,
        message: str,
        *,
        domain: str = "global",
        word: str | None = None,
        details: list[dict[str, Any]] | None = None,
        retry_after: int | None = None,
        location: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message
        self.domain = domain
        self.word = word or STATUS_WORDS.get(status, "UNKNOWN")
        self.details = details
        self.retry_after = retry_after
        self.location = location

    def body(self, *, grpc: bool) -> dict[str, Any]:
        """The JSON body, in the shape of the API that was asked."""
        error: dict[str, Any] = {"code": self.status, "message": self.message}
        if grpc:
            error["status"] = self.word
        else:
            entry = {"message": self.message, "domain": self.domain, "reason": self.reason}
            if self.location is not None:
                entry |= {"location": self.location, "locationType": "parameter"}
            error["errors"] = [entry]
            if self.details is not None or self.status == 401:
                error["status"] = self.word
        if self.details is not None:
            error["details"] = self.details
        return {"error": error}


class TokenError(Exception):
    """A refusal by the token endpoint: ``{"error": code, "error_description": description}`` (RFC 6749, 5.2)."""

    def __init__(self, code: str, description: str, status: int = 400) -> None:
        super().__init__(f"{code}: {description}")
        self.status = status
        self.body = {"error": code, "error_description": description}


def unauthenticated() -> ApiError:
    return ApiError(
        401,
        "authError",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
        "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
        details=[{"@type": ERROR_INFO, "reason": "ACCESS_TOKEN_EXPIRED", "domain": "googleapis.com"}],
    )


def scope_insufficient(service: str, method: str) -> ApiError:
    info = {"service": service, "method": method}
    return ApiError(
        403,
        "insufficientPermissions",
        "Request had insufficient authentication scopes.",
        details=[
            {
                "@type": ERROR_INFO,
                "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
                "domain": "googleapis.com",
                "metadata": info,
            }
        ],
    )


def api_disabled(title: str, service: str, project: str) -> ApiError:
    link = f"https://console.developers.google.com/apis/api/{service}/overview?project={project}"
    return ApiError(
        403,
        "accessNotConfigured",
        f"{title} has not been used in project {project} before or it is disabled. Enable it by visiting {link} then "
        "retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and "
        "retry.",
        domain="usageLimits",
        details=[
            {
                "@type": ERROR_INFO,
                "reason": "SERVICE_DISABLED",
                "domain": "googleapis.com",
                "metadata": {"service": service, "consumer": f"projects/{project}"},
            }
        ],
    )


def not_found(message: str = "Resource Not Found") -> ApiError:
    return ApiError(404, "notFound", message)


def forbidden(message: str = "Not Authorized to access this resource/api") -> ApiError:
    return ApiError(403, "forbidden", message)


def invalid(message: str, *, location: str | None = None) -> ApiError:
    return ApiError(400, "invalid", message, location=location)


def unknown_parameter(name: str) -> ApiError:
    text = f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter.'
    return ApiError(
        400,
        "invalidParameter",
        text,
        details=[{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [{"description": text}]}],
    )
