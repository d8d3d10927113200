"""What a page of ours may load: named one by one."""

from odoo.addons.kash_stripe_connect.core.content_policy import content_policy

ITS_OWN = (
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
SCRIPT = "https://js.stripe.com/endive/stripe.js"


def parts(**asked):
    """Return the policy of a page as {directive: its sources}."""
    policy = content_policy(**asked)
    pairs = (part.split(" ", 1) for part in policy.split("; "))
    return {name: sources.split() for name, sources in pairs}


def test_a_page_loads_what_is_ours_and_nothing_else():
    """A receipt, a dead link, a sentence."""
    assert content_policy() == ITS_OWN


def test_its_own_style_is_known_by_what_it_says():
    """https://www.w3.org/TR/CSP3/#external-hash"""
    digest = "'sha256-SNJDlN1Iy2mnt7DOjQIyDb2LQE6O5PQiSZomcdzawQ4='"
    assert parts(style="p {}")["style-src"] == ["'self'", digest]


def test_stripes_form_brings_its_script_its_frames_and_its_answers():
    """https://docs.stripe.com/security/guide#content-security-policy"""
    policy = parts(script=SCRIPT)
    framed = [
        "https://js.stripe.com",
        "https://*.js.stripe.com",
        "https://checkout.stripe.com",
    ]
    assert policy["script-src"] == ["'self'", *framed]
    assert policy["frame-src"] == [*framed, "https://hooks.stripe.com"]
    assert policy["connect-src"] == [
        "'self'",
        "https://api.stripe.com",
        "https://checkout.stripe.com",
    ]
    assert policy["img-src"] == ["'self'", "data:", "https://*.stripe.com"]
    assert policy["default-src"] == ["'none'"]
    assert policy["style-src"] == ["'self'"]


def test_a_script_on_this_machine_opens_nothing_of_stripes():
    """Tests and demos talk to nobody else."""
    policy = parts(script="http://127.0.0.1:8071/js/endive/stripe.js")
    for name in ("script-src", "frame-src", "connect-src"):
        assert "http://127.0.0.1:8071" in policy[name]
    assert "stripe.com" not in str(policy)


def test_the_form_may_lead_to_the_pages_that_ours_leads_to():
    """A browser judges where it is led on to, too."""
    policy = parts(leads_to="https://checkout.stripe.com/c/pay/cs_1")
    assert policy["form-action"] == ["'self'", "https://checkout.stripe.com"]
