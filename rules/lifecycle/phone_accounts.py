"""Accounts that stand behind Teams phone numbers: auto attendants and call queues."""

from __future__ import annotations

from rules.views.people import MicrosoftPerson, Person

RESOURCE_ACCOUNT = "f47330e9-c134-43b3-9993-e7f004506889"
"""The service plan of Teams resource accounts (MCOEV_VIRTUALUSER)."""


def answers_calls(person: Person) -> bool:
    """Whether an account is one of those: blocked on purpose, and licensed all the same."""
    if not isinstance(person, MicrosoftPerson):
        return False
    return any(plan.service_plan_id == RESOURCE_ACCOUNT for plan in person.record.assigned_plans)
