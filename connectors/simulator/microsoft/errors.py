"""Microsoft's own words for what went wrong."""

from __future__ import annotations

from uuid import uuid4

from connectors.simulator.gate import Reply


def graph_error(status: int, code: str, message: str) -> Reply:
    """A Graph error: ``{"error": {"code", "message", "innerError"}}``."""
    request_id = str(uuid4())
    inner = {"date": "2026-01-15T09:00:00", "request-id": request_id, "client-request-id": request_id}
    error = {"code": code, "message": message, "innerError": inner}
    return Reply.of(status, {"error": error}, **{"request-id": request_id})


def exchange_error(status: int, code: str, message: str, kind: str) -> Reply:
    """An error of the Exchange admin API; ``kind`` is the .NET exception's name."""
    inner = {"message": message, "type": kind, "internalexception": {"message": message, "type": kind}}
    error = {
        "code": code,
        "message": "Error executing request.",
        "details": [{"code": "Context", "target": "", "message": f"|{kind}|{message}"}],
        "innererror": inner,
    }
    return Reply.of(status, {"error": error}, **{"x-ExceptionType": kind})


def login_error(status: int, error: str, code: int, message: str) -> Reply:
    """An error of the token endpoint, with its AADSTS number."""
    return Reply.of(
        status,
        {
            "error": error,
            "error_description": f"AADSTS{code}: {message}",
            "error_codes": [code],
            "timestamp": "2026-01-15 09:00:00Z",
            "trace_id": str(uuid4()),
            "correlation_id": str(uuid4()),
        },
    )


INSUFFICIENT = "Insufficient privileges to complete the operation."
NO_PREMIUM = "Neither tenant is B2C or tenant doesn't have premium license"


def forbidden() -> Reply:
    return graph_error(403, "Authorization_RequestDenied", INSUFFICIENT)


def not_licensed(gate: str) -> Reply:
    """The error of a tenant without the plan: Entra ID P1 or P2, Intune, or SharePoint."""
    match gate:
        case "p1":
            return graph_error(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", NO_PREMIUM)
        case "p2":
            return graph_error(
                403,
                "AadPremiumLicenseRequired",
                "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.",
            )
        case "intune":
            return graph_error(400, "BadRequest", "Request not applicable to target tenant.")
        case _:
            return graph_error(400, "BadRequest", "Tenant does not have a SPO license.")


def bad_token() -> Reply:
    return graph_error(401, "InvalidAuthenticationToken", "Access token has expired or is not yet valid.")
