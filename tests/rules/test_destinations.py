"""Where mail goes: every class, chains of contacts, look-alikes, and that nothing unread is ever the clinic's own."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.views.destinations import Destination, DestinationClass, Directory, Mark, PersonNames, classify

C = DestinationClass
FRONT = "/o=ExchangeLabs/ou=Brightwater/cn=Recipients/cn=front"
CONTACT = "/o=ExchangeLabs/ou=Brightwater/cn=Recipients/cn=janehome"
CLINIC = Directory(
    own_domains=frozenset({"Brightwater.example", "brightwater.onmicrosoft.com", "bücherklinik.example"}),
    match_subdomains=frozenset({"wide.example"}),
    same_owner_domains=frozenset({"eastside.example"}),
    partners={"lab.example": True, "billing.example": False, "Hushmail.com": True, "gmail.com": True},
    approved_external_domains=frozenset({"payer.example", "yahoo.com"}),
    own_addresses=frozenset({"SMTP:owner@legacy.example", "jane@gmail.com", "not an address"}),
    x500={FRONT: "front@brightwater.example", f"X500:{CONTACT}": "jhome@brightwater.example"},
    resolutions={
        "Jane Home": "SMTP:jane@gmail.com",
        "jhome@brightwater.example": "Jane Home",
        "0c1f7c1e-0000-0000-0000-000000000001": "SMTP:ops@lab.example",
        "loop": "loop2",
        "loop2": "LOOP",
        "far": "far1",
        "far1": "far2",
        "far2": "far3",
        "far3": "front@brightwater.example",
        "empty": "",
        "odd": "sip:front@brightwater.example",
        "self@brightwater.example": "SMTP:Self@brightwater.example",
        "remote@brightwater.example": "remote@brightwater.onmicrosoft.com",
        "": "front@brightwater.example",
    },
)
JANE = PersonNames(
    "Jane Doe", addresses=frozenset({"jdoe@brightwater.example"}), personal_addresses=frozenset({"sunny77@aol.com"})
)


def where(address: str | None, person: PersonNames | None = None) -> Destination:
    return classify(address, CLINIC, person=person)


@pytest.mark.parametrize(
    ("address", "cls"),
    [
        ("front@brightwater.example", C.OWN_DOMAIN),
        ("SMTP:Front+x@BRIGHTWATER.example.", C.OWN_DOMAIN),
        ("front@brightwater.onmicrosoft.com", C.OWN_DOMAIN),
        ("front@xn--bcherklinik-thb.example", C.OWN_DOMAIN),
        ("front@bücherklinik.example", C.OWN_DOMAIN),
        ("front@wide.example", C.OWN_DOMAIN),
        ("front@any.wide.example", C.OWN_DOMAIN),
        ("owner@legacy.example", C.OWN_DOMAIN),
        ("other@legacy.example", C.OTHER_OUTSIDE),
        ("front@sub.brightwater.example", C.OTHER_OUTSIDE),
        ("front@notbrightwater.example", C.OTHER_OUTSIDE),
        ("front@other.onmicrosoft.com", C.OTHER_OUTSIDE),
        ("front@eastside.example", C.SAME_OWNER),
        ("front@sub.eastside.example", C.OTHER_OUTSIDE),
        ("ops@lab.example", C.PARTNER_WITH_BAA),
        ("ops@billing.example", C.OTHER_OUTSIDE),
        ("care@hushmail.com", C.PARTNER_WITH_BAA),
        ("care@hush.com", C.CONSUMER),
        ("claims@payer.example", C.OTHER_OUTSIDE),
        ("x@mail.luxsci.com", C.SECURE_MAIL_VENDOR),
        ("x@journal.mimecast.com", C.SECURE_MAIL_VENDOR),
        ("x@tebra.com", C.EHR_VENDOR),
        ("x@brightwater.clientsecure.me", C.EHR_VENDOR),
        ("jane@gmail.com", C.CONSUMER),
        ("jane_gmail.com#EXT#@brightwater.onmicrosoft.com", C.CONSUMER),
        ("front@yahoo.com", C.CONSUMER),
        ("x@yahoo.co.uk", C.CONSUMER),
        ("x@yahoo.com.au", C.CONSUMER),
        ("x@outlook.co.uk", C.CONSUMER),
        ("x@hotmail.fr", C.CONSUMER),
        ("x@live.ca", C.CONSUMER),
        ("x@tutanota.com", C.CONSUMER),
        ("x@comcast.net", C.ISP),
        ("x@xfinity.com", C.ISP),
        ("x@socal.rr.com", C.ISP),
        ("x@doctor.com", C.VANITY),
        ("x@therapist.net", C.VANITY),
        ("x@privaterelay.appleid.com", C.RELAY),
        ("x@me.simplelogin.com", C.RELAY),
        ("x@mailinator.com", C.RELAY),
        ("x@comcast.com", C.OTHER_OUTSIDE),
        ("x@cox.com", C.OTHER_OUTSIDE),
        ("x@google.com", C.OTHER_OUTSIDE),
        ("x@[192.0.2.1]", C.OTHER_OUTSIDE),
        ("x@clinic.example.org", C.OTHER_OUTSIDE),
        ("", C.UNREADABLE),
        (None, C.UNREADABLE),
        ("Nobody we know", C.UNREADABLE),
        (FRONT + "2", C.UNREADABLE),
        ('"a@gmail.com"@brightwater.example', C.UNREADABLE),
        ("a%gmail.com@brightwater.example", C.UNREADABLE),
        ("IMCEAINVALID-a+40b@brightwater.example", C.UNREADABLE),
    ],
)
def test_each_class(address: str | None, cls: DestinationClass) -> None:
    found = where(address)
    assert found.cls is cls
    assert found.reason
    assert (found.domain == "") == (cls is C.UNREADABLE)


@pytest.mark.parametrize(
    ("address", "cls", "final", "steps"),
    [
        ("Jane Home", C.CONSUMER, "jane@gmail.com", 1),
        ("jane home", C.CONSUMER, "jane@gmail.com", 1),
        ("jhome@brightwater.example", C.CONSUMER, "jane@gmail.com", 2),
        ("JHome+x@brightwater.example", C.CONSUMER, "jane@gmail.com", 2),
        (CONTACT, C.CONSUMER, "jane@gmail.com", 3),
        (f"EX:{FRONT}", C.OWN_DOMAIN, "front@brightwater.example", 1),
        (f'"Front" [EX:{FRONT.upper()}]', C.OWN_DOMAIN, "front@brightwater.example", 1),
        ("0C1F7C1E-0000-0000-0000-000000000001", C.PARTNER_WITH_BAA, "ops@lab.example", 1),
        ("self@brightwater.example", C.OWN_DOMAIN, "self@brightwater.example", 0),
        ("remote@brightwater.example", C.OWN_DOMAIN, "remote@brightwater.onmicrosoft.com", 1),
        ("loop", C.UNREADABLE, None, 2),
        ("far", C.UNREADABLE, None, 3),
        ("far2", C.OWN_DOMAIN, "front@brightwater.example", 2),
        ("empty", C.UNREADABLE, None, 1),
        ("odd", C.UNREADABLE, None, 1),
    ],
)
def test_contacts_are_followed_to_the_end(address: str, cls: DestinationClass, final: str | None, steps: int) -> None:
    found = where(address)
    assert found.cls is cls
    assert len(found.resolved_through) == steps
    if final is not None:
        assert found.address.key == final


def test_an_own_address_that_is_a_contact_is_where_the_contact_leads() -> None:
    assert not where("jhome@brightwater.example").is_internal


@pytest.mark.parametrize(
    ("address", "catalogue"),
    [
        ("front@brightwater.example", "internal"),
        ("front@eastside.example", "approved"),
        ("ops@lab.example", "approved"),
        ("claims@payer.example", "approved"),
        ("x@yahoo.com", "consumer"),
        ("x@comcast.net", "consumer"),
        ("x@dr.com", "consumer"),
        ("x@duck.com", "consumer"),
        ("x@tebra.com", "known vendor"),
        ("x@paubox.com", "known vendor"),
        ("ops@billing.example", "other"),
        ("x@elsewhere.example", "other"),
        ("Nobody", "unresolved"),
    ],
)
def test_the_catalogue_classes(address: str, catalogue: str) -> None:
    found = where(address)
    says = {
        "internal": found.is_internal,
        "approved": found.is_approved,
        "consumer": found.is_consumer,
        "known vendor": found.is_known_vendor,
        "unresolved": not found.is_readable,
    }
    assert [name for name, yes in says.items() if yes] == ([] if catalogue == "other" else [catalogue])


@pytest.mark.parametrize(
    "address",
    [
        "jane.doe@gmail.com",
        "janedoe1984@yahoo.com",
        "doe.jane@aol.com",
        "jdoe84@comcast.net",
        "janed@icloud.com",
        "j.doe+clinic@gmail.com",
        "dr.jane.m.doe@doctor.com",
        "drjanedoe@hotmail.com",
        "SunnY77@aol.com",
        "jane_doe_gmail.com#EXT#@brightwater.onmicrosoft.com",
    ],
)
def test_the_persons_own_mailbox(address: str) -> None:
    found = where(address, JANE)
    assert found.cls is C.PERSONAL
    assert found.is_consumer
    assert "own personal" in found.reason
    assert where(address).cls is not C.PERSONAL


@pytest.mark.parametrize(
    ("address", "person"),
    [
        ("jane@gmail.com", JANE),
        ("doe@gmail.com", JANE),
        ("thedoes@gmail.com", JANE),
        ("john.doe@gmail.com", JANE),
        ("jane.doe@duck.com", JANE),
        ("jane.doe@janedoe.example", JANE),
        ("jane.doe@brightwater.example", JANE),
        ("front.desk@gmail.com", PersonNames("Front Desk", addresses=frozenset({"frontdesk@brightwater.example"}))),
        ("office@gmail.com", PersonNames("Office", addresses=frozenset({"office@brightwater.example"}))),
        ("anything@gmail.com", PersonNames()),
        ("j@gmail.com", PersonNames("J D")),
    ],
)
def test_not_convincingly_the_persons_own(address: str, person: PersonNames) -> None:
    assert where(address, person).cls is not C.PERSONAL


@pytest.mark.parametrize(
    ("address", "person"),
    [
        ("maria.garcia@gmail.com", PersonNames("García López, María")),
        ("mlopez@gmail.com", PersonNames(given="María", surname="García López")),
        ("maryannsmith@gmail.com", PersonNames(given="Mary Ann", surname="Smith")),
        ("jane.doe@gmail.com", PersonNames("Dr. Jane Doe, LCSW")),
        ("moonrise@gmail.com", PersonNames("Jane Doe", addresses=frozenset({"SMTP:moonrise@brightwater.example"}))),
        ("bjorn.aas@gmail.com", PersonNames("Bjørn Aas")),
    ],
)
def test_names_in_other_forms(address: str, person: PersonNames) -> None:
    assert where(address, person).cls is C.PERSONAL


@pytest.mark.parametrize(
    "domain",
    [
        "brightwatter.example",
        "brigthwater.example",
        "bright-water.example",
        "brightwater.org",
        "brightwater-portal.example",
        "my-brightwater.example",
        "securebrightwater.org",
        "brightwaterclinic.org",
        "br1ghtwater.example",
        "brіghtwater.example",
        "brıghtwáter.example",
        "brightwater.example.evil.org",
        "login.brightwater.example.evil.org",
        "brightwater1.onmicrosoft.com",
        "gmial.com",
        "gmal.com",
        "gmaill.com",
        "gmail.co",
        "gmаil.com",
        "yahooo.com",
        "yahoo.io",
        "outlok.com",
        "gmail-support.com",
    ],
)
def test_lookalikes_are_marked(domain: str) -> None:
    found = where(f"x@{domain}")
    assert (found.cls, found.marks) == (C.OTHER_OUTSIDE, frozenset({Mark.LOOKALIKE}))
    assert found.is_lookalike
    assert "resembles" in found.reason


@pytest.mark.parametrize(
    "domain",
    [
        "elsewhere.example",
        "example.org",
        "water.example",
        "bright.example",
        "sub.brightwater.example",
        "live.io",
        "riverside-portal.org",
        "hostile.org",
        "brightonwaterworks.org",
        "contoso.onmicrosoft.com",
    ],
)
def test_ordinary_outsiders_are_not(domain: str) -> None:
    assert where(f"x@{domain}").marks == frozenset()


def test_what_the_clinic_vouches_for_is_no_lookalike() -> None:
    context = Directory(
        own_domains=frozenset({"brightwater.example"}),
        approved_external_domains=frozenset({"brightwater.org"}),
        partners={"brightwater-labs.example": True, "brightwaterbilling.example": False},
    )
    for domain in ("brightwater.org", "brightwater-labs.example", "brightwaterbilling.example"):
        assert classify(f"x@{domain}", context).marks == frozenset()


def test_no_agreement_covers_everybodys_gmail() -> None:
    assert where("jane@gmail.com").cls is C.CONSUMER
    assert not where("x@yahoo.com").is_approved


def test_an_unverified_list_says_so() -> None:
    listed = where("x@123mail.org")
    assert (listed.cls, listed.verified) == (C.CONSUMER, False)
    assert "probably" in listed.reason
    assert where("x@gmail.com").verified
    assert not where("x@frontier.com").verified
    assert not where("x@virtru.com").verified


def test_reasons_are_for_owners() -> None:
    assert where("x@gmail.com").reason == "a personal Gmail mailbox"
    assert where("x@comcast.net").reason == "a Comcast Xfinity internet-provider mailbox, not a clinic account"
    assert where("x@att.net").reason == "an AT&T internet-provider mailbox, not a clinic account"
    assert where("front@brightwater.example").reason == "a mailbox of the clinic"
    assert where("ops@billing.example").reason == "a partner without a valid agreement on file (billing.example)"
    assert "does not list as its own" in where("x@sub.brightwater.example").reason


def test_a_stated_twice_partner_without_agreement_has_none() -> None:
    context = Directory(partners={"Lab.example": True, "lab.example": False})
    assert classify("x@lab.example", context).cls is C.OTHER_OUTSIDE


def test_an_empty_directory_owns_nothing() -> None:
    assert classify("front@brightwater.example", Directory()).cls is C.OTHER_OUTSIDE
    assert classify(FRONT, Directory()).cls is C.UNREADABLE


def test_thousands_are_quick() -> None:
    started = time.process_time()
    for n in range(5000):
        where(f"person{n}@place{n % 500}.example", JANE)
    assert time.process_time() - started < 10  # well under a second is usual; a look-up through every list is minutes


locals_ = st.from_regex(r"[a-z][a-z0-9]{0,8}([._][a-z0-9]{1,6})?", fullmatch=True)
KNOWN = [
    "brightwater.example",
    "xn--bcherklinik-thb.example",
    "eastside.example",
    "lab.example",
    "billing.example",
    "payer.example",
    "gmail.com",
    "yahoo.co.uk",
    "comcast.net",
    "doctor.com",
    "duck.com",
    "tebra.com",
    "brightwatter.example",
    "elsewhere.example",
    "any.wide.example",
]
known = st.sampled_from(KNOWN)


@given(locals_, known)
def test_case_tags_dots_and_idna_never_change_the_class(local: str, domain: str) -> None:
    plain = where(f"{local}@{domain}")
    spoken = domain.encode("ascii").decode("idna")
    for raw in (
        f"{local}@{domain}".upper(),
        f"{local}+tag@{domain}",
        f"{local}@{domain}.",
        f"{local}@{spoken}",
        f"{local}@{spoken.upper()}",
        f"SMTP:{local}@{domain}",
        f"{local}_{domain}#EXT#@brightwater.onmicrosoft.com",
    ):
        assert (where(raw).cls, where(raw).marks) == (plain.cls, plain.marks)
        assert where(raw, JANE).cls is where(f"{local}@{domain}", JANE).cls


@given(st.text(max_size=50))
def test_anything_at_all_gets_a_class(raw: str) -> None:
    found = where(raw)
    assert found.is_internal is (found.cls is C.OWN_DOMAIN)
    if not found.address.is_smtp:
        assert found.cls is C.UNREADABLE


@given(
    st.text(max_size=20),
    st.sampled_from([" ", ",", ";", "\u200b", "\u202e", "%", "!", "@", "\x00", "\n"]),
    st.text(max_size=10),
)
def test_an_unreadable_address_is_never_internal(before: str, odd: str, after: str) -> None:
    found = where(f"a{before}{odd}{after}b@brightwater.example")
    if not found.address.is_smtp:
        assert not found.is_internal


links = st.dictionaries(
    st.sampled_from("abcdef"), st.sampled_from([*"abcdef", "x@brightwater.example", "x@gmail.com", ""]), max_size=6
)


@given(links, st.sampled_from("abcdef"))
def test_chains_end(resolutions: dict[str, str], start: str) -> None:
    """Against the obvious version: walk at most two links."""
    context = Directory(own_domains=frozenset({"brightwater.example"}), resolutions=resolutions)
    end = resolutions.get(start, "")
    end = resolutions.get(end, end) if end else ""
    expected = {"x@brightwater.example": C.OWN_DOMAIN, "x@gmail.com": C.CONSUMER}.get(end, C.UNREADABLE)
    assert classify(start, context).cls is expected
