"""Makes the gateways of SMS and live video that an installation is configured for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from gateways.ice.coturn import CoturnServers
from gateways.ice.fixed import FixedServers
from gateways.ice.twilio import TwilioIce
from gateways.sms.clickatell import ClickatellGateway
from gateways.sms.outbox import EmbeddedOutbox
from gateways.sms.twilio import TwilioGateway

if TYPE_CHECKING:
    from app.settings import Settings
    from showme.ports import Clock, IceProvider, SmsGateway
    from showme.records import Records


@dataclass(frozen=True, kw_only=True)
class SmsProviders:
    """The gateways in the order in which they are asked, and an organisation's own in the place of the common one."""

    common: tuple[SmsGateway, ...]
    twilio: TwilioGateway | None
    clickatell: ClickatellGateway | None
    own_clickatell: dict[int, ClickatellGateway]

    def of(self, organisation: int) -> Sequence[SmsGateway]:
        """Return an organisation's gateways."""
        own = self.own_clickatell.get(organisation)
        if own is None:
            return self.common
        return [own if gateway is self.clickatell else gateway for gateway in self.common]


def only(gateway: SmsGateway) -> SmsProviders:
    """Return a single gateway for every organisation."""
    return SmsProviders(common=(gateway,), twilio=None, clickatell=None, own_clickatell={})


def sms_providers(settings: Settings, *, records: Records, clock: Clock) -> SmsProviders:
    """Make the gateways; where none is configured, the outbox keeps what would have left."""
    twilio = _twilio(settings) if "twilio" in settings.sms_providers else None
    clickatell = None
    own: dict[int, ClickatellGateway] = {}
    if "clickatell" in settings.sms_providers and settings.clickatell_api_key is not None:
        clickatell = _clickatell(settings, settings.clickatell_api_key.get_secret_value())
        own = {
            int(number): _clickatell(settings, key.get_secret_value())
            for number, key in settings.clickatell_api_keys.items()
        }
    outbox = EmbeddedOutbox(records=records, clock=clock)
    made: dict[str, SmsGateway | None] = {"twilio": twilio, "clickatell": clickatell, "outbox": outbox}
    chosen = [gateway for name in settings.sms_providers if (gateway := made.get(name)) is not None]
    return SmsProviders(common=tuple(chosen) or (outbox,), twilio=twilio, clickatell=clickatell, own_clickatell=own)


def ice_providers(settings: Settings) -> Sequence[IceProvider]:
    """Make whoever lends STUN and TURN servers, in the order of the settings, each once; nobody where none is chosen.

    What is chosen and lacks something is left out: ``problems_of_serving`` has named it.
    """
    life = timedelta(hours=settings.turn_life_hours)
    made: dict[str, IceProvider] = {}
    for name in settings.ice_providers:
        if name == "coturn" and settings.turn_urls and settings.turn_secret is not None:
            secret = settings.turn_secret.get_secret_value()
            made[name] = CoturnServers(urls=settings.turn_urls, secret=secret, life=life)
        elif name == "fixed" and settings.ice_servers:
            made[name] = FixedServers(server.as_server() for server in settings.ice_servers)
        elif name == "twilio" and settings.twilio_account_sid is not None and settings.twilio_auth_token is not None:
            token = settings.twilio_auth_token.get_secret_value()
            made[name] = TwilioIce(account=settings.twilio_account_sid, token=token, life=life)
    return tuple(made.values())


def twilio_callback(settings: Settings) -> str:
    """Return the address that Twilio calls with receipts, as the outside sees it: its signature covers it."""
    return f"{settings.base_url}/callbacks/twilio/receipts"


def _twilio(settings: Settings) -> TwilioGateway | None:
    if settings.twilio_account_sid is None or settings.twilio_auth_token is None:
        return None
    return TwilioGateway(
        account=settings.twilio_account_sid,
        token=settings.twilio_auth_token.get_secret_value(),
        sender=settings.twilio_sender,
        messaging_service=settings.twilio_messaging_service_sid,
        status_callback=twilio_callback(settings),
    )


def _clickatell(settings: Settings, api_key: str) -> ClickatellGateway:
    secret = settings.clickatell_receipt_secret
    return ClickatellGateway(
        api_key=api_key,
        sender=settings.clickatell_sender,
        receipt_secret=secret.get_secret_value() if secret else None,
    )
