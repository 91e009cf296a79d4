"""Signing in to a provider failed: who must do what, in one line each."""

from __future__ import annotations


class SignInFailed(Exception):
    """No token, or a token for another tenant. `advice` says what to do; neither text holds a secret."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message, self.advice = message, advice
