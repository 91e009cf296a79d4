"""Addresses: what is read, what is refused, and that writing an address another way changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.views.addresses import AddressKind, ascii_domain, parse, printable, shown_domain, unicode_domain

FRONT = "/o=ExchangeLabs/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=front"
CODED = "IMCEAEX-_o=ExchangeLabs_ou=Exchange+20Administrative+20Group+20+28FYDIBOHF23SPDLT+29_cn=Recipients_cn=front"

locals_ = st.from_regex(r"[a-z][a-z0-9]{0,8}([._-][a-z0-9]{1,6})?", fullmatch=True)
domains = st.from_regex(r"[a-z][a-z0-9]{1,9}(-[a-z0-9]{1,5})?\.(example|com|org)", fullmatch=True)


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ("front@brightwater.example", "front@brightwater.example"),
        ("  Front@BrightWater.Example \n", "front@brightwater.example"),
        ("SMTP:Front@brightwater.example", "front@brightwater.example"),
        ("smtp:front@brightwater.example.", "front@brightwater.example"),
        ("mailto:front@brightwater.example", "front@brightwater.example"),
        ("Front Desk <front@brightwater.example>", "front@brightwater.example"),
        ('"Desk, Front" <front@brightwater.example>', "front@brightwater.example"),
        ("<front@brightwater.example>", "front@brightwater.example"),
        ("'front@brightwater.example'", "front@brightwater.example"),
        ('"Front Desk" [SMTP:front@brightwater.example]', "front@brightwater.example"),
        ('"front desk"@brightwater.example', "front desk@brightwater.example"),
        (r'"fr\"ont"@brightwater.example', 'fr"ont@brightwater.example'),
        ("user%40gmail.com", "user@gmail.com"),
        ("o'brien@brightwater.example", "o'brien@brightwater.example"),
        ("jane@bücher.example", "jane@xn--bcher-kva.example"),
        ("jane@BÜCHER.example", "jane@xn--bcher-kva.example"),
        ("jane@xn--bcher-kva.example", "jane@xn--bcher-kva.example"),
        ("jane@faß.example", "jane@xn--fa-hia.example"),
        ("jane@bücher\u3002example", "jane@xn--bcher-kva.example"),
        ("josé@brightwater.example", "josé@brightwater.example"),
        ("jane@[192.0.2.1]", "jane@[192.0.2.1]"),
        ("jane@[IPv6:2001:db8::1]", "jane@[2001:db8::1]"),
        ("IMCEASMTP-jane+5Fdoe+40gmail+2Ecom@brightwater.example", "jane_doe@gmail.com"),
    ],
)
def test_the_ways_providers_write_an_address(raw: str, key: str) -> None:
    address = parse(raw)
    assert (address.kind, address.key, address.raw) == (AddressKind.SMTP, key, raw)
    assert f"{address.local}@{address.domain}" == key


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ("jane_gmail.com#EXT#@brightwater.onmicrosoft.com", "jane@gmail.com"),
        ("SMTP:jane_gmail.com#EXT#@brightwater.onmicrosoft.com", "jane@gmail.com"),
        ("Jane_Doe_Gmail.com#ext#@brightwater.onmicrosoft.com", "jane_doe@gmail.com"),
        ("jane_gmail.com#EXT#", "jane@gmail.com"),
    ],
)
def test_a_guest_is_who_they_are_at_home(raw: str, key: str) -> None:
    address = parse(raw)
    assert address.key == key
    assert address.is_guest


@pytest.mark.parametrize(
    "raw", [FRONT, FRONT.upper(), f"EX:{FRONT}", f"X500:{FRONT}", f"x500: {FRONT}", f'"Front" [EX:{FRONT}]']
)
def test_exchange_directory_names(raw: str) -> None:
    address = parse(raw)
    assert address.kind is AddressKind.X500
    assert address.key == address.mailbox == FRONT.casefold()
    assert address.domain == ""


def test_a_wrapped_directory_name_is_no_address_of_the_domain_behind_it() -> None:
    address = parse(f"{CODED}@brightwater.example")
    assert (address.kind, address.key, address.domain) == (AddressKind.X500, FRONT.casefold(), "")


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "",
        "   ",
        "Front Desk",
        "front",
        "@brightwater.example",
        "front@",
        "front@brightwater",
        "front@.brightwater.example",
        "front@brightwater..example",
        "front@bright_water.example",
        "front@-brightwater.example",
        "front@192.0.2.1",
        "front@[192.0.2.999]",
        "front desk@brightwater.example",
        "a@gmail.com, front@brightwater.example",
        "a@gmail.com;front@brightwater.example",
        "a@gmail.com@brightwater.example",
        '"a@gmail.com"@brightwater.example',
        "a%gmail.com@brightwater.example",
        "gmail.com!a@brightwater.example",
        "a=gmail.com@brightwater.example",
        "x <a@gmail.com> <front@brightwater.example>",
        '"x" [SMTP:a@gmail.com] [SMTP:front@brightwater.example]',
        "nobody#EXT#@brightwater.onmicrosoft.com",
        "IMCEAINVALID-a+40gmail+2Ecom@brightwater.example",
        "IMCEAFAX-5550100@brightwater.example",
        "sip:front@brightwater.example",
        "X400:c=US;a= ;p=Brightwater;s=Front",
        "SPO:SPO_1@SPO_2",
        "/o=",
        "/cn=front",
        "EX:",
        "fr\u200bont@brightwater.example",
        "\u202efront@brightwater.example",
        "front@bright\u200dwater.example",
        "fr\x00ont@brightwater.example",
        "front\r\nBcc: a@gmail.com",
        "front＠brightwater.example",
        "smtp:smtp:smtp:smtp:smtp:smtp:front@brightwater.example",
        "a" * 70 + "@" + "b" * 64 + ".example",
    ],
)
def test_what_is_not_certain_stays_unread(raw: str | None) -> None:
    address = parse(raw)
    assert (address.kind, address.domain, address.local) == (AddressKind.UNREADABLE, "", "")


def test_display_names_cannot_pose_as_the_address() -> None:
    assert parse('"front@brightwater.example" <a@gmail.com>').key == "a@gmail.com"
    assert parse('"x front@brightwater.example" [SMTP:a@gmail.com]').key == "a@gmail.com"


def test_tags_are_kept_and_known() -> None:
    address = parse("Front+Intake+2@brightwater.example")
    assert (address.local, address.base_local) == ("front+intake+2", "front")
    assert parse("+tag@brightwater.example").base_local == "+tag"


def test_dots_count_everywhere_but_at_consumer_gmail() -> None:
    assert parse("j.a.ne+x@gmail.com").mailbox == parse("jane@googlemail.com").mailbox == "jane@gmail.com"
    assert parse("j.ane@brightwater.example").mailbox != parse("jane@brightwater.example").mailbox
    assert parse("j.ane@gmail.com").key != parse("jane@gmail.com").key


def test_people_see_both_forms_of_an_international_domain() -> None:
    assert parse("jane@bücher.example").shown == "jane@bücher.example (xn--bcher-kva.example)"
    assert shown_domain("brightwater.example") == "brightwater.example"
    assert shown_domain("xn--99999999.example") == "xn--99999999.example"


def test_invisible_characters_are_written_out() -> None:
    assert printable("a\u202eb\x00") == "a\\u202eb\\u0000"
    assert parse("\u202efront@brightwater.example").shown == "\\u202efront@brightwater.example"


def test_an_odd_coded_name_never_becomes_a_plain_one() -> None:
    odd = "xn--" + "ｇmail".encode("punycode").decode() + ".com"
    assert ascii_domain(odd) == odd


@given(locals_, domains)
def test_ordinary_addresses_read_as_themselves(local: str, domain: str) -> None:
    assert parse(f"{local}@{domain}").key == f"{local}@{domain}"


@given(locals_, domains)
def test_the_way_of_writing_changes_nothing(local: str, domain: str) -> None:
    plain = f"{local}@{domain}"
    for raw in (
        plain.upper(),
        f"{plain}.",
        f"SMTP:{plain}",
        f"Name <{plain}>",
        f'"{local}"@{domain}',
        f"'{plain}'",
        f'"N" [SMTP:{plain}]',
        f"{local}_{domain}#EXT#@x.onmicrosoft.com",
    ):
        assert parse(raw).key == plain
    assert parse(f"{local}+tag@{domain}").mailbox == parse(plain).mailbox


@given(st.text(max_size=60))
def test_reading_never_fails_and_settles(raw: str) -> None:
    address = parse(raw)
    assert isinstance(address.shown, str)
    if address.is_smtp:
        assert address.domain == address.domain.lower()
        if not address.domain.startswith("["):
            assert ascii_domain(address.domain) == address.domain
            assert ascii_domain(unicode_domain(address.domain)) == address.domain
    else:
        assert address.domain == ""


@given(st.text(alphabet="abcäößéиλ日-", min_size=1, max_size=10))
def test_international_names_go_there_and_back(label: str) -> None:
    domain = ascii_domain(f"{label}.example")
    if domain:
        assert domain.isascii()
        assert ascii_domain(domain) == domain
        assert ascii_domain(unicode_domain(domain)) == domain
