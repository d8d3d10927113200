# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What strangers send to our addresses, over HTTP: it is refused, and is no trouble."""

import hashlib
import hmac
import json
import socket
import time

from odoo.http import _generate_routing_rules
from odoo.tests import HttpCase, tagged
from odoo.tests.common import HOST

from .common import KashStripeConnected

KIB = 1024
MAX_EVENT = 1024 * KIB
MAX_FORM = 64 * KIB
# Of a client, in seconds: Odoo's server hangs up after five in tests.
PATIENCE = 4
FORM = "application/x-www-form-urlencoded"
DISPOSITION = 'Content-Disposition: form-data; name="a"'
REFUSED = {400, 403, 404, 405, 413}
DEEP = 100_000
# JSON texts that are no name, no moment and no object of Stripe's.
ODD = {
    "missing": None,
    "null": "null",
    "object": '{"x": 1}',
    "list": "[1]",
    "flag": "true",
    "number": "7",
    "empty text": '""',
    "NUL": r'"a\u0000b"',
    "line break": r'"a\nb"',
    "lone surrogate": r'"\ud800"',
    "9 000 letters": f'"{"x" * 9000}"',
    "1e30": "1e30",
    "a whole 1e30": str(10**30),
    "5 000 digits": "9" * 5000,
    "NaN": "NaN",
    "infinite": "-Infinity",
    "nested": "[" * DEEP + "]" * DEEP,
}
SNAPSHOT = {
    "object": "event",
    "id": "evt_{number}",
    "type": "charge.updated",
    "created": 1763830800,
    "livemode": False,
    "account": "{account}",
    "api_version": "2026-10-28.endive",
    "data": {"object": {"object": "charge", "id": "ch_1"}},
}
THIN = {
    "object": "v2.core.event",
    "id": "evt_{number}",
    "type": "v2.core.account.closed",
    "created": "2025-11-22T17:00:00Z",
    "livemode": False,
    "related_object": {"id": "{account}", "type": "v2.core.account"},
}
# What is right after all: the endpoint is the account's own, the type of an event
# decides what its object is, and of 1970 there is a calendar.
RIGHT = {
    ("account", "missing"),
    ("account", "null"),
    ("data.object.object", "missing"),
    ("data.object.object", "null"),
    ("related_object.type", "missing"),
    ("related_object.type", "null"),
    ("created", "number"),
}


class HostileCase(KashStripeConnected, HttpCase):
    def odoo_url(self):
        return self.base_url()

    def send(self, path, method="GET", **options):
        """Send one request; nothing it makes may be an error in Odoo's log."""
        with self.assertNoLogs(level="ERROR"):
            return self.url_open(
                path, method=method, allow_redirects=False, timeout=30, **options
            )

    def refused(self, path, method="GET", **options):
        """Assert that a request is refused, as unknown, foreign or bad."""
        self.assertIn(self.send(path, method, **options).status_code, REFUSED)

    def events(self):
        return self.env["kash.stripe.event"].sudo().search([])


@tagged("post_install", "-at_install", "-standard", "long")
class TestOddEvents(HostileCase):
    """Signed, and of another shape than any event of Stripe's."""

    def set_stage(self):
        super().set_stage()
        self.secret = self.account.sudo()._webhook_secrets()[0]
        self.bell = f"/kash/webhook/key/{self.account.sudo().webhook_ref}"

    def ring_with(self, body):
        """Post a body with Stripe's own signature to the endpoint of the moment."""
        at = int(time.time())
        signed = f"{at}.".encode() + body
        signature = hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest()
        return self.send(
            self.bell,
            "POST",
            data=body,
            headers={
                "Content-Type": "application/json",
                "Stripe-Signature": f"t={at},v1={signature}",
            },
        )

    def event_with(self, sample, path, odd):
        """Return the body of an event whose field at ``path`` is another JSON text."""
        self.number = getattr(self, "number", 0) + 1
        names = {"{account}": self.account.stripe_id, "{number}": str(self.number)}
        event = json.dumps(sample)
        for name, value in names.items():
            event = event.replace(name, value)
        event = json.loads(event)
        *before, last = path.split(".")
        inside = event
        for name in before:
            inside = inside[name]
        if odd is None:
            inside.pop(last)
            return json.dumps(event).encode()
        inside[last] = "here"
        return json.dumps(event).replace('"here"', odd).encode()

    def assertKeptOut(self, body, *, may_be_right=False):
        """Assert 400 and nothing stored, or stored as ignored with a reason."""
        before = self.events()
        status = self.ring_with(body).status_code
        stored = self.events() - before
        if status == 400:
            self.assertFalse(stored)
            return
        self.assertEqual(status, 200)
        self.assertEqual(len(stored), 1)
        if not (may_be_right and stored.state == "new"):
            self.assertEqual(stored.state, "ignored")
            self.assertTrue(stored.note)

    def test_a_field_of_another_kind_is_refused_or_ignored_with_a_reason(self):
        """Each field of an event, with everything that it must not be."""
        fields = (
            (SNAPSHOT, "object id type account created livemode api_version"),
            (SNAPSHOT, "data data.object data.object.object data.object.id"),
            (THIN, "object id type created livemode"),
            (THIN, "related_object related_object.id related_object.type"),
        )
        for sample, names in fields:
            for path in names.split():
                for kind, odd in ODD.items():
                    with self.subTest(path, of=sample["object"], kind=kind):
                        self.assertKeptOut(
                            self.event_with(sample, path, odd),
                            may_be_right=(path, kind) in RIGHT,
                        )

    def test_an_event_of_the_platforms_that_is_odd_is_kept_out_too(self):
        """Whose it is stands in it alone."""
        self.set_up_platform()
        self.bell = "/kash/webhook/connect"
        [self.secret] = self.env["kash.stripe.platform"].sudo()._webhook_secrets()
        for sample, path in (
            (SNAPSHOT, "id"),
            (SNAPSHOT, "account"),
            (SNAPSHOT, "data.object"),
            (THIN, "related_object"),
            (THIN, "related_object.id"),
        ):
            for kind, odd in ODD.items():
                with self.subTest(path, of=sample["object"], kind=kind):
                    self.assertKeptOut(self.event_with(sample, path, odd))

    def test_a_body_that_is_no_object_is_refused(self):
        """Not even JSON, or JSON of something else."""
        bodies = [odd.encode() for odd in ODD.values() if odd]
        bodies += [b"", b"{", b"event", b"\xff\xfe", b"{}", b'{"object": []}']
        bodies += [b"[" * (MAX_EVENT - 1), b'{"object":' * 50_000]
        for body in bodies:
            with self.subTest(body[:20]):
                self.assertEqual(self.ring_with(body).status_code, 400)
        self.assertFalse(self.events())

    def test_a_moment_no_calendar_knows_is_refused(self):
        """Thin events write it out."""
        for moment in (
            "0001-01-01T00:00:00Z",
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-14:00",
            "0001-01-01",
        ):
            body = self.event_with(THIN, "created", json.dumps(moment))
            with self.subTest(moment):
                self.assertEqual(self.ring_with(body).status_code, 400)
        self.assertFalse(self.events())


@tagged("post_install", "-at_install", "-standard", "long")
class TestOddRequests(HostileCase):
    """Nobody signed them, and nobody is logged in."""

    def set_stage(self):
        super().set_stage()
        self.bell = f"/kash/webhook/key/{self.account.sudo().webhook_ref}"
        self.move = self.invoice()
        self.token = self.move._kash_stripe_ensure_link().sudo().token
        self.move._portal_ensure_token()

    def test_a_signature_of_other_letters_is_bad(self):
        """Header lines are Latin-1; what compares them knows ASCII."""
        headers = (
            f"t={int(time.time())},v1=é",
            f"t={int(time.time())},v1=",
            "t=é,v1=é",
            "t=٣,v1=0".encode().decode("latin-1"),
            f"t={'9' * 5000},v1=0",
            "t=-1e400,v1=0",
            "v1=0",
            "=,=,=",
            ",",
            "é",
        )
        self.set_up_platform()
        for path in (self.bell, "/kash/webhook/connect", "/kash/webhook/platform"):
            for header in headers:
                with self.subTest(header, path=path):
                    answer = self.send(
                        path,
                        "POST",
                        data=b"{}",
                        headers={
                            "Stripe-Signature": header.encode("latin-1"),
                            "Content-Type": "application/json",
                        },
                    )
                    self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.events())

    def test_an_origin_that_is_no_address_is_foreign(self):
        """Whoever wrote it is not us."""
        for origin in (
            "http://[::1",
            "http://[",
            "http://]:1/",
            "http://a:b",
            "http://①.example",
            "null",
            "://",
            "é",
        ):
            header = origin.encode("utf-8")
            with self.subTest(origin):
                answer = self.send(
                    f"/kash/pay/{self.token}/start",
                    "POST",
                    headers={"Origin": header},
                )
                self.assertEqual(answer.status_code, 403)
        self.assertFalse(self.move.transaction_ids)

    def test_letters_that_no_token_has_lead_nowhere(self):
        """A token, a reference or a ticket with anything in it."""
        odd = ("%00", "é", "%ED%A0%80", "%FF", "%0A", "'", "%F0%9F%92%A9")
        for letters in (*odd, "x" * 9000):
            token = f"{self.token}{letters}"
            for path, method, wanted in (
                (f"/kash/pay/{token}", "GET", 404),
                (f"/kash/pay/{letters}", "GET", 404),
                (f"/kash/pay/{token}/start", "POST", 404),
                (f"/kash/pay/{token}/done", "GET", 404),
                (f"/kash/pay/{token}/invoice.pdf", "GET", 404),
                (f"{self.bell}{letters}", "POST", None),
            ):
                with self.subTest(path[:60], method=method):
                    status = self.send(path, method).status_code
                    self.assertIn(status, {wanted} if wanted else {400, 404})

    def test_a_parameter_that_a_page_does_not_know_is_nothing(self):
        """Not even one that is called as a part of the program."""
        done, start = f"/kash/pay/{self.token}/done", f"/kash/pay/{self.token}/start"
        for name in ("self", "token", "request", "endpoint", "link", "cls", "args"):
            for path, method, wanted in (
                ("/kash/pay/x", "GET", 404),
                (f"/kash/pay/{self.token}", "GET", 200),
                (done, "GET", 200),
                (start, "POST", 303),
                (f"/kash/pay/{self.token}/invoice.pdf", "GET", 200),
                (f"{self.bell}", "POST", 400),
                ("/kash/webhook/connect", "POST", 400),
                (f"/my/invoices/{self.move.id}/kash_pay", "POST", 400),
            ):
                with self.subTest(path, name=name):
                    answer = self.send(path, method, params={name: "1"})
                    self.assertEqual(answer.status_code, wanted)

    def test_a_value_of_another_kind_is_none(self):
        """A file, or letters that no database stores, where a text belongs."""
        done = f"/kash/pay/{self.token}/done"
        portal = f"/my/invoices/{self.move.id}/kash_pay"
        for value in ("\0", "é", "x" * 9000, "cs_1\0"):
            with self.subTest(value[:10]):
                self.assertEqual(self.send(done, params={"cs": value}).status_code, 200)
                self.refused(portal, "POST", data={"csrf_token": value})
                self.refused(portal, "POST", data={"csrf_token": f"{value}o9999999999"})
        file = ("a.txt", b"x")
        self.assertEqual(self.send(done, files={"cs": file}).status_code, 200)
        self.refused(portal, "POST", files={"csrf_token": file})

    def test_the_portals_token_is_compared_whatever_it_is(self):
        """By somebody with a session of their own, who presses on a foreign invoice."""
        portal = f"/my/invoices/{self.move.id}/kash_pay"
        self.authenticate(None, None)
        csrf = self.csrf_token()
        for value in ("\0", "é", "x" * 9000, ""):
            with self.subTest(value[:10]):
                answer = self.send(
                    portal, "POST", data={"csrf_token": csrf, "access_token": value}
                )
                self.assertEqual(answer.headers["Location"].split("?")[0][-3:], "/my")
        answer = self.send(
            portal,
            "POST",
            data={"csrf_token": csrf},
            files={"access_token": ("a.txt", b"x")},
        )
        self.assertEqual(answer.headers["Location"].split("?")[0][-3:], "/my")

    def test_a_number_that_no_record_has_is_not_found(self):
        """Larger than the database counts, or below nothing."""
        self.colleague("bookkeeper", "account.group_account_manager")
        for login in (None, "bookkeeper"):
            self.authenticate(login, login)
            for number in ("2147483648", "9" * 20, "9" * 5000, "-1", "0", "%00", "²"):
                for path in (
                    f"/kash/dispute/{number}/evidence",
                    f"/kash/proof/{number}",
                    f"/kash/proof/{number}/xlsx",
                ):
                    with self.subTest(path[:40], login=login):
                        status = self.send(path).status_code
                        self.assertIn(status, {404} if login else {303, 404})
                with self.subTest(number[:40], login=login):
                    answer = self.send(
                        f"/my/invoices/{number}/kash_pay",
                        "POST",
                        data={"csrf_token": self.csrf_token()},
                    )
                    self.assertIn(answer.status_code, {303, 404})

    def test_the_ways_back_from_stripe_believe_nothing(self):
        """Whoever is logged in, and whatever the address says."""
        self.colleague("bookkeeper", "account.group_account_manager")
        for login in (None, "bookkeeper"):
            self.authenticate(login, login)
            for value in ("%00", "%C3%A9", "%ED%A0%80", "x" * 9000):
                for path in (
                    f"/kash/connect/return/{value}",
                    f"/kash/connect/refresh/{value}",
                    f"/kash/connect/oauth?state={value}&code={value}",
                    f"/kash/connect/oauth?error={value}&error_description={value}",
                    "/kash/connect/oauth?self=1&token=2",
                    "/kash/connect/return/x?self=1",
                    "/kash/connect/refresh/x?self=1",
                ):
                    with self.subTest(path[:60], login=login):
                        status = self.send(path).status_code
                        self.assertIn(status, {403, 404} if login else {303, 404})

    def test_headers_that_say_nothing_change_nothing(self):
        """Who looks, from where and in which language, as anybody may write it."""
        page = f"/kash/pay/{self.token}"
        for value in ("é", "http://[::1", ";;;=", "x" * 9000):
            for name in ("Purpose", "Sec-Purpose", "Accept-Language", "Referer"):
                with self.subTest(name, value=value[:20]):
                    answer = self.send(page, headers={name: value.encode()})
                    self.assertEqual(answer.status_code, 200)
            for name in ("frontend_lang", "session_id", "tz"):
                with self.subTest(name, value=value[:20]):
                    answer = self.send(page, cookies={name: value})
                    self.assertEqual(answer.status_code, 200)

    def test_a_kind_of_body_that_nobody_reads_is_no_body(self):
        """A form without a boundary, in no alphabet, of a thousand parts."""
        many = "".join(f"--x\r\n{DISPOSITION}\r\n\r\n1\r\n" for _number in range(1001))
        for kind, body in (
            ("multipart/form-data", b"x"),
            ("multipart/form-data; boundary=\xe9", b"x"),
            ("multipart/form-data; boundary=x", b"--x"),
            ("multipart/form-data; boundary=x", many.encode()),
            ("application/x-www-form-urlencoded; charset=none", b"a=\xff&%=%&=&"),
            ("application/x-www-form-urlencoded", b"&" * 60_000),
            ("application/json", b"{"),
            ("\xe9", b"x"),
        ):
            headers = {"Content-Type": kind.encode("latin-1")}
            for path, wanted in (
                (f"/kash/pay/{self.token}/start", {303, 413}),
                (f"/my/invoices/{self.move.id}/kash_pay", {400, 413}),
                (self.bell, {400, 413}),
            ):
                with self.subTest(kind, path=path[:20]):
                    answer = self.send(path, "POST", data=body, headers=headers)
                    self.assertIn(answer.status_code, wanted)

    def test_a_method_that_an_address_does_not_know_is_refused(self):
        """And a look at the head of a page is a look."""
        for path, known in (
            (f"/kash/pay/{self.token}", "GET"),
            (f"/kash/pay/{self.token}/start", "POST"),
            (self.bell, "POST"),
            ("/kash/webhook/connect", "POST"),
        ):
            for method in {"GET", "POST", "PUT", "DELETE", "PATCH", "X"} - {known}:
                with self.subTest(path, method=method):
                    self.refused(path, method)

    def csrf_token(self):
        """Return the token that a form of this session's carries."""
        page = self.url_open("/web/login").text
        return page.split('name="csrf_token" value="')[1].split('"')[0]


@tagged("post_install", "-at_install", "-standard", "long")
class TestLargeBodies(HostileCase):
    """How much of a body is read, and when."""

    def set_stage(self):
        super().set_stage()
        self.bell = f"/kash/webhook/key/{self.account.sudo().webhook_ref}"
        self.token = self.invoice()._kash_stripe_ensure_link().sudo().token

    def answer_to(self, path, *, chunks=0, kind="application/json", headers=()):
        """Send so many KiB of a body that has no end; return the answer's status.

        A server that wants to read more waits for it: no answer comes in time.
        """
        with (
            self.allow_requests(),
            self.assertNoLogs(level="ERROR"),
            socket.create_connection((HOST, self.http_port())) as wire,
        ):
            wire.settimeout(PATIENCE)
            lines = [
                f"POST {path} HTTP/1.1",
                f"Host: {HOST}:{self.http_port()}",
                f"Cookie: test_request_key={self.http_request_key}",
                f"Content-Type: {kind}",
                *(headers or ["Transfer-Encoding: chunked"]),
            ]
            wire.sendall("\r\n".join([*lines, "", ""]).encode())
            for _number in range(chunks):
                wire.sendall(b"400\r\n" + b"x" * KIB + b"\r\n")
            return int(wire.recv(KIB).split()[1])

    def test_a_body_without_end_is_read_up_to_the_limit(self):
        """Chunks say no length beforehand; forms are read before a page is."""
        self.set_up_platform()
        files = "multipart/form-data; boundary=x"
        for path, limit in (
            (self.bell, MAX_EVENT),
            ("/kash/webhook/connect", MAX_EVENT),
            (f"/kash/pay/{self.token}/start", MAX_FORM),
        ):
            kinds = ("application/json", FORM, files)
            for kind in kinds if limit == MAX_EVENT else kinds[1:]:
                with self.subTest(path[:20], kind=kind):
                    status = self.answer_to(path, chunks=limit // KIB + 1, kind=kind)
                    # Of a form that is not asked for anything the start will do.
                    self.assertIn(status, {303, 400, 413})

    def test_a_body_that_says_to_be_too_large_is_not_read(self):
        """Not a byte of it."""
        for path, limit in (
            (self.bell, MAX_EVENT),
            (f"/kash/pay/{self.token}/start", MAX_FORM),
            ("/my/invoices/1/kash_pay", MAX_FORM),
        ):
            with self.subTest(path):
                status = self.answer_to(path, headers=[f"Content-Length: {limit + 1}"])
                self.assertEqual(status, 413)

    def test_a_length_that_is_none_is_no_trouble(self):
        """Neither of the whole nor of a chunk."""
        bodies = (
            ["Content-Length: -5"],
            ["Content-Length: many"],
            [f"Content-Length: {'9' * 50}"],
            ["Transfer-Encoding: chunked", "", "many"],
            ["Transfer-Encoding: chunked", "", "-5"],
        )
        for path in (self.bell, f"/kash/pay/{self.token}/start"):
            for headers in bodies:
                with self.subTest(path[:20], headers=headers):
                    status = self.answer_to(path, kind=FORM, headers=headers)
                    self.assertIn(status, {303, 400, 413})

    def test_a_reference_nobody_has_is_refused_before_the_body_is_read(self):
        """Whatever the body is said to be."""
        for path in ("/kash/webhook/key/unknown", "/kash/webhook/platform"):
            for kind in ("application/json", FORM):
                for headers in ((), ["Content-Length: 1000"]):
                    with self.subTest(path, kind=kind, headers=headers):
                        status = self.answer_to(path, kind=kind, headers=headers)
                        self.assertEqual(status, 400)

    def test_every_address_of_ours_has_a_limit(self):
        """Odoo's own is 128 MiB."""
        module = "odoo.addons.kash_stripe_connect.controllers"
        installed = sorted(self.env.registry._init_modules)
        limits = {
            path: endpoint.routing.get("max_content_length")
            for path, endpoint in _generate_routing_rules(installed, nodb_only=False)
            if endpoint.original_endpoint.__module__.startswith(module)
        }
        bells = {path for path in limits if path.startswith("/kash/webhook/")}
        self.assertEqual(len(bells), 3)
        self.assertGreater(len(limits), 12)
        # How much a bell reads depends on whose it is: see above.
        self.assertTrue(all(callable(limits[path]) for path in bells))
        others = {limits[path] for path in limits.keys() - bells}
        self.assertEqual(others, {MAX_FORM})
