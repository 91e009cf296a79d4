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
# `auditor doctor` tries it, `auditor scan` reads. A line with one mark is a setting: take the mark away to use it.

snapshots = "snapshots"                     # folder of what scans read
# history = "env:AUDITOR_HISTORY"           # a PostgreSQL URL; without it the file history.db beside this one
# pack_key = "file:pack-key.pem"            # signs evidence packs: `auditor evidence --new-key pack-key.pem` makes one

# [retention]                               # what `auditor history --prune` keeps
# months = 72                               # nothing older; HIPAA asks for six years
# every_scan_for_months = 3                 # within these every scan, before them the last one of each month

# [mail]                                    # the server that letters are sent through
# host = "smtp.example"
# port = 587
# security = "starttls"                     # or "tls"
# user = "letters@msp.example"
# password = "env:AUDITOR_MAIL"
# sender = "letters@msp.example"

[[tenant]]
key = "clinic"                              # a short name for the command line
name = "The clinic's name"
# evidence = "evidence/clinic"              # folder of dated statements: agreements, training, risk analysis

# --- Microsoft 365 ---
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
# break_glass = ["emergency@clinic.example"]          # sealed emergency accounts
# approved_external_domains = ["lab.example"]         # where mail may be sent on to
# sensitive_users = ["owner@clinic.example"]          # owner, clinicians, billing: whom thieves imitate
# therapists = ["ana@clinic.example"]                 # whose appointments colleagues must not read
# front_desk = ["front@clinic.example"]               # inboxes that several people share
# inbox_owners = { "front@clinic.example" = "ana@clinic.example" }   # who answers for a shared inbox
# patient_facing_domains = ["clinic.example"]         # printed on the website, cards and forms
# patient_sites = ["Billing"]                         # SharePoint sites that hold patient data
# tls_partners = ["lab.example"]                      # with whom mail must be encrypted on its way
# approved_apps = ["Calendly Sync"]                   # connected apps that the clinic knows
# device_inventory = ["BW-FRONT-01"]                  # names, ids or serial numbers of the clinic's devices
# telehealth_on_teams = false                         # whether patients join visits on Teams
# keeps_therapy_notes = true                          # psychotherapy notes or substance-use records
# [[tenant.clinic.staff]]                             # one block a person
# name = "Ana Field"
# addresses = ["ana@clinic.example"]
# departed = 2026-06-30

# [tenant.letter]                           # the owner's monthly page: `auditor summary --month 2026-11 --send`
# sender = "The company that looks after the computers"
# contact = "Dana Reyes, 555-0100"
# logo = "logo.png"
# to = ["owner@clinic.example"]             # only who asked for it
# folder = "letters"                        # also written here

# [tenant.limits]                           # seconds that a source may take; what was not read by then is a gap
# source_seconds = 600
# sources = { "graph.message_rules" = 1800 }

# [[tenant.waiver]]                         # an accepted finding: `auditor waive` writes such blocks into a file of their own
# control = "FWD-3"
# entity = "the provider's id, as the JSON report shows it"
# reason = "why it is accepted"
# approver = "who accepts it"
# until = 2027-01-31
# about = { channel = "mailbox forwarding", destination = "office@lab.example" }
# verdict = "fail"                          # or "review": only while it is something to look at
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
