"""What is in a database and at Stripe, as facts that can be compared."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dev.lab.postgres import Postgres
from dev.lab.upgrade.compare import Facts

Row = dict[str, Any]
Named = dict[str, Row]

# Of Odoo's tables what an accountant sees, and every column of ours.
ODOOS = {
    "account_move": (
        "name ref date invoice_date state move_type payment_state journal_id partner_id"
        " currency_id amount_total amount_residual"
    ),
    "account_move_line": (
        "move_id account_id partner_id name date debit credit balance currency_id"
        " amount_currency amount_residual reconciled matching_number tax_line_id"
    ),
    "account_partial_reconcile": (
        "debit_move_id credit_move_id amount debit_amount_currency"
        " credit_amount_currency"
    ),
    "account_payment": (
        "name move_id state date amount payment_type partner_id memo"
        " payment_transaction_id"
    ),
    "payment_transaction": (
        "reference amount state state_message provider_reference operation"
        " source_transaction_id payment_id"
    ),
    "payment_provider": "code state company_id",
    "res_company": "name fiscalyear_lock_date",
    "mail_message": "model res_id subject body message_type",
    "mail_activity": "res_model res_id summary note date_deadline activity_type_id",
}
# How a record is called where its number says nothing; ids come in the order of birth.
NAMES = {
    "account_account": "code_store->>'1'",
    "account_journal": "code",
    "account_move": "coalesce(name, ref, '/')",
    "account_payment": "name",
    "kash_stripe_account": "stripe_id",
    "kash_stripe_balance_transaction": "txn_id",
    "kash_stripe_dispute": "dispute_id",
    "kash_stripe_event": "event_id",
    "kash_stripe_pay_link": "ref",
    "kash_stripe_payout": "payout_id",
    "mail_activity": "concat_ws(' ', res_model, res_id, summary)",
    "mail_message": "concat_ws(' ', model, res_id)",
    "payment_transaction": "reference",
    "res_currency": "name",
    "res_partner": "name",
    "res_users": "login",
}
UNSEEN = {"id", "create_date", "write_date", "create_uid", "write_uid"}
# Told by PostgreSQL's own clock, in SQL of ours: it does not stand still.
BY_DATABASE = {"kash_stripe_hit": {"moment"}}
REQUEST = re.compile(r"req_\w+")
# Where nothing is made, Stripe's own package draws a key by lot.
DRAWN = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
KEY_DRAWN = re.compile(rf"(idempotency_key\W+){DRAWN.pattern}")


# === ODOO === #


def at_odoo(pg: Postgres, database: str) -> Facts:
    """Return every record of ours, and what an accountant sees of Odoo's."""
    reader = Reader(pg, database)
    return {table: reader.facts(table) for table in (*ODOOS, *reader.ours())}


class Reader:
    """Reads tables, and calls what they point to by its name."""

    def __init__(self, pg: Postgres, database: str) -> None:
        """Begin to read a database."""
        self._pg, self._database = pg, database
        self._names: dict[str, dict[int, str]] = {}
        self._columns = self._read(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' ORDER BY ordinal_position"
        )
        self._keys = {
            (row["at"], row["column"]): row["to"]
            for row in self._read(
                'SELECT conrelid::regclass::text AS "at", attname AS "column",'
                ' confrelid::regclass::text AS "to" FROM pg_constraint'
                " JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]"
                " WHERE contype = 'f'"
            )
        }

    def ours(self) -> list[str]:
        """Return our tables, without those of dialogs."""
        found = self._read(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename LIKE 'kash_stripe_%' AND tablename NOT IN"
            " (SELECT replace(model, '.', '_') FROM ir_model WHERE transient)"
            " ORDER BY tablename"
        )
        return [row["tablename"] for row in found]

    def facts(self, table: str) -> Named:
        """Return a table's records by their names."""
        columns = self._shown(table)
        has_id = "id" in self._all(table)
        order = "id" if has_id else ", ".join(map(_quoted, columns))
        shown = ", ".join(map(_quoted, columns))
        rows = self._read(
            f'SELECT {shown} FROM "{table}" ORDER BY {order}'  # noqa: S608 - of the catalogue
        )
        told = [self._told(table, row) for row in rows]
        by_number = has_id and table not in ODOOS
        if table in NAMES or by_number:
            return numbered(zip(self.names(table).values(), told, strict=True))
        return numbered((_name(row), row) for row in told)

    def names(self, table: str) -> dict[int, str]:
        """Return what the records of a table are called."""
        if table not in self._names:
            name = NAMES.get(table, "id")
            found = self._read(f'SELECT id, {name} AS name FROM "{table}" ORDER BY id')  # noqa: S608 - names of our own
            self._names[table] = {row["id"]: str(row["name"]) for row in found}
        return self._names[table]

    def _shown(self, table: str) -> list[str]:
        known = self._all(table)
        if table not in ODOOS:
            unseen = UNSEEN | BY_DATABASE.get(table, set())
            return [column for column in known if column not in unseen]
        wanted = ODOOS[table].split()
        return wanted + [name for name in known if name.startswith("kash_stripe_")]

    def _all(self, table: str) -> list[str]:
        return [
            row["column_name"] for row in self._columns if row["table_name"] == table
        ]

    def _told(self, table: str, row: Row) -> Row:
        """Replace numbers by names; who is matched counts, not under which number."""
        told = {
            column: self._called(self._keys.get((table, column)), value)
            for column, value in row.items()
        }
        if "matching_number" in told:
            told["matching_number"] = bool(told["matching_number"])
        return without_requests(told)

    def _called(self, to: str | None, value: Any) -> Any:
        if to is None or value is None:
            return value
        if to == "account_move_line":
            return self._line(value)
        return self.names(to).get(value, value) if to in NAMES else value

    def _line(self, number: int) -> str:
        """Call a line by its entry, its account and its amount."""
        if "account_move_line" not in self._names:
            found = self._read(
                "SELECT id, move_id, account_id, balance FROM account_move_line"
            )
            self._names["account_move_line"] = {
                row["id"]: self._line_name(row) for row in found
            }
        return self._names["account_move_line"][number]

    def _line_name(self, row: Row) -> str:
        move = self.names("account_move")[row["move_id"]]
        account = self.names("account_account").get(row["account_id"], "-")
        return f"{move} {account} {row['balance']}"

    def _read(self, query: str) -> list[Row]:
        text = self._pg.sql(
            f"SELECT coalesce(json_agg(found), '[]') FROM ({query}) found",  # noqa: S608 - ours
            database=self._database,
        )
        read: list[Row] = json.loads(text)
        return read


def _quoted(column: str) -> str:
    return f'"{column}"'


def _name(row: Row) -> str:
    """Call a record that has no name by what it says first."""
    return " ".join(str(value) for value in list(row.values())[:2])


def numbered(things: Iterable[tuple[str, Row]]) -> Named:
    """Return things by their names; one that another has too gets a number."""
    seen: Counter[str] = Counter()
    found: Named = {}
    for name, thing in things:
        seen[name] += 1
        found[name if seen[name] == 1 else f"{name} ({seen[name]})"] = thing
    return found


def without_requests(row: Mapping[str, Any]) -> Row:
    """Forget under which number, and what key by lot, something was asked."""
    text = REQUEST.sub("req_", json.dumps(row))
    found: Row = json.loads(KEY_DRAWN.sub(r"\1drawn", text))
    return found


# === STRIPE === #


def at_stripe(memory: Path, asked: Iterable[Row]) -> Facts:
    """Return what there is at Stripe, and what was asked of it."""
    told = json.loads(memory.read_text())
    return {
        "at Stripe": {
            f"{kind} {data['id']}": without_requests(data)
            for kind, _tenant, data, _private in told["rows"]
        },
        "idempotency key": numbered(
            (DRAWN.sub(f"drawn for {answer['path']}", key), _made(answer))
            for _tenant, key, answer in told["answers"]
        ),
        "request": requests(asked),
    }


def _made(answer: Row) -> Row:
    """Return what was made under an idempotency key."""
    made = json.loads(answer["body"]).get("id")
    return {"path": answer["path"], "status": answer["status"], "id": made}


def requests(asked: Iterable[Row]) -> Named:
    """Count what was asked, by everything that was said."""
    counted = Counter(_request(record) for record in asked)
    return {name: {"times": times} for name, times in counted.items()}


def _request(record: Row) -> str:
    said = json.dumps(record["params"], sort_keys=True)
    key = DRAWN.sub("drawn", record["idempotency_key"] or "")
    words = (record["method"], record["path"], said, key)
    return " ".join(filter(None, (*words, str(record["status"]))))
