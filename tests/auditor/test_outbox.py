"""Mail through a real SMTP server on loopback: TLS, a sign-in, attachments, and what happens when it fails."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from auditor.cli import main
from auditor.config import MailSection, check, load
from auditor.errors import AuditorError
from auditor.outbox import Attachment, Outbox
from tests.auditor.history.clinics import Clinic

PDF = b"%PDF-1.7 \x00\xff a letter"


def certificate(folder: Path) -> tuple[Path, Path]:
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert, secret = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return cert, secret


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """What arrived, and how the server feels today."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.refuse: list[str] = []  # answers to the next messages
        self.signed_in: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the library's name
        if self.refuse:
            return self.refuse.pop(0)
        self.messages.append(envelope.content)
        return "250 taken"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        good = data.login == b"letters" and data.password == b"open sesame"
        self.signed_in.append(data.login.decode())
        return AuthResult(success=good, handled=False)


# The library warns of a server that takes passwords without STARTTLS; this one speaks TLS from the first byte.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")


@pytest.fixture(params=["starttls", "tls"])
def post(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Server, MailSection]]:
    cert, key = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server = Server()
    how: dict[str, Any] = {"tls_context": context, "require_starttls": True}
    if request.param == "tls":
        how = {"ssl_context": context, "auth_require_tls": False}
    controller = Controller(
        server, hostname="127.0.0.1", port=free_port(), authenticator=server.authenticate, auth_required=True, **how
    )
    controller.start()
    port = controller.port
    yield (
        server,
        MailSection(
            host="127.0.0.1", port=port, security=request.param, user="letters", password="env:AUDITOR_TEST_SMTP",
            sender="auditor@northside.example", ca_file=str(cert),
        ),
    )  # fmt: skip
    controller.stop()


def outbox(folder: Path, mail: MailSection, password: str = "open sesame") -> tuple[Outbox, list[float]]:
    pauses: list[float] = []
    return Outbox(folder / "outbox", mail, password, pause=pauses.append), pauses


def put(box: Outbox, to: str = "owner@brightwater.example", key: str = "2026-11") -> bool:
    files = [Attachment("letter.pdf", "application/pdf", PDF)]
    return box.put(to, "Your mail in November", "The words.", html="<p>The words.</p>", attachments=files, key=key)


def test_a_letter_arrives_whole_and_once(post: tuple[Server, MailSection], tmp_path: Path) -> None:
    server, mail = post
    box, _ = outbox(tmp_path, mail)
    assert put(box)
    assert not put(box)
    assert [delivery.sent for delivery in box.send()] == [True]
    assert not put(box), "a letter that was sent is not sent again"
    assert box.send() == []
    (content,) = server.messages
    message = message_from_bytes(content, policy=policy.default)
    assert message["To"] == "owner@brightwater.example"
    assert message.get_body(("plain",)).get_content().strip() == "The words."
    (attached,) = message.iter_attachments()
    assert attached.get_content() == PDF
    assert attached.get_filename() == "letter.pdf"
    assert server.signed_in == ["letters"]
    assert "owner@brightwater.example" in (tmp_path / "outbox" / "sent.jsonl").read_text()


def test_a_busy_server_is_asked_again(post: tuple[Server, MailSection], tmp_path: Path) -> None:
    server, mail = post
    box, pauses = outbox(tmp_path, mail)
    put(box)
    server.refuse = ["451 later", "451 later"]
    assert [delivery.sent for delivery in box.send()] == [True]
    assert pauses == [2.0, 4.0]


def test_what_is_not_taken_is_said_and_waits(post: tuple[Server, MailSection], tmp_path: Path) -> None:
    server, mail = post
    box, pauses = outbox(tmp_path, mail)
    put(box, "one@brightwater.example")
    put(box, "two@brightwater.example")
    server.refuse = ["550 not here"]
    found = {delivery.sent: delivery for delivery in box.send()}
    assert found[False].trouble == "the mail server answered 550"
    assert pauses == []
    assert [delivery.to for delivery in box.send()] == [found[False].to]
    assert len(server.messages) == 2


def test_a_wrong_password_is_not_shown(post: tuple[Server, MailSection], tmp_path: Path) -> None:
    server, mail = post
    box, _ = outbox(tmp_path, mail, "wrong-secret")
    put(box)
    (delivery,) = box.send()
    assert delivery.trouble == "the mail server refused the user name or password"
    assert "wrong-secret" not in repr(delivery)
    assert server.messages == []


def test_a_server_that_nobody_vouches_for_gets_nothing(post: tuple[Server, MailSection], tmp_path: Path) -> None:
    server, mail = post
    box, _ = outbox(tmp_path, mail.model_copy(update={"ca_file": ""}))
    put(box)
    (delivery,) = box.send()
    assert "no protected connection" in delivery.trouble
    assert server.messages == server.signed_in == []


def test_no_server_at_all(tmp_path: Path) -> None:
    mail = MailSection(host="127.0.0.1", port=9, sender="auditor@northside.example")
    box, pauses = outbox(tmp_path, mail)
    put(box)
    (delivery,) = box.send()
    assert delivery.trouble.startswith("the mail server cannot be reached")
    assert len(pauses) == 2
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 1


def test_a_server_without_encryption_gets_nothing(tmp_path: Path) -> None:
    server = Server()
    controller = Controller(server, hostname="127.0.0.1", port=free_port())
    controller.start()
    port = controller.port
    box, _ = outbox(tmp_path, MailSection(host="127.0.0.1", port=port, sender="auditor@northside.example"))
    put(box)
    (delivery,) = box.send()
    controller.stop()
    assert "STARTTLS" in delivery.trouble
    assert server.messages == []


CONFIG = """
[mail]
host = "127.0.0.1"
port = {port}
security = "{security}"
user = "letters"
password = "env:AUDITOR_TEST_SMTP"
sender = "auditor@northside.example"
ca_file = "cert.pem"

[[tenant]]
key = "brightwater"
name = "Brightwater"
[tenant.microsoft365]
tenant_id = "00000000-0000-0000-0000-000000000000"
client_id = "00000000-0000-0000-0000-000000000000"
client_secret = "env:NOWHERE"
[tenant.letter]
sender = "Northside"
to = ["owner@brightwater.example"]
folder = "letters"
"""


def test_the_command_writes_and_sends(
    post: tuple[Server, MailSection],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from auditor.history.keeping import open_history, remember

    server, mail = post
    (tmp_path / "auditor.toml").write_text(CONFIG.format(port=mail.port, security=mail.security))
    for clinic in (Clinic(), Clinic(open_domains=frozenset({"gmail.com"})).later(31)):
        clinic.snapshot().save(tmp_path / "snapshots")
    loaded = load(tmp_path / "auditor.toml")
    history = open_history(loaded)
    remember(history, loaded, loaded.config.tenant[0])
    history.close()

    monkeypatch.setenv("AUDITOR_TEST_SMTP", "not it")
    words = ["summary", "--send", "--config", str(tmp_path / "auditor.toml")]
    with pytest.raises(SystemExit) as caught:
        main.app(words, standalone_mode=False)
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert "was not sent: the mail server refused" in said
    assert "not it" not in said
    assert (tmp_path / "letters" / "brightwater-2026-04.pdf").read_bytes().startswith(b"%PDF")

    monkeypatch.setenv("AUDITOR_TEST_SMTP", "open sesame")
    main.app(words, standalone_mode=False)
    assert "sent to owner@brightwater.example" in capsys.readouterr().err
    message = message_from_bytes(server.messages[-1], policy=policy.default)
    assert message["Subject"] == "Brightwater: Your mail and files in April 2026"
    assert "gmail.com" in message.get_body(("plain",)).get_content()
    main.app(words, standalone_mode=False)
    assert len(server.messages) == 1
    main.app(["summary", "--month", "2026-03", "-c", str(tmp_path / "auditor.toml")], standalone_mode=False)
    assert (tmp_path / "letters" / "brightwater-2026-03.html").exists()
    for month in ("2026-02", "November"):
        with pytest.raises(SystemExit):
            main.app(["summary", "--month", month, "-c", str(tmp_path / "auditor.toml")], standalone_mode=False)
        assert "month" in capsys.readouterr().err or month == "2026-02"


@pytest.mark.parametrize("address", ["owner", "a b@c.example", "a@b", "x@y.example\nBcc: z@y.example", "<a@b.example>"])
def test_an_address_that_is_none_is_refused(address: str, tmp_path: Path) -> None:
    mail = {"host": "mail.example", "sender": address}
    with pytest.raises(AuditorError, match="one mail address"):
        check({"mail": mail}, tmp_path / "auditor.toml")


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # said by Apprise's imports
def test_apprise_gets_the_letter_and_its_url_stays_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    from auditor.notify import notify

    got: list[bytes] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *words: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    config = CONFIG.format(port=25, security="tls").replace('folder = "letters"', 'notify = ["env:AUDITOR_TEST_HOOK"]')
    (tmp_path / "auditor.toml").write_text(config)
    loaded = load(tmp_path / "auditor.toml")
    section = loaded.config.tenant[0]
    monkeypatch.setenv("AUDITOR_TEST_HOOK", f"json://127.0.0.1:{server.server_port}/secret-token")
    notify(loaded, section, "Title", "Words", attachment=("letter.pdf", PDF))
    server.shutdown()
    thread.join()
    server.server_close()
    assert b"Words" in got[0]
    assert b"letter.pdf" in got[0]
    with pytest.raises(AuditorError) as caught:
        notify(loaded, section, "Title", "Words", attachment=("letter.pdf", PDF))
    assert "secret-token" not in caught.value.message
    assert "env:AUDITOR_TEST_HOOK" in caught.value.message
