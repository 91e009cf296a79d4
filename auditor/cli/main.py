"""The command `auditor`."""

from __future__ import annotations

import gc
import io
import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="auditor",
    help="Reads a clinic's Microsoft 365 or Google Workspace, read-only, and says whether patient mail and files are safe there. "
    "General information, never legal advice.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
controls_app = typer.Typer(help="The controls: what is checked, why, and how to fix it.", no_args_is_help=True)
app.add_typer(controls_app, name="controls")
tenants_app = typer.Typer(help="The tenants of the configuration, and a partner's customers.", no_args_is_help=True)
app.add_typer(tenants_app, name="tenants")

ConfigOption = Annotated[Path, typer.Option("--config", "-c", envvar="AUDITOR_CONFIG", help="The configuration file.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
FailOnOption = Annotated[
    str,
    typer.Option("--fail-on", help="Exit with 10 from this severity on: critical, high, medium, low, review or never."),
]
CompleteOption = Annotated[
    bool, typer.Option("--require-complete", help="Exit with 4 if anything could not be assessed.")
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write HTML and JSON reports into this folder.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")]
NowOption = Annotated[
    str | None, typer.Option("--now", help="Judge for this time (ISO 8601) instead of the time of the scan.")
]
TenantArgument = Annotated[str, typer.Argument(help="Key of the tenant.")]
OnlyTenantArgument = Annotated[str | None, typer.Argument(help="Key of the tenant; may be left out if there is one.")]
TenantsArgument = Annotated[list[str] | None, typer.Argument(help="Keys of the tenants.")]
TenantsOrAllArgument = Annotated[list[str] | None, typer.Argument(help="Keys of the tenants; all if none is named.")]
EveryTenantOption = Annotated[bool, typer.Option("--all", help="Every tenant of the configuration.")]
SnapshotArgument = Annotated[str, typer.Argument(help="A snapshot folder, or a tenant's key for its newest whole one.")]
DEFAULT_CONFIG = Path("auditor.toml")


@app.callback(invoke_without_command=True)
def options(
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Log every request on stderr: names, counts and times only.")
    ] = False,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """Set up logging before any command runs."""
    if version:
        from auditor import TOOL  # noqa: PLC0415 - keeps `--help` fast

        typer.echo(TOOL)
        raise typer.Exit
    logging.basicConfig(level=logging.CRITICAL, stream=sys.stderr, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("auditor").setLevel(logging.DEBUG if verbose else logging.WARNING)


@app.command()
def demo(
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the reports and snapshots.")] = Path(
        "demo"
    ),
    quiet: QuietOption = False,
) -> None:
    """Scan a Microsoft clinic and a Google clinic on the embedded simulator, through the real clients."""
    from auditor.cli import demo as command  # noqa: PLC0415

    command.run(output, quiet=quiet)


@app.command()
def simulate(
    scenario: Annotated[
        list[str] | None, typer.Argument(help="Scenarios to serve; all of them if none is named.")
    ] = None,
    users: Annotated[
        int | None, typer.Option(help="Serve a generated tenant of each provider with so many users.", min=1)
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the generator.")] = 1,
    latency: Annotated[float, typer.Option(help="Seconds that every answer takes.", min=0.0)] = 0.0,
    quotas: Annotated[bool, typer.Option(help="Keep the providers' documented quotas.")] = False,
    seconds: Annotated[float | None, typer.Option(help="Stop after so many seconds.", min=0.0)] = None,
    config_file: Annotated[
        Path | None,
        typer.Option(
            "--write-config",
            help="Write an auditor.toml that scans these tenants; one of your own is never overwritten.",
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Serve simulated tenants on loopback and print their addresses and throw-away credentials."""
    from auditor.cli import simulate as command  # noqa: PLC0415

    command.run(
        scenario or [],
        users=users,
        seed=seed,
        latency=latency,
        quotas=quotas,
        seconds=seconds,
        config_file=config_file,
        as_json=json,
    )


@app.command()
def scan(
    tenant: TenantsArgument = None,
    all_: EveryTenantOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
    output: OutputOption = None,
    skip: Annotated[
        list[str] | None, typer.Option("--skip", help="Name of a source that is not read; may be repeated.")
    ] = None,
    source_seconds: Annotated[
        float | None,
        typer.Option(help="Seconds that one source may take; what was not read by then is a gap.", min=0.1),
    ] = None,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick",
            help="For every day: settings, listings and logs only, nothing person by person or mailbox by mailbox. "
            "What is left out is not assessed.",
        ),
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Do not go on with an interrupted scan.")] = False,
    fail_on: FailOnOption = "high",
    require_complete: CompleteOption = False,
    parallel: Annotated[int, typer.Option(help="How many tenants at a time.", min=1, max=32)] = 4,
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Read tenants, keep a snapshot of each, and judge them."""
    from auditor.cli import scan as command  # noqa: PLC0415

    command.run(
        tenant or [],
        everyone=all_,
        config=config,
        output=output,
        skip=tuple(skip or ()),
        source_seconds=source_seconds,
        quick=quick,
        fresh=fresh,
        fail_on=fail_on,
        require_complete=require_complete,
        parallel=parallel,
        as_json=json,
        quiet=quiet,
    )


@app.command()
def assess(
    snapshot: SnapshotArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    output: OutputOption = None,
    now: NowOption = None,
    fail_on: FailOnOption = "high",
    require_complete: CompleteOption = False,
    json: JsonOption = False,
) -> None:
    """Judge a snapshot again with today's controls."""
    from auditor.cli import assess as command  # noqa: PLC0415

    command.run(
        snapshot,
        config=config,
        output=output,
        now=now,
        fail_on=fail_on,
        require_complete=require_complete,
        as_json=json,
    )


@app.command(name="import")
def import_(
    kind: Annotated[str, typer.Argument(help="scubagear or scubagoggles.")],
    file: Annotated[Path, typer.Argument(help="The export: JSON, also gzipped.")],
    tenant: Annotated[str | None, typer.Option(help="Key of the tenant it belongs to.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    output: OutputOption = None,
    save: Annotated[Path | None, typer.Option(help="Keep the snapshot below this folder.")] = None,
    fail_on: FailOnOption = "never",
    require_complete: CompleteOption = False,
    json: JsonOption = False,
) -> None:
    """Judge a tenant from an export of CISA's ScubaGear or ScubaGoggles, before granting us anything."""
    from auditor.cli import imports as command  # noqa: PLC0415

    command.run(
        kind,
        file,
        tenant=tenant,
        config=config,
        output=output,
        save=save,
        fail_on=fail_on,
        require_complete=require_complete,
        as_json=json,
    )


@app.command()
def report(
    snapshot: SnapshotArgument,
    format_: Annotated[
        str, typer.Option("--format", "-f", help="text, html, json, csv, xlsx, tickets, ocsf, oscal or junit.")
    ] = "text",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file instead of stdout.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = None,
) -> None:
    """Write a report of a snapshot."""
    from auditor.cli import report as command  # noqa: PLC0415

    command.run(snapshot, format_=format_, output=output, config=config, now=now)


@app.command()
def plan(
    tenant: TenantsOrAllArgument = None,
    config: ConfigOption = DEFAULT_CONFIG,
    users: Annotated[int, typer.Option(help="How many accounts the tenant has.", min=0)] = 50,
    mailboxes: Annotated[
        int | None, typer.Option(help="How many mailboxes; as many as accounts if not given.", min=0)
    ] = None,
    groups: Annotated[int, typer.Option(help="How many groups.", min=0)] = 20,
    members: Annotated[int, typer.Option(help="How many members a group has.", min=0)] = 50,
    applications: Annotated[
        int, typer.Option(help="How many applications Entra lists, Microsoft's own included.", min=0)
    ] = 500,
    quick: Annotated[bool, typer.Option("--quick", help="The plan of `scan --quick`.")] = False,
    json: JsonOption = False,
) -> None:
    """Say before a run what it will ask for: requests and time per source, permissions, and what stays dark."""
    from auditor.cli import plan as command  # noqa: PLC0415

    size = command.Size(users, users if mailboxes is None else mailboxes, groups, members, applications)
    command.run(tenant or [], config=config, size=size, quick=quick, as_json=json)


@app.command()
def summary(
    tenant: TenantsArgument = None,
    all_: EveryTenantOption = False,
    month: Annotated[
        str | None, typer.Option(help="The month, like 2026-11; that of the newest whole run if left out.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the letter as HTML and PDF into this folder.")
    ] = None,
    send: Annotated[
        bool, typer.Option(help="Send it to those whom [tenant.letter] names, and what still waits.")
    ] = False,
    quiet: QuietOption = False,
) -> None:
    """Write the owner's monthly letter: one answer, at most three things to do, what changed."""
    from auditor.cli import summary as command  # noqa: PLC0415

    command.run(tenant or [], everyone=all_, month=month, config=config, output=output, send=send, quiet=quiet)


@app.command()
def evidence(
    tenant: OnlyTenantArgument = None,
    period: Annotated[str | None, typer.Option(help="2026, 2026-Q4, 2026-11 or 2026-10-01..2026-12-31.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder of the packs; each names the one before it.")
    ] = Path("packs"),
    redact: Annotated[bool, typer.Option(help="Put words in the place of every name and address.")] = False,
    with_snapshots: Annotated[bool, typer.Option(help="Put the snapshots in, not only their hashes.")] = False,
    previous: Annotated[Path | None, typer.Option(help="The pack before this one, if it lies elsewhere.")] = None,
    new_key: Annotated[Path | None, typer.Option(help="Make a signing key in this file and stop.")] = None,
) -> None:
    """Make a sealed archive of a period: verdicts, statements, waivers, changes, and what could not be seen."""
    from auditor.cli import evidence as command  # noqa: PLC0415

    if new_key is not None:
        command.new_key(new_key)
        return
    if period is None:
        raise typer.BadParameter("say of which period: --period 2026-Q4")
    command.run(
        tenant,
        span=period,
        config=config,
        output=output,
        redact=redact,
        with_snapshots=with_snapshots,
        previous=previous,
    )


@app.command()
def verify(
    pack: Annotated[Path, typer.Argument(help="The archive that `auditor evidence` made.")],
    key: Annotated[str | None, typer.Option(help="The public key that it must be signed with.")] = None,
    previous: Annotated[Path | None, typer.Option(help="The pack that must have come before it.")] = None,
    json: JsonOption = False,
) -> None:
    """Check an evidence pack, without network: signature, every file, and the chain."""
    from auditor.cli import evidence as command  # noqa: PLC0415

    command.verify(pack, public_key=key, previous=previous, as_json=json)


@app.command()
def waive(
    tenant: TenantArgument,
    finding: Annotated[
        str | None, typer.Argument(help="Handle of the finding to accept; the open ones are listed if left out.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why it is accepted.")] = "",
    approver: Annotated[str, typer.Option(help="Who accepts it.")] = "",
    until: Annotated[str, typer.Option(help="The last day it is accepted, like 2027-01-31.")] = "",
    alternative: Annotated[
        str,
        typer.Option(help="A documented alternative is in place: the file in the evidence folder that describes it."),
    ] = "",
    long: Annotated[bool, typer.Option("--long", help="Accept it for more than a year.")] = False,
    print_only: Annotated[bool, typer.Option("--print", help="Only print the stanza.")] = False,
    would_pass: Annotated[
        str | None,
        typer.Option(help="Print what would have to be accepted so that this control passes, and whether it would."),
    ] = None,
    list_given: Annotated[
        bool, typer.Option("--list", help="List what is accepted: in force, run out, or meeting nothing any more.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = None,
    json: JsonOption = False,
) -> None:
    """List a tenant's open findings, or accept one for a time: it is open again when its day passes or its facts change."""
    from auditor.cli import waive as command  # noqa: PLC0415

    command.run(
        tenant,
        finding,
        command.Wish(reason, approver, until, alternative, long, print_only),
        would=would_pass,
        list_given=list_given,
        config=config,
        now=now,
        as_json=json,
    )


@app.command()
def attest(
    tenant: TenantArgument,
    kind: Annotated[
        str | None,
        typer.Argument(help="Kind of statement to put on file; all that are asked for are listed if left out."),
    ] = None,
    by: Annotated[str, typer.Option(help="Who states it.")] = "",
    signed_on: Annotated[str, typer.Option(help="The day it was signed, like 2026-02-01.")] = "",
    valid_until: Annotated[str, typer.Option(help="Its last day, if it names one.")] = "",
    review_on: Annotated[str, typer.Option(help="When somebody looks at it again.")] = "",
    statement: Annotated[str, typer.Option(help="What is stated, in a sentence.")] = "",
    file: Annotated[Path | None, typer.Option(help="The file that shows it; it is copied and sealed.")] = None,
    covers: Annotated[list[str] | None, typer.Option(help="What it speaks of; may be repeated.")] = None,
    person: Annotated[
        list[str] | None, typer.Option(help='Who signed or took part: "Name <address> 2026-02-01"; may be repeated.')
    ] = None,
    topic: Annotated[list[str] | None, typer.Option(help="What those people were trained on; may be repeated.")] = None,
    account: Annotated[list[str] | None, typer.Option(help="An account on the list; may be repeated.")] = None,
    device: Annotated[list[str] | None, typer.Option(help="A device on the list; may be repeated.")] = None,
    event: Annotated[
        list[str] | None, typer.Option(help='What was done on a day: "2026-02-01 restore test"; may be repeated.')
    ] = None,
    rehearsal: Annotated[list[str] | None, typer.Option(help="A day of rehearsal; may be repeated.")] = None,
    vendor: Annotated[
        list[str] | None,
        typer.Option(
            help='"Name; domain=...; signed=...; covers=...; review=..." or "Name; no_phi=why"; may be repeated.'
        ),
    ] = None,
    open_item: Annotated[list[str] | None, typer.Option(help='"Id; owner=...; due=..."; may be repeated.')] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="Another key, like name=..., role=... or version=...; may be repeated."),
    ] = None,
    due: Annotated[
        int | None, typer.Option(help="List what lapses within so many days; exit with 10 if anything does.", min=0)
    ] = None,
    template: Annotated[
        str | None,
        typer.Option(help="Write a paper to start from: email-policy, incident-plan, inventory or sign-off."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="With --template: the new file, .docx or .md.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = None,
    json: JsonOption = False,
) -> None:
    """Put a dated statement on file, list those that controls ask for, or say which lapse soon."""
    from auditor.cli import attest as command  # noqa: PLC0415

    command.run(
        tenant,
        kind,
        command.Said(
            by=by,
            signed_on=signed_on,
            valid_until=valid_until,
            review_on=review_on,
            statement=statement,
            file=file,
            covers=covers or [],
            person=person or [],
            topic=topic or [],
            account=account or [],
            device=device or [],
            event=event or [],
            rehearsal=rehearsal or [],
            vendor=vendor or [],
            open_item=open_item or [],
            more=set_ or [],
        ),
        due=due,
        template=template,
        output=output,
        config=config,
        now=now,
        as_json=json,
    )


@app.command()
def history(
    tenant: Annotated[
        str | None, typer.Argument(help="Key of the tenant; left out, the last run of every tenant, the worst first.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    findings: Annotated[bool, typer.Option(help="List every finding with its life instead of the runs.")] = False,
    today: Annotated[bool, typer.Option(help="Judge the old snapshots again with today's controls.")] = False,
    limit: Annotated[int, typer.Option(help="How many runs, the newest first.", min=1)] = 24,
    prune: Annotated[bool, typer.Option(help="Forget what [retention] no longer keeps.")] = False,
    dry_run: Annotated[bool, typer.Option(help="With --prune: only say what would go.")] = False,
    json: JsonOption = False,
) -> None:
    """Show the recorded runs of a tenant: what was new, fixed, came back or went dark."""
    from auditor.cli import history as command  # noqa: PLC0415

    command.run(
        tenant,
        config=config,
        findings=findings,
        today=today,
        limit=limit,
        prune=prune,
        dry_run=dry_run,
        as_json=json,
    )


@app.command()
def diff(
    before: Annotated[
        str, typer.Argument(help="TENANT, TENANT:RUN (a number, a snapshot's id, last, previous) or a snapshot folder.")
    ],
    after: Annotated[str | None, typer.Argument(help="The same; a tenant alone compares its last two runs.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    json: JsonOption = False,
) -> None:
    """Say what moved between two runs, and why: tenant, control, statements, waiver, time, or what was seen."""
    from auditor.cli import diff as command  # noqa: PLC0415

    command.run(before, after, config=config, as_json=json)


@app.command()
def init(
    path: Annotated[Path, typer.Argument(help="The file to write.")] = DEFAULT_CONFIG,
) -> None:
    """Write a commented configuration file to fill in; an existing one is never overwritten."""
    from auditor.cli import init as command  # noqa: PLC0415

    command.run(path)


@app.command()
def connect(
    provider: Annotated[str, typer.Argument(help="microsoft or google.")],
    tenant: Annotated[str | None, typer.Argument(help="Key of a configured tenant, to take its settings from.")] = None,
    profile: Annotated[str | None, typer.Option(help="Microsoft: graph-only, standard or full.")] = None,
    tier: Annotated[str | None, typer.Option(help="Google: tenant, standard, mailbox or files.")] = None,
    client_id: Annotated[str | None, typer.Option(help="The application's or service account's client id.")] = None,
    tenant_id: Annotated[str | None, typer.Option(help="Microsoft: the customer's tenant id or domain.")] = None,
    cloud: Annotated[str | None, typer.Option(help="Microsoft: commercial, gcc, gcchigh or dod.")] = None,
    detect: Annotated[
        str | None, typer.Option(help="Microsoft: ask for the tenant and cloud behind a domain, without a sign-in.")
    ] = None,
    manifest: Annotated[
        bool, typer.Option("--manifest", help="Microsoft: print the app manifest's permissions alone.")
    ] = False,
    key: Annotated[Path | None, typer.Option(help="Google: take the client id from this key file.")] = None,
    sign_in: Annotated[
        bool, typer.Option("--sign-in", help="Google: sign in as super administrator, without a service account.")
    ] = False,
    oauth_client: Annotated[
        Path | None, typer.Option(help="Google, with --sign-in: the OAuth client of a desktop app (JSON).")
    ] = None,
    save: Annotated[
        Path | None, typer.Option(help="Google, with --sign-in: the new file that keeps the sign-in.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    json: JsonOption = False,
) -> None:
    """Print what a customer pastes and consents to, what each permission buys, and what is not assessed without it."""
    from auditor.cli import connect as command  # noqa: PLC0415
    from auditor.errors import AuditorError  # noqa: PLC0415

    if provider == "microsoft":
        command.microsoft(
            tenant,
            profile=profile,
            client_id=client_id,
            tenant_id=tenant_id,
            cloud=cloud,
            detect=detect,
            manifest=manifest,
            config=config,
            as_json=json,
        )
    elif provider == "google" and sign_in:
        if oauth_client is None or save is None:
            raise AuditorError(
                "--sign-in needs --oauth-client and --save", "name the OAuth client's file and a new file to keep"
            )
        command.google_sign_in(tier=tier or "standard", client=oauth_client, save=save)
    elif provider == "google":
        command.google(tenant, tier=tier, client_id=client_id, key=key, config=config, as_json=json)
    else:
        raise AuditorError(f"{provider} is not a provider", "write microsoft or google")


@app.command()
def doctor(
    tenant: TenantsOrAllArgument = None,
    config: ConfigOption = DEFAULT_CONFIG,
    json: JsonOption = False,
) -> None:
    """Try the way in: sign-in and every permission; say what is missing and what is held beyond."""
    from auditor.cli import doctor as command  # noqa: PLC0415

    command.run(tenant or [], config=config, as_json=json)


@tenants_app.command(name="list")
def list_tenants(config: ConfigOption = DEFAULT_CONFIG, json: JsonOption = False) -> None:
    """List the tenants of the configuration."""
    from auditor.cli import tenants as command  # noqa: PLC0415

    command.list_all(config=config, as_json=json)


@tenants_app.command(name="discover")
def discover_tenants(
    provider: Annotated[str, typer.Argument(help="microsoft or google.")],
    tenant: Annotated[
        str | None, typer.Argument(help="Key of the partner's own tenant, whose sign-in is used.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the blocks into this new file instead of stdout.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """List a partner's customers as [[tenant]] blocks: from delegated admin relationships, contracts or a reseller's subscriptions."""
    from auditor.cli import tenants as command  # noqa: PLC0415

    command.discover(provider, tenant, config=config, output=output, as_json=json)


@controls_app.command(name="list")
def list_controls(json: JsonOption = False) -> None:
    """List every control."""
    from auditor.cli import controls as command  # noqa: PLC0415

    command.list_all(as_json=json)


@controls_app.command(name="show")
def show_control(control: Annotated[str, typer.Argument(help="For example MFA-2.")], json: JsonOption = False) -> None:
    """Show one control's page: why it matters, how to fix it, what it does not cover, what it reads."""
    from auditor.cli import controls as command  # noqa: PLC0415

    command.show(control, as_json=json)


def run() -> None:
    """Entry point: turn errors into one line and the documented exit code."""
    from auditor.errors import AuditorError, ExitCode  # noqa: PLC0415

    # A scan makes hundreds of thousands of small objects and next to no rings of them: looking for rings often is waste.
    gc.set_threshold(50_000, 20, 20)
    _speak_utf8()
    try:
        _ours()
        app()
    except AuditorError as err:
        from auditor.cli import console  # noqa: PLC0415

        console.complain(err)
        sys.exit(err.code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(ExitCode.OK)
    except Exception as err:  # noqa: BLE001 - the last line of defence: one line for people, the trace with --verbose
        from auditor.cli import console  # noqa: PLC0415

        said = AuditorError.unexpected(err)
        console.complain(said)
        sys.exit(said.code)
    finally:
        gc.freeze()  # the interpreter would look for rings once more before it ends


def _speak_utf8() -> None:
    """Results that go into a file or a pipe are UTF-8 everywhere; a terminal that lacks a letter shows its code instead of ending the run."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def _ours() -> None:
    """Refuse to run if another installed package took the place of one of ours."""
    from importlib.util import find_spec  # noqa: PLC0415

    from auditor.errors import AuditorError  # noqa: PLC0415

    home = Path(__file__).resolve().parent.parent.parent
    for name in ("connectors", "rules", "reports"):
        spec = find_spec(name)
        if spec is None or not spec.origin or Path(spec.origin).resolve().parent.parent != home:
            raise AuditorError(
                f"the package {name!r} on this machine is not the auditor's",
                "install the auditor in an environment of its own",
            )


if __name__ == "__main__":
    run()
