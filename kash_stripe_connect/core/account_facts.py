# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Stripe said of an account, as frozen records: see :mod:`.facts`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .reading import (
    Json,
    an_id,
    an_object,
    detail,
    details,
    flag,
    flag_or_no,
    labels,
    moment_or_none,
    part,
    said,
    text,
    text_or_none,
    words,
)


@dataclass(frozen=True)
class RequirementError:
    """Why Stripe did not accept what it was given, in Stripe's own words."""

    requirement: str
    code: str
    reason: str


@dataclass(frozen=True)
class RequirementFacts:
    """What Stripe still wants from an account, or for one of its capabilities.

    https://docs.stripe.com/api/accounts/object#account_object-requirements
    """

    disabled_reason: str | None = None
    current_deadline: int | None = None
    currently_due: tuple[str, ...] = ()
    eventually_due: tuple[str, ...] = ()
    past_due: tuple[str, ...] = ()
    pending_verification: tuple[str, ...] = ()
    errors: tuple[RequirementError, ...] = ()

    @classmethod
    def from_stripe(cls, data: Json | None) -> "RequirementFacts":
        """Read ``requirements`` or ``future_requirements``; none at all is fine.

        What was wrong with what Stripe was given is merely shown.
        """
        data = data or {}
        return cls(
            disabled_reason=text_or_none(data, "disabled_reason"),
            current_deadline=moment_or_none(data, "current_deadline"),
            currently_due=words(data, "currently_due"),
            eventually_due=words(data, "eventually_due"),
            past_due=words(data, "past_due"),
            pending_verification=words(data, "pending_verification"),
            errors=tuple(
                RequirementError(
                    requirement=said(error, "requirement") or "",
                    code=said(error, "code") or "",
                    reason=said(error, "reason") or "",
                )
                for error in details(data, "errors")
            ),
        )


@dataclass(frozen=True)
class AccountFacts:
    """https://docs.stripe.com/api/accounts/object."""

    id: str
    country: str | None
    default_currency: str | None
    email: str | None
    business_name: str | None
    timezone: str | None
    charges_enabled: bool
    payouts_enabled: bool
    details_submitted: bool
    dashboard: str | None = None
    requirements: RequirementFacts = field(default_factory=RequirementFacts)
    future_requirements: RequirementFacts = field(default_factory=RequirementFacts)
    capabilities: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_stripe(cls, data: Json) -> "AccountFacts":
        """Read ``/v1/account`` or ``/v1/accounts/:id``; names are merely shown."""
        an_object(data, "account")
        settings = part(part(data, "settings"), "dashboard")
        profile = detail(data, "business_profile")
        controller = part(part(data, "controller"), "stripe_dashboard")
        return cls(
            id=an_id(data),
            country=text_or_none(data, "country"),
            default_currency=text_or_none(data, "default_currency"),
            email=said(data, "email"),
            business_name=said(settings, "display_name") or said(profile, "name"),
            timezone=text_or_none(settings, "timezone"),
            charges_enabled=flag_or_no(data, "charges_enabled"),
            payouts_enabled=flag_or_no(data, "payouts_enabled"),
            details_submitted=flag_or_no(data, "details_submitted"),
            dashboard=text_or_none(controller, "type"),
            requirements=RequirementFacts.from_stripe(part(data, "requirements")),
            future_requirements=RequirementFacts.from_stripe(
                part(data, "future_requirements")
            ),
            capabilities=labels(data, "capabilities"),
        )


@dataclass(frozen=True)
class CapabilityFacts:
    """https://docs.stripe.com/api/capabilities/object: one way to be paid."""

    id: str
    status: str
    requirements: RequirementFacts = field(default_factory=RequirementFacts)

    @classmethod
    def from_stripe(cls, data: Json) -> "CapabilityFacts":
        """Read one of ``/v1/accounts/:id/capabilities``."""
        an_object(data, "capability")
        return cls(
            id=an_id(data),
            status=text(data, "status"),
            requirements=RequirementFacts.from_stripe(part(data, "requirements")),
        )


@dataclass(frozen=True)
class AuthorisationFacts:
    """Who let us in: https://docs.stripe.com/connect/oauth-reference#post-token.

    Of the answer only this is kept: calls are made with the platform's key, so the
    tokens it carries would be secrets without a use.
    """

    stripe_id: str
    livemode: bool

    @classmethod
    def from_stripe(cls, data: Json) -> "AuthorisationFacts":
        """Read the answer of ``/oauth/token``."""
        an_object(data, "authorisation")
        return cls(
            stripe_id=text(data, "stripe_user_id"),
            livemode=flag(data, "livemode"),
        )


@dataclass(frozen=True)
class EndpointFacts:
    """https://docs.stripe.com/api/webhook_endpoints/object."""

    id: str
    url: str
    status: str
    enabled_events: frozenset[str] = frozenset()
    metadata: Mapping[str, str] = field(default_factory=dict)
    secret: str | None = field(default=None, repr=False)

    @classmethod
    def from_stripe(cls, data: Json) -> "EndpointFacts":
        """Read an endpoint; its secret is there only at creation."""
        an_object(data, "endpoint")
        return cls(
            id=an_id(data),
            url=text(data, "url"),
            status=text(data, "status"),
            enabled_events=frozenset(words(data, "enabled_events")),
            metadata=labels(data, "metadata"),
            secret=text_or_none(data, "secret"),
        )
