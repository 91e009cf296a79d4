"""Mail that leaves: every message lies in a folder until the server has taken it, so that none is ever lost in silence.

<outbox>/<id>.eml          waits; the recipient is in its own header
<outbox>/sent.jsonl        one line a message that was taken: when, to whom, which
"""

from __future__ import annotations

import hashlib
import json
import os
import smtplib
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

from filelock import FileLock

from auditor import secrets
from auditor.cli.console import write_private, write_private_bytes
from auditor.config import Loaded, MailSection
from auditor.errors import AuditorError

TRIES = 3


@dataclass(frozen=True)
class Attachment:
    """A file of a message."""

    name: str
    kind: str  # "application/pdf"
    content: bytes


@dataclass(frozen=True)
class Delivery:
    """What became of one message."""

    to: str
    subject: str
    sent: bool
    trouble: str = ""


class Outbox:
    """The folder, and the way to the server."""

    def __init__(
        self, folder: Path, mail: MailSection, password: str, *, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self.folder, self.mail, self._password, self._pause = folder, mail, password, pause

    @classmethod
    def of(cls, loaded: Loaded, **how: Callable[[float], None]) -> Outbox:
        """The configured one; `AuditorError` if no mail server is configured."""
        mail = loaded.config.mail
        if mail is None:
            raise AuditorError(f"{loaded.path}: no [mail] server is configured", "add [mail] with host and sender")
        password = ""
        if mail.password is not None:
            password = secrets.resolve(mail.password, base=loaded.base, what="mail, password")
        if mail.ca_file:
            mail = mail.model_copy(update={"ca_file": str(loaded.base / mail.ca_file)})
        return cls(loaded.base / loaded.config.outbox, mail, password, **how)

    def put(self, to: str, subject: str, text: str, *, html: str, attachments: list[Attachment], key: str) -> bool:
        """Lay a message down for sending. The same `key` to the same recipient is laid down once; False if it was before."""
        name = hashlib.sha256(f"{key}\n{to}".encode()).hexdigest()[:24]
        path = self.folder / f"{name}.eml"
        with self._alone():
            if path.exists() or name in self._sent():
                return False
            message = EmailMessage(policy=policy.SMTP)
            message["From"], message["To"], message["Subject"] = self.mail.sender, to, subject
            message["Date"] = format_datetime(datetime.now(UTC))
            message["Message-ID"] = make_msgid(idstring=name, domain=self.mail.sender.rpartition("@")[2])
            message["Auto-Submitted"] = "auto-generated"
            message.set_content(text)
            message.add_alternative(html, subtype="html")
            for item in attachments:
                main, _, sub = item.kind.partition("/")
                message.add_attachment(item.content, maintype=main, subtype=sub, filename=item.name)
            partial = path.with_suffix(".writing")
            write_private_bytes(partial, message.as_bytes())
            partial.replace(path)
        return True

    def send(self) -> list[Delivery]:
        """Hand every waiting message to the server. What it does not take stays, and the next call tries it again."""
        with self._alone():
            waiting = sorted(self.folder.glob("*.eml"))
            return [self._send(path) for path in waiting]

    def _send(self, path: Path) -> Delivery:
        message = message_from_bytes(path.read_bytes(), policy=policy.SMTP)
        to, subject = str(message["To"]), str(message["Subject"])
        trouble = ""
        for attempt in range(1, TRIES + 1):
            try:
                self._hand_over(message)
            except smtplib.SMTPAuthenticationError:
                trouble = "the mail server refused the user name or password"
                break
            except smtplib.SMTPResponseException as err:
                trouble = f"the mail server answered {err.smtp_code}"
                if err.smtp_code >= 500:
                    break
            except smtplib.SMTPRecipientsRefused:
                trouble = "the mail server refused the recipient"
                break
            except smtplib.SMTPNotSupportedError:
                trouble = "the mail server does not offer what is needed (STARTTLS or a sign-in)"
                break
            except ssl.SSLError as err:
                trouble = f"no protected connection to the mail server ({err.reason or 'TLS'})"
                break
            except (OSError, smtplib.SMTPException) as err:
                trouble = f"the mail server cannot be reached ({type(err).__name__})"
            else:
                self._note(path, to, subject)
                return Delivery(to, subject, sent=True)
            if attempt < TRIES:
                self._pause(2.0**attempt)
        return Delivery(to, subject, sent=False, trouble=trouble)

    def _hand_over(self, message: EmailMessage) -> None:
        context = ssl.create_default_context(cafile=self.mail.ca_file or None)
        server: smtplib.SMTP
        if self.mail.security == "tls":
            server = smtplib.SMTP_SSL(self.mail.host, self.mail.port, timeout=30, context=context)
        else:
            server = smtplib.SMTP(self.mail.host, self.mail.port, timeout=30)
        with server:
            if self.mail.security == "starttls":
                server.starttls(context=context)
            if self.mail.user:
                server.login(self.mail.user, self._password)
            server.send_message(message)

    def _note(self, path: Path, to: str, subject: str) -> None:
        line = {"id": path.stem, "to": to, "subject": subject, "sent": datetime.now(UTC).isoformat()}
        log = self.folder / "sent.jsonl"
        if not log.exists():
            write_private(log, "")
        with log.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        path.unlink()

    def _sent(self) -> set[str]:
        try:
            lines = (self.folder / "sent.jsonl").read_text("utf-8").splitlines()
        except FileNotFoundError:
            return set()
        return {json.loads(line)["id"] for line in lines if line.endswith("}")}

    def _alone(self) -> FileLock:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return FileLock(self.folder / ".lock", timeout=300)
