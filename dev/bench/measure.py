"""The runs themselves. Inside `odoo shell`; only `env[...]` is used, never the addon.

Each takes a meter, works from the served year to posted entries, and commits.
"""

import cProfile
import json
import os
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from dev.bench.meter import Meter
from dev.bench.year import START, reference

Env = Any
Record = Any
Json = dict[str, Any]
_AT_ONCE = 100


def run(env: Env) -> None:
    """Do the run that the job names, and write down what it took."""
    job = json.loads(Path(os.environ["KASH_BENCH_JOB"]).read_text())
    _warm_up(env)
    profile = cProfile.Profile() if job["profile"] else nullcontext()
    with profile:
        figures = _RUNS[job["run"]](env, job)
    if isinstance(profile, cProfile.Profile):
        profile.dump_stats(job["profile"])
    Path(job["result"]).write_text(json.dumps(figures))


def _warm_up(env: Env) -> None:
    """Post an entry and forget it: what Odoo learns once is not what is measured."""
    company = env.ref("base.main_company")
    of_company = [("company_ids", "in", company.ids)]
    ledger = env["account.account"].search(of_company, limit=2)
    journal = env["account.journal"].search([("type", "=", "general")], limit=1)
    move = env["account.move"].create(
        {
            "journal_id": journal.id,
            "line_ids": [
                (0, 0, {"account_id": account.id, "balance": balance})
                for account, balance in zip(ledger, (1.0, -1.0), strict=True)
            ],
        }
    )
    move._post(soft=False)
    env.cr.rollback()


# === OURS === #


def ours(env: Env, job: Json) -> Json:
    """Mirror a year and record it, as a sync does, with the settings of the job."""
    account = _account(env)
    missing = _choose(env, account, job["settings"])
    if missing:
        return {"skipped": f"there is no setting {missing} yet"}
    meter = Meter(env)
    for rows in _pages(account, job, meter):
        with meter.part("mirror"):
            account._apply_rows_with_sources(rows)
            env.cr.commit()
    with meter.part("book"):
        _tell("recording")
        # As the job does it: in portions, each committed.
        account.with_context(kash_stripe_job=True)._book_new()
        env.cr.commit()
    return {**meter.figures(), "result": _outcome(account)}


def undo(env: Env, job: Json) -> Json:
    """Record a year, then undo it as one run, as a person and the job do."""
    account = _account(env)
    missing = _choose(env, account, job["settings"])
    if missing:
        return {"skipped": f"there is no setting {missing} yet"}
    for rows in _pages(account, job, Meter(env)):
        account._apply_rows_with_sources(rows)
        env.cr.commit()
    recording = Meter(env)
    _tell("recording")
    account.with_context(kash_stripe_job=True)._book_new()
    env.cr.commit()
    recorded, run = recording.figures(), _one_run(env)
    meter = Meter(env)
    with meter.part("dialog"):
        dialog = _opened(run.with_user(env.ref("base.user_admin")))
        env.cr.commit()
    with meter.part("press"):
        dialog.action_undo()
        env.cr.commit()
    with meter.part("undo"):
        _tell("undoing")
        run.with_context(kash_stripe_job=True)._undo_on()
        env.cr.commit()
    return {**meter.figures(), "recorded": recorded, "result": _outcome(account)}


def _one_run(env: Env) -> Record:
    """Return a run of all that is recorded, whatever it was recorded by."""
    rows = env["kash.stripe.balance.transaction"].search([("state", "=", "booked")])
    run = rows.run_id[:1]
    rows.write({"run_id": run.id})
    env.cr.commit()
    env.invalidate_all()
    return run


def _opened(run: Record) -> Record:
    """Return the dialog that a person sees."""
    action = run.action_undo()
    return run.env[action["res_model"]].browse(action["res_id"])


def floor(env: Env, job: Json) -> Json:
    """Mirror linked payments, then do the least the ledger needs: nothing is checked.

    One raw entry of three lines a payment, and one plan to match a batch.
    """
    account = _account(env)
    meter = Meter(env)
    for rows in _pages(account, job, meter):
        with meter.part("mirror"):
            account._apply_rows_with_sources(rows)
            env.cr.commit()
    mirrored = env["kash.stripe.balance.transaction"].search([], order="id")
    with meter.part("book"):
        for start in range(0, len(mirrored), _AT_ONCE):
            _tell(f"recorded {start} of {len(mirrored)}")
            _post_raw(env, account, mirrored[start : start + _AT_ONCE])
            env.cr.commit()
    return meter.figures()


def _account(env: Env) -> Record:
    """Return the Stripe account; the copy of its database may ask Stripe, too."""
    account = env["kash.stripe.account"].sudo().search([], limit=1)
    env["ir.config_parameter"].set_param("database.uuid", account.database_uuid)
    env.cr.commit()
    return account


def _choose(env: Env, account: Record, settings: Json) -> str | None:
    """Set the company's choices; return the first that this version does not have."""
    company = account.company_id
    missing = [name for name in settings if name not in company._fields]
    if missing:
        return missing[0]
    company.write(
        {
            name: env.ref(value).id if name.endswith("_id") else value
            for name, value in settings.items()
        }
    )
    env.cr.commit()
    return None


def _pages(account: Record, job: Json, meter: Meter) -> Iterator[tuple[Any, ...]]:
    """Iterate over the pages of what Stripe lists, newest first."""
    gateway, cursor, count = account._gateway(retries=1), None, 0
    while True:
        with meter.part("fetch"):
            page = gateway.balance_transactions_page(
                since=START, until=START + 366 * 86400, cursor=cursor
            )
        yield page.items
        count += len(page.items)
        _tell(f"mirrored {count} of {job['rows']}")
        cursor = page.cursor
        if not cursor:
            return


def _outcome(account: Record) -> dict[str, int]:
    """Return how many rows ended in which state: a run that skips work is no run."""
    rows = account.env["kash.stripe.balance.transaction"]
    return dict(rows._read_group([], ["state"], ["__count"]))


def _post_raw(env: Env, account: Record, rows: Record) -> None:
    """Post entries of gross, fee and receivable, and match them with the invoices."""
    lean = env["account.move"].with_context(
        tracking_disable=True,
        mail_create_nolog=True,
        mail_create_nosubscribe=True,
        mail_notrack=True,
    )
    invoices = [row.transaction_id.invoice_ids for row in rows]
    open_lines = [
        invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
        for invoice in invoices
    ]
    moves = lean.create(
        [
            _raw_entry(account, row, line)
            for row, line in zip(rows, open_lines, strict=True)
        ]
    )
    moves._post(soft=False)
    plan = [
        move.line_ids.filtered(lambda other, at=line: other.account_id == at.account_id)
        | line
        for move, line in zip(moves, open_lines, strict=True)
    ]
    lean.env["account.move.line"]._reconcile_plan(plan)


def _raw_entry(account: Record, row: Record, open_line: Record) -> Json:
    sides = (
        (account.clearing_account_id, row.net),
        (account.fee_account_id, row.fee),
        (open_line.account_id, -row.amount),
    )
    return {
        "move_type": "entry",
        "date": row.booking_day,
        "journal_id": account.journal_id.id,
        "line_ids": [
            (
                0,
                0,
                {
                    "name": row.txn_id,
                    "account_id": ledger.id,
                    "partner_id": open_line.partner_id.id,
                    "balance": minor / 100,
                },
            )
            for ledger, minor in sides
        ],
    }


# === OTHERS === #


def framework(env: Env, job: Json) -> Json:
    """Let Odoo's payment framework take payments one by one, as a webhook does."""
    transactions = env["payment.transaction"]
    meter = Meter(env)
    for number in range(job["rows"]):
        _tell(f"paid {number} of {job['rows']}")
        data = {"reference": reference(number), "simulated_state": "done"}
        transactions._process("demo", data)._post_process()
        env.cr.commit()
    paid = env["account.payment"].search_count([])
    return {**meter.figures(), "result": {"payments": paid}}


def oca(env: Env, job: Json) -> Json:
    """Let the OCA's provider pull the year, day after day as it does."""
    provider = env["online.bank.statement.provider"].search([], limit=1)
    provider.api_base = f"{job['url']}/v1"
    provider = provider.with_context(tracking_disable=True)
    meter = Meter(env)
    first = datetime.fromtimestamp(START, timezone.utc).replace(tzinfo=None)
    days = (job["until"] - START) // 86400 + 1
    for number in range(0, days, 5):
        since = first + timedelta(days=number)
        provider._pull(since, since + timedelta(days=5))
        env.cr.commit()
        _tell(f"day {number} of {days}")
    lines = env["account.bank.statement.line"].search_count([])
    return {**meter.figures(), "result": {"statement lines": lines}}


def _tell(text: str) -> None:
    """Say how far it is; the lab shows lines that begin like this."""
    print(f"seed: {text}", flush=True)


_RUNS: dict[str, Callable[[Env, Json], Json]] = {
    "ours": ours,
    "undo": undo,
    "floor": floor,
    "framework": framework,
    "oca": oca,
}
