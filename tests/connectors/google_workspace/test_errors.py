"""Google's errors: which are worth another try, and what each leaves behind."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.gap import Reason
from connectors.google_workspace.errors import TokenRefused, gap_of, no_mailbox, problem_of, token_gap
from connectors.google_workspace.lanes import QUOTAS, lanes, retries
from connectors.source import declared
from connectors.transport import THROTTLED, Response

PATIENT = "Odette Quillfeather"


def classic(status: int, reason: str, message: str = PATIENT, url: str = "https://x", **headers: str) -> Response:
    error = {"code": status, "message": message, "errors": [{"domain": "global", "reason": reason, "message": message}]}
    return Response(status, headers, json.dumps({"error": error}).encode(), url)


def modern(status: int, word: str, detail: str = "", message: str = PATIENT, url: str = "https://x") -> Response:
    error: dict[str, Any] = {"code": status, "message": message, "status": word}
    if detail:
        error["details"] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": detail}]
    return Response(status, {}, json.dumps({"error": error}).encode(), url)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (classic(403, "accessNotConfigured"), Reason.PERMISSION),
        (modern(403, "PERMISSION_DENIED", "SERVICE_DISABLED"), Reason.PERMISSION),
        (modern(403, "PERMISSION_DENIED"), Reason.PERMISSION),
        (classic(403, "forbidden"), Reason.PERMISSION),
        (classic(403, "domainPolicy"), Reason.PERMISSION),
        (classic(403, "insufficientPermissions"), Reason.PERMISSION),
        (classic(401, "authError"), Reason.PERMISSION),
        (classic(403, "dailyLimitExceeded"), Reason.THROTTLED),
        (classic(403, "userRateLimitExceeded"), Reason.THROTTLED),
        (modern(429, "RESOURCE_EXHAUSTED"), Reason.THROTTLED),
        (classic(404, "notFound"), Reason.PROVIDER_ERROR),
        (classic(400, "failedPrecondition"), Reason.UNREADABLE),
        (classic(400, "invalid"), Reason.PROVIDER_ERROR),
        (classic(500, "backendError"), Reason.PROVIDER_ERROR),
        (Response(502, {}, b"<html>", "https://x"), Reason.PROVIDER_ERROR),
        (Response(403, {}, b"[]", "https://x"), Reason.PERMISSION),
        (Response(403, {}, b'{"error": "text"}', "https://x"), Reason.PERMISSION),
    ],
)
def test_an_error_becomes_a_gap_that_says_what_to_do(answer: Response, reason: Reason) -> None:
    gap = gap_of("directory.users", answer, api="admin", group="directory", subject="admin@brightwater.example")
    assert gap.reason is reason
    assert gap.remedy
    assert str(answer.status) in gap.detail
    assert PATIENT not in gap.detail + gap.remedy


def test_the_reason_is_a_keyword_or_nothing() -> None:
    assert problem_of(classic(403, "forbidden")).reason == "forbidden"
    assert problem_of(modern(403, "PERMISSION_DENIED", "SERVICE_DISABLED")).reason == "SERVICE_DISABLED"
    assert problem_of(classic(403, f"because of {PATIENT}")).reason == ""


def test_gmail_says_when_there_is_no_mailbox() -> None:
    assert no_mailbox(problem_of(classic(400, "failedPrecondition", "Mail service not enabled")))
    assert not no_mailbox(problem_of(classic(400, "failedPrecondition", "Precondition check failed.")))


@pytest.mark.parametrize(
    ("answer", "tries"),
    [
        (classic(403, "rateLimitExceeded"), THROTTLED),
        (classic(403, "userRateLimitExceeded"), THROTTLED),
        (classic(403, "quotaExceeded"), THROTTLED),
        (modern(429, "RESOURCE_EXHAUSTED"), THROTTLED),
        (classic(503, "backendError"), 4),
        (classic(500, "backendError"), 4),
        (classic(401, "authError"), 1),
        (Response(200, {}, b'{"users": [{"id": "1"', "https://x"), 3),
    ],
)
def test_passing_trouble_is_tried_again(answer: Response, tries: int) -> None:
    retry = retries(paced=True)(answer)
    assert retry is not None
    assert retry.tries == tries
    assert retry.fresh_token == (answer.status == 401)


@pytest.mark.parametrize(
    "answer",
    [
        classic(403, "forbidden"),
        classic(403, "dailyLimitExceeded"),
        classic(404, "notFound"),
        classic(400, "invalid"),
        Response(200, {}, b'{"users": []}', "https://x"),
        Response(200, {}, b"--batch_x--", "https://x"),
    ],
)
def test_final_answers_are_final(answer: Response) -> None:
    assert retries(paced=True)(answer) is None


def test_the_slow_apis_are_given_time() -> None:
    policies = "https://cloudidentity.googleapis.com/v1/policies?pageSize=100"
    paced = retries(paced=True)
    second, minute = (
        modern(429, "RESOURCE_EXHAUSTED", url=policies),
        modern(429, "RESOURCE_EXHAUSTED", message="read requests per minute", url=policies),
    )
    licences = classic(503, "backendError", url="https://licensing.googleapis.com/apps/licensing/v1/product")
    for answer, seconds in ((second, 5.0), (minute, 30.0), (licences, 5.0)):
        retry = paced(answer)
        assert retry is not None
        assert retry.at_least == seconds
        local = retries(paced=False)(answer)
        assert local is not None
        assert local.at_least == 0.0
    told = paced(classic(503, "backendError", **{"Retry-After": "2.5"}))
    assert told is not None
    assert told.after == 2.5


def test_every_source_has_a_lane_and_google_gets_its_distance() -> None:
    used = {source.lane for source in declared().values() if source.provider == "google_workspace"}
    assert used | {"token"} == set(QUOTAS)
    paced = {lane.name: lane for lane in lanes(paced=True)}
    for name in ("policy", "licensing"):
        assert (paced[name].concurrency, paced[name].spacing > 1.0) == (1, True)  # counted from answers
    assert {lane.spacing for lane in lanes(paced=False)} == {0.0}


@pytest.mark.parametrize(
    ("refused", "reason", "remedy"),
    [
        (
            TokenRefused("unauthorized_client", "Client is unauthorized"),
            Reason.PERMISSION,
            "Manage domain-wide delegation",
        ),
        (TokenRefused("access_denied", "Requested client not authorized."), Reason.PERMISSION, "1234567"),
        (TokenRefused("invalid_grant", "Invalid email or User ID"), Reason.UNREADABLE, "main address"),
        (TokenRefused("invalid_grant", "The account has been deleted"), Reason.UNREADABLE, "no longer"),
        (TokenRefused("invalid_grant", "Invalid JWT Signature."), Reason.NEEDS_INPUT, "clock"),
        (TokenRefused("invalid_request", "Invalid impersonation prn email address"), Reason.NEEDS_INPUT, "address"),
        (TokenRefused("invalid_account", "Forbidden"), Reason.UNREADABLE, "active"),
        (TokenRefused("invalid_key"), Reason.NEEDS_INPUT, "new key"),
        (TokenRefused("signing_refused"), Reason.PERMISSION, "Token Creator"),
        (TokenRefused("unknown_identity"), Reason.NEEDS_INPUT, "workload identity"),
        (TokenRefused(f"odd {PATIENT}", PATIENT), Reason.PROVIDER_ERROR, "scan again"),
    ],
)
def test_a_refused_token_says_who_must_act(refused: TokenRefused, reason: Reason, remedy: str) -> None:
    gap = token_gap(
        "policy.policies",
        refused,
        subject="admin@brightwater.example",
        client_id="1234567",
        missing=["cloud-identity.policies.readonly"],
    )
    assert gap.reason is reason
    assert remedy in gap.remedy
    assert PATIENT not in gap.detail
