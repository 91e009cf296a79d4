"""Administrators' accounts: "ADMIN-2" to "ADMIN-6", "ADMIN-17", "ADMIN-19", "ADMIN-22" and "ADMIN-23"."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from connectors.snapshot import Snapshot
from rules.profile import Profile
from tests.rules.identity import (
    CORE,
    GOOGLE,
    Row,
    facts,
    google,
    google_user,
    grant,
    guest,
    method,
    microsoft,
    of,
    policy,
    report,
    results,
    role,
    unit,
    user,
    verdict,
    verdicts,
)

EXCHANGE, HELPDESK, GROUPS_ADMIN = (
    CORE[4],
    "729827e3-9c14-49f7-bb1b-9608f156bbb8",
    "fdd7a751-b60b-444a-984c-02652fe8fa1c",
)
DEFINITION = {"id": GROUPS_ADMIN, "templateId": GROUPS_ADMIN, "displayName": "Groups Administrator", "isBuiltIn": True, "isEnabled": True}  # fmt: skip
SEALED = Profile(break_glass=frozenset({"glass1@brightwater.example", "glass2@brightwater.example"}))


# --- ADMIN-2 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("top", "lesser", "staff", "expected"),
    [
        (2, 2, 0, "pass"),
        (2, 3, 0, "pass"),
        (3, 2, 0, "fail"),
        (2, 0, 0, "review"),
        (2, 0, 8, "fail"),
        (1, 5, 0, "fail"),
    ],
)
def test_smaller_roles_outnumber_the_highest(top: int, lesser: int, staff: int, expected: str) -> None:
    tops, others = [f"top{n}" for n in range(top)], [f"low{n}" for n in range(lesser)]
    people = [user(name) for name in [*tops, *others, *(f"staff{n}" for n in range(staff))]]
    roles = [*(role(name) for name in tops), *(role(name, EXCHANGE) for name in others)]
    assert verdict(microsoft(people, role_assignments=roles), "ADMIN-2") == expected


def test_smaller_roles_are_not_assessed_without_roles_or_whether_somebody_works() -> None:
    people = [user("ann"), user("ben")]
    assert verdict(microsoft(people, gaps=["graph.role_assignments"]), "ADMIN-2") == "not_assessed"
    broken = [user("ann"), {**user("ben"), "accountEnabled": None}]
    assert verdict(microsoft(broken, role_assignments=[role("ann"), role("ben")]), "ADMIN-2") == "not_assessed"


# --- ADMIN-3 --------------------------------------------------------------------------------------------------------------


def test_administrators_from_a_local_directory() -> None:
    people = [
        user("cloud"),
        user("synced", onPremisesSyncEnabled=True),
        user("once", onPremisesImmutableId="abc=="),
        user("staff", onPremisesSyncEnabled=True),
        {key: value for key, value in user("dark").items() if key != "onPremisesImmutableId"},
    ]
    held = [role(name) for name in ("cloud", "synced", "once", "dark")]
    assert verdicts(microsoft(people, role_assignments=held), "ADMIN-3") == {
        "cloud": "pass",
        "synced": "fail",
        "once": "fail",
        "staff": "not_applicable",
        "dark": "not_assessed",
    }
    assert verdict(microsoft(people[:1], gaps=["graph.role_assignments"]), "ADMIN-3") == "not_assessed"


def sso(mode: str, unit_id: str) -> Row:
    return {"name": mode, "ssoMode": mode, "targetOrgUnit": f"orgUnits/{unit_id}", "rank": 0}


def test_google_administrators_who_are_assigned_to_another_provider() -> None:
    people = [
        google_user("boss", "/Admins", isAdmin=True),
        google_user("ann", "/Staff", isAdmin=True),
        google_user("x"),
    ]
    units = [unit("root", "/"), unit("a", "/Admins", "root"), unit("s", "/Staff", "root")]
    held = {"directory.orgunits": units, "identity.sso_assignments": [sso("SAML_SSO", "root"), sso("SSO_OFF", "a")]}
    assert verdicts(google(people, held), "ADMIN-3") == {"boss": "pass", "ann": "fail", "x": "not_applicable"}
    assert verdict(google(people, held | {"identity.sso_assignments": None}), "ADMIN-3") == "not_assessed"
    assert verdict(google(people, held | {"identity.sso_assignments": []}), "ADMIN-3") == "pass"


# --- ADMIN-4 --------------------------------------------------------------------------------------------------------------


def plan(service: str, status: str = "Enabled") -> Row:
    return {"servicePlanId": service, "service": service, "capabilityStatus": status}


def test_administrators_with_everyday_licenses() -> None:
    people = [
        user("mail", assignedPlans=[plan("exchange")]),
        user("sites", assignedPlans=[plan("SharePoint", "Warning")]),
        user("old", assignedPlans=[plan("exchange", "Deleted")]),
        user("p1", assignedPlans=[plan("AADPremiumService")]),
        user("staff", assignedPlans=[plan("exchange")]),
        user("off", accountEnabled=False, assignedPlans=[plan("exchange")]),
        user("dark", assignedPlans=None),
    ]
    held = [role(name, HELPDESK) for name in ("mail", "sites", "old", "p1", "off", "dark")]
    assert verdicts(microsoft(people, role_assignments=held), "ADMIN-4") == {
        "mail": "fail",
        "sites": "fail",
        "old": "pass",
        "p1": "pass",
        "staff": "not_applicable",
        "off": "not_applicable",
        "dark": "not_assessed",
    }


def usage(id: str, **counters: Any) -> Row:
    kinds = {
        "num_security_keys": "intValue",
        "num_passkeys_enrolled": "intValue",
        "timestamp_last_access": "datetimeValue",
    }
    return {
        "date": "2026-11-22",
        "entity": {"userEmail": f"{id}@brightwater.example", "profileId": id},
        "parameters": [
            {"name": f"{'gmail' if name.startswith('time') else 'accounts'}:{name}", kinds[name]: value}
            for name, value in counters.items()
        ],
    }


def test_super_administrators_with_other_roles_or_a_mailbox() -> None:
    helpdesk = {"roleId": "2", "roleName": "_HELP_DESK_ADMIN_ROLE", "isSystemRole": True}
    assigned = {
        "roleAssignmentId": "1",
        "roleId": "2",
        "assignedTo": "both",
        "assigneeType": "user",
        "scopeType": "CUSTOMER",
    }
    people = [
        google_user("clean", isAdmin=True, isMailboxSetup=False),
        google_user("both", isAdmin=True, isMailboxSetup=False),
        google_user("mail", isAdmin=True),
        google_user("staff"),
    ]
    held = google(
        people,
        {
            "directory.roles": [*GOOGLE["directory.roles"], helpdesk],
            "directory.role_assignments": [assigned],
            "reports.usage.users": [usage("mail", timestamp_last_access="2026-11-20T00:00:00Z")],
        },
    )
    assert verdicts(held, "ADMIN-4", "super_admin_holds_no_other_role")["both"] == "fail"
    assert verdicts(held, "ADMIN-4", "super_admin_holds_no_other_role")["clean"] == "pass"
    read = {entity: (found, said) for entity, found, said in results(held, "ADMIN-4", "super_admin_reads_no_mail")}
    assert read["mail"] == ("review", "is a super administrator with a mailbox, last used on 2026-11-20")
    assert read["clean"] == ("pass", "has no mailbox")
    dark = google(people, {"directory.role_assignments": None})
    assert verdict(dark, "ADMIN-4") == "review"  # the mailbox is known all the same
    assert verdict(google(people[:1], {"directory.role_assignments": None}), "ADMIN-4") == "not_assessed"
    assert verdict(google([google_user("x", isAdmin=True, isMailboxSetup=None)]), "ADMIN-4") == "not_assessed"


# --- ADMIN-5 and ADMIN-6 --------------------------------------------------------------------------------------------------

PAIR = [user("glass1"), user("glass2")]
KEYS = [line for one in PAIR for line in of(one["id"], method("password"), method("fido2"))]
RULE = policy("MFA for all", users={"excludeUsers": ["glass1"]})


def sealed(people: list[Row] = PAIR, **sources: Any) -> Snapshot:
    given: dict[str, Any] = {
        "role_assignments": [role(one["id"]) for one in people],
        "user_auth_methods": KEYS,
        "conditional_access_policies": [RULE],
        "user_sign_in_activity": [],
    }
    return microsoft([*people, user("ann")], **(given | sources))


def test_two_emergency_accounts_that_can_get_in() -> None:
    assert verdict(sealed(), "ADMIN-5", SEALED) == "pass"
    assert verdict(sealed(conditional_access_policies=[]), "ADMIN-5", SEALED) == "pass"


@pytest.mark.parametrize(
    ("people", "sources", "check"),
    [
        (PAIR[:1], {}, "two_accounts_exist"),
        ([PAIR[0], user("glass2", accountEnabled=False)], {}, "two_accounts_exist"),
        ([PAIR[0], user("glass2", onPremisesImmutableId="x")], {}, "two_accounts_exist"),
        (PAIR, {"role_assignments": [role("glass1"), role("glass2", HELPDESK)]}, "two_accounts_exist"),
        (
            PAIR,
            {"conditional_access_policies": [RULE, policy("Block all", grant("block"))]},
            "no_policy_locks_them_out",
        ),
        (PAIR, {"user_auth_methods": [*of("glass1", method("password")), *KEYS[2:]]}, "account_has_a_key"),
    ],
)
def test_what_is_wrong_with_emergency_accounts(people: list[Row], sources: dict[str, Any], check: str) -> None:
    held = sealed(people, **sources)
    assert "fail" in verdicts(held, "ADMIN-5", check, SEALED).values()
    assert verdict(held, "ADMIN-5", SEALED) == "fail"


def test_an_emergency_account_whose_methods_are_not_asked_for_is_judged_by_the_report() -> None:
    rows = [report("glass1", "passKeyDeviceBound"), report("glass2", "mobilePhone")]
    for read, found in (([], ["pass", "fail"]), (None, ["not_assessed", "not_assessed"])):
        held = sealed(user_auth_methods=read, user_registration_details=rows)
        assert list(verdicts(held, "ADMIN-5", "account_has_a_key", SEALED).values()) == found


def test_emergency_accounts_are_not_assessed_without_names_rules_or_factors() -> None:
    held = sealed([user("emergency1"), user("bg-one"), user("bigbob")])
    [(_, found, said)] = results(held, "ADMIN-5", "two_accounts_exist")
    assert (found, "emergency1" in said, "bg-one" in said, "bigbob" in said) == ("not_assessed", True, True, False)
    assert verdict(sealed(user_auth_methods=None), "ADMIN-5", SEALED) == "not_assessed"
    assert verdict(sealed(conditional_access_policies=None), "ADMIN-5", SEALED) == "not_assessed"
    unknown = Profile(break_glass=frozenset({"nobody@brightwater.example"}))
    assert verdicts(sealed(), "ADMIN-5", "no_policy_locks_them_out", unknown) == {"MFA for all": "not_assessed"}


def test_a_rule_that_only_limits_sessions_locks_nobody_out() -> None:
    session = {**policy("Sessions"), "grantControls": None}
    held = sealed(conditional_access_policies=[session])
    assert verdicts(held, "ADMIN-5", "no_policy_locks_them_out", SEALED) == {"Sessions": "not_applicable"}


@pytest.mark.parametrize(
    ("account", "counters", "expected"),
    [
        ({}, {"num_security_keys": "1", "num_passkeys_enrolled": "0"}, "pass"),
        ({}, {"num_security_keys": "0", "num_passkeys_enrolled": "2"}, "pass"),
        ({}, {"num_security_keys": "0", "num_passkeys_enrolled": "0"}, "fail"),
        ({}, {"num_security_keys": "0"}, "not_assessed"),
        ({"isMailboxSetup": True}, {"num_security_keys": "1"}, "fail"),
        ({"isAdmin": False}, {"num_security_keys": "1"}, "fail"),
        ({"suspended": True}, {"num_security_keys": "1"}, "fail"),
    ],
)
def test_a_sealed_super_administrator(account: Row, counters: dict[str, str], expected: str) -> None:
    glass = google_user("glass1", **({"isAdmin": True, "isMailboxSetup": False} | account))
    held = google([glass], {"reports.usage.users": [usage("glass1", **counters)]})
    assert verdict(held, "ADMIN-5", SEALED) == expected
    assert verdict(held, "ADMIN-5") == "not_assessed"


TOLD = {"id": "a.toml", "topic": "alert_recipients", "statement": "s", "by": "Ann", "signed_on": "2026-10-01", "file_state": "ok", "covers": ["emergency accounts"]}  # fmt: skip


@pytest.mark.parametrize(
    ("last", "uses", "expected"),
    [
        (None, [], "pass"),
        ("2026-07-01T00:00:00Z", [], "pass"),
        ("2026-11-01T12:00:00Z", [], "fail"),
        ("2026-11-01T12:00:00Z", [date(2026, 11, 1)], "pass"),
        ("2026-11-02T03:00:00Z", [date(2026, 11, 1)], "pass"),  # still the evening before at the clinic
        ("2026-11-03T12:00:00Z", [date(2026, 11, 1)], "fail"),
    ],
)
def test_use_of_an_emergency_account(last: str | None, uses: list[date], expected: str) -> None:
    activity = [{"id": "glass1", "signInActivity": {"lastSuccessfulSignInDateTime": last}}] if last else []
    profile = Profile(break_glass=SEALED.break_glass, break_glass_uses=frozenset(uses))
    held = microsoft(PAIR, {"evidence.statements": [TOLD]}, user_sign_in_activity=activity)
    assert verdicts(held, "ADMIN-6", "account_was_not_used", profile)["glass1"] == expected
    assert verdict(held, "ADMIN-6", profile) == expected
    glass = google_user("glass1", lastLoginTime=last or "1970-01-01T00:00:00.000Z")
    assert verdict(google([glass], {"evidence.statements": [TOLD]}), "ADMIN-6", profile) == expected


def test_use_is_not_assessed_without_names_sign_ins_or_a_statement() -> None:
    told = {"evidence.statements": [TOLD]}
    assert verdict(microsoft(PAIR, told), "ADMIN-6") == "not_assessed"
    assert verdict(microsoft(PAIR, told, gaps=["graph.user_sign_in_activity"]), "ADMIN-6", SEALED) == "not_assessed"
    assert verdict(microsoft(PAIR), "ADMIN-6", SEALED) == "not_assessed"
    silent = {"evidence.statements": [{**TOLD, "covers": []}]}
    assert verdict(microsoft(PAIR, silent), "ADMIN-6", SEALED) == "fail"


# --- ADMIN-17 -------------------------------------------------------------------------------------------------------------


def test_personal_addresses_for_recovery() -> None:
    people = [
        user("clean"),
        user("mails", otherMails=["partner.example", "Somebody@GMAIL.com"]),
        user("method"),
        user("unread"),
        user("mailsdark", otherMails=["yahoo.com"]),
        user("staff", otherMails=["gmail.com"]),
    ]
    held = [role(one["id"], HELPDESK) for one in people[:-1]]
    methods = [
        *of("clean", method("password"), method("email", emailAddress="partner.example")),
        *of("mails"),
        *of("method", method("email", emailAddress="icloud.com")),
    ]
    found = verdicts(microsoft(people, role_assignments=held, user_auth_methods=methods), "ADMIN-17")
    assert found == {
        "clean": "pass",
        "mails": "fail",
        "method": "fail",
        "unread": "not_assessed",
        "mailsdark": "fail",
        "staff": "not_applicable",
    }


def test_google_recovery_addresses() -> None:
    people = [
        google_user("none", isAdmin=True),
        google_user("home", isDelegatedAdmin=True, recoveryEmail="gmail.com"),
        google_user("msp", isAdmin=True, recoveryEmail="itcompany.example", recoveryPhone=True),
        google_user("staff", recoveryEmail="gmail.com"),
        google_user("odd", isAdmin=True, recoveryEmail=7),
    ]
    assert verdicts(google(people), "ADMIN-17") == {
        "none": "pass",
        "home": "fail",
        "msp": "pass",
        "staff": "not_applicable",
        "odd": "not_assessed",
    }
    assert facts(google(people), "ADMIN-17", "msp")["phone"] is True


# --- ADMIN-19 and ADMIN-23 ------------------------------------------------------------------------------------------------

BAA = {"id": "v.toml", "topic": "vendor_baas", "statement": "s", "by": "Ann", "signed_on": "2026-10-01", "file_state": "ok", "vendor": [{"name": "Cobalt IT", "domains": ["cobalt.example"], "signed_on": "2025-01-01", "scope": "administration"}]}  # fmt: skip
PARTNER = {"tenantId": "partner-tenant", "isServiceProvider": True}
KNOWN = Profile(
    partners={"PARTNER-tenant": "Cobalt IT", "cobalt.example": "Cobalt IT", "it@brightwater.example": "Cobalt IT"}
)


def test_outside_organizations_at_microsoft() -> None:
    held = {"evidence.statements": [BAA], "graph.cross_tenant_access_partners": [PARTNER]}
    judged = [
        said for _, found, said in results(microsoft(sources=held), "ADMIN-19", "provider_is_known") if found == "fail"
    ]
    assert judged == ["administers this tenant from outside and is not among the partners that the clinic has named"]
    assert verdicts(microsoft(sources=held), "ADMIN-19", "provider_is_known", KNOWN) == {"partner-tenant": "pass"}
    unsigned = held | {"evidence.statements": [{**BAA, "vendor": [{"name": "Cobalt IT"}]}]}
    assert verdict(microsoft(sources=unsigned), "ADMIN-19", KNOWN) == "fail"
    assert verdict(microsoft(sources=held), "ADMIN-19", KNOWN) == "not_assessed"  # its roles show only at the partner
    other = held | {"graph.cross_tenant_access_partners": [{**PARTNER, "isServiceProvider": None}]}
    assert verdict(microsoft(sources=other), "ADMIN-19", KNOWN) == "not_applicable"
    assert verdict(microsoft(gaps=["graph.cross_tenant_access_partners"]), "ADMIN-19", KNOWN) == "not_assessed"


SUPER_BY_GROUP = {"roleAssignmentId": "9", "roleId": "1", "assignedTo": "g", "assigneeType": "group", "scopeType": "CUSTOMER"}  # fmt: skip
GROUP = {"id": "g", "email": "admins@brightwater.example", "adminCreated": True, "directMembersCount": "1"}
DOMAINS = {
    "directory.domains": [
        {"domainName": "brightwater.example", "isPrimary": True, "verified": True, "creationTime": "0"}
    ],
    "directory.domain_aliases": [],
}


def member(email: str) -> Row:
    return {"id": email, "email": email, "role": "MEMBER", "type": "USER", "status": "ACTIVE"}


@pytest.mark.parametrize(
    ("outsider", "profile", "expected"),
    [
        ("ann@brightwater.example", None, "pass"),
        ("helper@gmail.com", None, "fail"),
        ("tech@cobalt.example", None, "fail"),
        ("tech@cobalt.example", KNOWN, "pass"),
    ],
)
def test_outsiders_who_are_super_administrators(outsider: str, profile: Profile | None, expected: str) -> None:
    held = DOMAINS | {
        "directory.role_assignments": [SUPER_BY_GROUP],
        "directory.groups": [GROUP],
        "directory.group_members": of("g", member(outsider)),
        "evidence.statements": [BAA],
    }
    assert verdict(google([google_user("boss", isAdmin=True)], held), "ADMIN-19", profile) == expected
    dark = held | {"directory.role_assignments": None}
    assert verdict(google([google_user("boss", isAdmin=True)], dark), "ADMIN-19", profile) == "not_assessed"


def test_an_account_that_the_clinic_calls_its_it_companys() -> None:
    people = [google_user("it", isAdmin=True)]
    assert verdict(google(people, DOMAINS | {"evidence.statements": [BAA]}), "ADMIN-19", KNOWN) == "pass"
    assert verdict(google(people, DOMAINS), "ADMIN-19", KNOWN) == "not_assessed"  # no statement about vendors at all
    assert verdict(google(people, {"directory.domains": None}), "ADMIN-19", Profile()) == "not_assessed"


def google_role(id: str, *privileges: str) -> Row:
    return {"roleId": id, "roleName": f"role {id}", "rolePrivileges": [{"privilegeName": p, "serviceId": "s"} for p in privileges]}  # fmt: skip


def assigned(role_id: str, holder: str, kind: str = "user") -> Row:
    return {"roleAssignmentId": f"{role_id}{holder}", "roleId": role_id, "assignedTo": holder, "assigneeType": kind, "scopeType": "CUSTOMER"}  # fmt: skip


def test_smaller_google_roles_and_robots() -> None:
    roles = [
        *GOOGLE["directory.roles"],
        google_role("2", "USERS_ALL", "USERS_SECURITY"),
        google_role("3", "USERS_ALL"),
        google_role("4", "USERS_SECURITY"),
    ]
    rows = [
        assigned("1", "ann"),
        assigned("2", "ann"),
        assigned("3", "ann"),
        assigned("4", "robot"),
        assigned("3", "g", "group"),
    ]
    held = {"directory.roles": roles, "directory.role_assignments": rows, "directory.groups": [GROUP]}
    clinic = google([google_user("ann", isAdmin=True)], held)
    assert verdicts(clinic, "ADMIN-23", "role_is_small") == {
        "1ann": "not_applicable",
        "2ann": "fail",
        "3ann": "pass",
        "4robot": "pass",
        "3g": "pass",
    }
    robots = verdicts(clinic, "ADMIN-23", "robot_is_approved")
    assert robots["4robot"] == "fail"
    assert {robots[key] for key in robots if key != "4robot"} == {"not_applicable"}
    known = Profile(approved_service_accounts=frozenset({"robot"}))
    assert verdicts(clinic, "ADMIN-23", "robot_is_approved", known)["4robot"] == "pass"


def test_google_roles_are_not_assessed_without_roles_people_or_groups() -> None:
    held = {"directory.role_assignments": [assigned("3", "ann")], "directory.roles": [google_role("3", "USERS_ALL")]}
    assert verdict(google([google_user("ann")], held), "ADMIN-23") == "pass"
    for name in ("directory.roles", "directory.role_assignments", "directory.users"):
        assert verdict(google([google_user("ann")], held | {name: None}), "ADMIN-23") == "not_assessed", name
    robot = held | {"directory.role_assignments": [assigned("3", "robot")], "directory.groups": None}
    assert verdict(google([google_user("ann")], robot), "ADMIN-23") == "not_assessed"
    assert verdict(google([google_user("ann")], {"directory.role_assignments": []}), "ADMIN-23") == "not_applicable"


# --- ADMIN-22 -------------------------------------------------------------------------------------------------------------


def group(id: str, **fields: Any) -> Row:
    return {
        "id": id,
        "displayName": id,
        "mail": None,
        "mailEnabled": False,
        "securityEnabled": True,
        "groupTypes": [],
        "visibility": None,
        "resourceProvisioningOptions": [],
        "isAssignableToRole": None,
        "membershipRule": None,
    } | fields


def owned(id: str, *owners: str, kind: str = "user") -> Row:
    return {"id": id, "owners": [{"@odata.type": f"#microsoft.graph.{kind}", "id": owner} for owner in owners]}


@pytest.mark.parametrize(
    ("owners", "expected"),
    [
        (owned("power"), "pass"),
        (owned("power", "boss"), "pass"),
        (owned("power", "boss", "ann"), "fail"),
        (owned("power", "app", kind="servicePrincipal"), "fail"),
        (owned("power", *["boss"] * 20), "not_assessed"),
        ({"id": "power"}, "not_assessed"),
        (owned("other"), "not_assessed"),
    ],
)
def test_owners_of_groups_with_a_role(owners: Row, expected: str) -> None:
    groups = [group("power", isAssignableToRole=True), group("plain"), group("other")]
    held = microsoft(
        [user("boss"), user("ann"), guest("gil")],
        role_assignments=[role("boss")],
        groups=groups,
        group_members=[line for one in groups for line in of(one["id"])],
        group_owners=[owners, owned("plain", "ann")],
    )
    assert verdicts(held, "ADMIN-22", "owners_are_administrators")["power"] == expected
    assert verdicts(held, "ADMIN-22", "owners_are_administrators")["plain"] == "not_applicable"
    assert verdict(held, "ADMIN-22") == expected


def test_groups_inside_a_group_that_holds_a_role() -> None:
    inner = {"id": "inner", "@odata.type": "#microsoft.graph.group", "displayName": "Inner"}
    held: dict[str, Any] = {
        "role_definitions": [DEFINITION],
        "role_assignments": [role("power", GROUPS_ADMIN, kind="group")],
        "groups": [group("power"), group("inner")],
        "group_owners": [owned("power"), owned("inner")],
        "group_members": [*of("power", inner), *of("inner")],
    }
    assert verdicts(microsoft([user("ann")], **held), "ADMIN-22", "no_group_is_inside") == {
        "power": "fail",
        "inner": "not_applicable",
    }
    assert (
        verdict(microsoft([user("ann")], **(held | {"group_members": [*of("power"), *of("inner")]})), "ADMIN-22")
        == "pass"
    )
    held["group_members"] = [*of("power"), *of("inner")]
    for name in ("group_members", "group_owners", "role_assignments"):
        assert verdict(microsoft([user("ann")], **(held | {name: None})), "ADMIN-22") == "not_assessed", name
