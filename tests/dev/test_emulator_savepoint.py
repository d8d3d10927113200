"""What happened after a savepoint is as if it never had."""

import copy

from emulator_sdk import client_for, new_session

from dev.stripe_emulator.state import dump


def known(emulator):
    """Return all that the emulator can tell of itself."""
    kept = dump(emulator.world)
    # Their numbers only say which of two at the same moment is first.
    kept["timers"] = [(due, name, args) for due, _, name, args in kept["timers"]]
    return copy.deepcopy(
        (
            kept,
            emulator.requests,
            emulator.settings,
            [(delivery.event_id, delivery.state) for delivery in emulator.outbox],
        )
    )


def test_everything_is_as_it_was(emulator, account, client):
    client.v1.webhook_endpoints.create(
        {"url": "http://127.0.0.1:1/hook", "enabled_events": ["*"]}
    )
    emulator.pay(new_session(client).id)
    emulator.outbox.take()
    before = known(emulator)
    savepoint = emulator.savepoint()
    emulator.pay(new_session(client).id)
    emulator.settle()
    emulator.settings.fee_tax = 800
    emulator.fail_next("GET", "/v1/balance", status=500)
    emulator.clock.advance(days=9)
    assert known(emulator) != before
    savepoint.rollback()
    assert known(emulator) == before
    assert client_for(emulator, account.secret_key).v1.balance.retrieve()


def test_the_same_is_made_with_the_same_ids(emulator, client):
    savepoint = emulator.savepoint()
    first = new_session(client).id
    savepoint.rollback()
    assert new_session(client).id == first
