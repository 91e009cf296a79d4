"""`auditor init`: write a commented auditor.toml to fill in."""

from __future__ import annotations

from pathlib import Path

from auditor.cli import console
from auditor.errors import AuditorError

TEMPLATE = """\
# What the auditor reads, and how it signs in. Secrets stand here by reference only:
#   env:NAME               an environment variable
#   file:PATH              a file that only its owner can read (relative to this file)
#   keyring:SERVICE/NAME   the keyring of the operating system
# `auditor connect microsoft` and `auditor connect google` print what the customer consents to;
# `auditor doctor` tries it, `auditor scan` reads.

snapshots = "snapshots"

[[tenant]]
key = "clinic"                              # a short name for the command line
name = "The clinic's name"
# evidence = "evidence/clinic"              # folder of dated statements: agreements, training, risk analysis

# --- Microsoft 365: take the marks away from what you use ---
# [tenant.microsoft365]
# tenant_id = "00000000-0000-0000-0000-000000000000"   # or a verified domain
# client_id = "00000000-0000-0000-0000-000000000000"   # the application (client) id
# certificate = "file:clinic.pem"           # recommended; or: client_secret = "env:CLINIC_SECRET"
# # sign_in = "device-code"                 # or: an administrator signs in at each scan; "managed-identity" in Azure
# profile = "standard"                      # graph-only, standard, full
# # hidden_rules = true                     # also inbox rules that Outlook hides; needs a role that holds Get-InboxRule
# cloud = "commercial"                      # commercial, gcc, gcchigh, dod: `auditor connect microsoft --detect DOMAIN` tells

# --- Google Workspace ---
# [tenant.google_workspace]
# admin = "admin@clinic.example"            # a super administrator
# customer_id = "C0..."                     # optional; checked before anything is read
# key = "file:clinic-google.json"           # a service account's key; or without a key:
# # service_account = "auditor@project.iam.gserviceaccount.com"
# # federation = "federation.json"          # with service_account, where the program runs outside of Google
# # oauth = "file:clinic-sign-in.json"      # a super administrator's own sign-in: no service account, no mailboxes
# tier = "standard"                         # tenant, standard, mailbox, files

[tenant.clinic]                             # what the clinic states about itself; every line is optional
# break_glass = ["emergency@clinic.example"]
# approved_external_domains = ["lab.example"]
# front_desk = ["front@clinic.example"]
# patient_facing_domains = ["clinic.example"]
# [[tenant.clinic.staff]]
# name = "Ana Field"
# addresses = ["ana@clinic.example"]
# departed = 2026-06-30

# [[tenant.waiver]]                         # an accepted finding
# control = "FWD-3"
# entity = "the provider's id, as the JSON report shows it"
# reason = "why it is accepted"
# approver = "who accepts it"
# until = 2027-01-31
# about = { channel = "mailbox forwarding", destination = "office@lab.example" }
"""


def run(path: Path) -> None:
    """Write the file, never over another one."""
    write_new(path, TEMPLATE)
    console.say(f"wrote {path}: fill in one provider, then run `auditor doctor`")


def write_new(path: Path, text: str) -> None:
    """Write a file that does not exist yet, readable by its owner only."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=False)
        console.write_private(path, text)
    except FileExistsError:
        raise AuditorError(f"{path} is there already", "name another file; nothing was overwritten") from None
    except OSError as err:
        raise AuditorError(f"{path} cannot be written: {err.strerror}", "name another file") from err
