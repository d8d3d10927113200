"""One API request from its bytes to its answer."""

from __future__ import annotations

import gzip
import json
import traceback
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from . import dialects, json_params, wire
from . import params as parameters
from .catalogue import RESOURCES
from .errors import ApiError, RawError, invalid, unrecognized_url
from .expand import Expander
from .idempotency import Answer
from .registry import Call, Route
from .requestlog import RequestRecord
from .resources import account, oauth
from .settings import API_VERSION, Cause
from .store import Tenant

if TYPE_CHECKING:
    from .errors import Json
    from .faults import Fault
    from .keys import Key
    from .world import World

REMEMBERED = 10_000
LONGEST_KEY = 255
ROOMS = (*RESOURCES, oauth.resource)
FORM = "application/x-www-form-urlencoded"


class ApiRequest:
    """A request on its way through the API."""

    def __init__(self, world: World, request: Request) -> None:
        self.world = world
        self.request = request
        with world.lock:
            request_id = world.ids.request()
        self.record = RequestRecord(
            method=request.method,
            path=request.path,
            request_id=request_id,
            created=world.clock.now,
            idempotency_key=request.headers.get("Idempotency-Key"),
        )
        self.dialect = dialects.of(request.path)
        self.headers = {"Request-Id": request_id, "Stripe-Version": API_VERSION}

    def answer(self) -> Response:
        """Answer the request, whatever it is."""
        try:
            response = self._respond(200, self._serve())
        except ApiError as error:
            self.record.error = error.error
            self.headers.update(error.headers)
            response = self._respond(error.status, self._refusal(error))
        except RawError as error:
            self.headers.update(error.headers)
            body = error.body if isinstance(error.body, str) else _dump(error.body)
            response = self._respond(error.status, body)
        except HTTPException as error:
            refusal = invalid(f"Invalid request: {error.description}")
            response = self._respond(400, self._refusal(refusal))
        except Exception:  # noqa: BLE001 - a bug here must look like Stripe's own 500
            traceback.print_exc()
            failure = ApiError(500, "An unknown error occurred", kind="api_error")
            response = self._respond(500, self._refusal(failure))
        self.world.requests.append(self.record)
        del self.world.requests[:-REMEMBERED]
        return response

    def _serve(self) -> str:
        key = self.world.keys.authenticate(
            self.request.headers.get("Authorization", "")
        )
        self.record.account, self.record.livemode = key.account, key.livemode
        self._check_version()
        tenant = self._tenant(key)
        route, ids = self._route()
        key.allow(route.permission)
        raw = self._decode()
        self.record.params = raw
        call = Call(self.world, tenant, raw, ids, self.request.path, key)
        idempotency_key = self.record.idempotency_key
        if self.request.method == "POST" and idempotency_key:
            if len(idempotency_key) > LONGEST_KEY:
                message = f"Idempotency keys have at most {LONGEST_KEY} characters."
                raise invalid(message)
            self.headers["Idempotency-Key"] = idempotency_key
            return self._once(route, call, idempotency_key)
        return self._execute(route, call, self._fault())

    def _check_version(self) -> None:
        version = self.request.headers.get("Stripe-Version", API_VERSION)
        if version != API_VERSION:
            message = (
                f"Invalid Stripe API version: {version}. The Stripe emulator speaks "
                f"{API_VERSION} only."
            )
            raise invalid(message)

    def _tenant(self, key: Key) -> Tenant:
        wanted = self.request.headers.get("Stripe-Account") or key.account
        account.access(self.world, key, wanted)
        self.record.account = wanted
        if wanted != key.account:
            self.headers["Stripe-Account"] = wanted
        return Tenant(wanted, key.livemode)

    def _route(self) -> tuple[Route, dict[str, str]]:
        for resource in ROOMS:
            for route in resource.routes:
                match = route.pattern.fullmatch(self.request.path)
                if match and route.method == self.request.method:
                    return route, match.groupdict()
        raise unrecognized_url(self.request.method, self.request.path)

    def _decode(self) -> Json:
        """Return what the request says; a form's values are still strings."""
        body = self.request.get_data(cache=True)
        if self.dialect.takes_json and self.request.method == "POST":
            return _json(body)
        if body and self.request.mimetype != FORM:
            message = (
                "Invalid request (check that your POST content type is "
                f"{FORM}). If you have questions, we can help at "
                "https://support.stripe.com/."
            )
            raise invalid(message)
        pairs = [*self.request.args.items(multi=True)]
        return wire.decode([*pairs, *self.request.form.items(multi=True)])

    def _once(self, route: Route, call: Call, key: str) -> str:
        """Execute a POST once per idempotency key."""
        asked = Answer(
            call.path, call.params, self.world.clock.now, self.record.request_id
        )
        earlier = self.world.idempotency.begin(call.tenant, key, asked)
        if earlier is not None:
            return self._replay(earlier)
        status, body, keep = 200, "", False
        fault = self._fault()
        try:
            body = self._execute(route, call, fault)
            keep = True
        except ApiError as error:
            status, body = error.status, self._refusal(error)
            keep = self._keeps(fault)
            raise
        finally:
            self.world.idempotency.finish(call.tenant, key, status, body, keep=keep)
        return body

    def _keeps(self, fault: Fault | None) -> bool:
        """Say if an error is kept under the idempotency key."""
        if fault is not None:
            return fault.recorded
        return self.record.executed and self.dialect.keeps_errors

    def _replay(self, earlier: Answer) -> str:
        self.record.replayed = True
        self.headers["Idempotent-Replayed"] = "true"
        self.headers["Original-Request"] = earlier.request_id
        if earlier.status != 200:
            raise RawError(earlier.status, earlier.body, {})
        return earlier.body

    def _fault(self) -> Fault | None:
        with self.world.lock:
            return self.world.faults.take(self.request.method, self.request.path)

    def _execute(self, route: Route, call: Call, fault: Fault | None) -> str:
        """Run the endpoint; a fault may come first, or lose its answer."""
        if fault is None:
            return self._run(route, call)
        answer = self._run(route, call) if fault.after or fault.lost else ""
        if fault.timeout:
            self.world.stopping.wait(fault.timeout)
        if fault.lost:
            return answer
        raise fault.error()

    def _run(self, route: Route, call: Call) -> str:
        typed = self.dialect.takes_json and self.request.method == "POST"
        check = json_params.check if typed else parameters.check
        call.params = check(call.params, route.params)
        self.record.params = call.params
        paths = call.params.get("expand", [])
        self.record.executed = True
        world = self.world
        cause = Cause(self.record.request_id, self.record.idempotency_key)
        with world.lock, world.because(cause):
            world.clock.tick()
            result = route.handler(call)
            if self.request.method != "GET":
                world.dirty.set()
            expander = Expander(world, call.tenant, call.key.allow)
            return _dump(expander.render(result, paths))

    def _refusal(self, error: ApiError) -> str:
        return _dump(self.dialect.body(error, self._log_url()))

    def _log_url(self) -> str:
        mode = "" if self.record.livemode else "test/"
        request_id = self.record.request_id
        return f"https://dashboard.stripe.com/{mode}logs/{request_id}?t={self.record.created}"

    def _respond(self, status: int, body: str) -> Response:
        self.record.status = status
        data = body.encode()
        if "gzip" in self.request.headers.get("Accept-Encoding", ""):
            data = gzip.compress(data, compresslevel=1)
            self.headers["Content-Encoding"] = "gzip"
        return Response(data, status, self.headers, content_type="application/json")


def _json(body: bytes) -> Json:
    try:
        params = json.loads(body or b"{}")
    except ValueError:
        params = None
    if not isinstance(params, dict):
        message = "Invalid request: the body must be a JSON object."
        raise invalid(message)
    return params


def _dump(body: Any) -> str:
    return json.dumps(body, indent=2)
