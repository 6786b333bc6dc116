"""Everything that can be configured, in one typed model: a TOML file, ``SHOWME_`` variables, secret files."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from app.map_settings import checked_tiles, problems_of_map
from app.media_settings import checked_database, problems_of_sharing
from app.relay_settings import (
    FixedIceServer,
    checked_peer_server,
    checked_turn_urls,
    list_from_json,
    problems_of_relays,
)
from app.weak_settings import keys_from_json, problems_of_files, problems_of_secrets

_DEFAULT_FILE = Path("/etc/showme/showme.toml")


EUROPE: Final = frozenset({
    "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU",
    "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip
"""The European Economic Area, Switzerland and the United Kingdom."""


class Settings(BaseModel):
    """What an operator configures."""

    base_url: str = Field(description="Where citizens and dispatchers reach showme, such as https://show.example.org.")
    data: Path = Field(description="The folder of the database and the photos; only showme's own user may read it.")
    bind: Annotated[list[str], NoDecode] = Field(
        default=["127.0.0.1:8000"], description="Addresses to listen on, behind a reverse proxy that speaks HTTPS."
    )
    also_hosts: Annotated[list[str], NoDecode] = Field(
        default=[], description="Further Host names, ports included, by which showme may be reached."
    )
    proxies: Annotated[list[str], NoDecode] = Field(
        default=["127.0.0.1", "::1"], description="Addresses of our reverse proxies, whose X-Forwarded-For is believed."
    )
    database_url: str | None = Field(
        default=None, description="A PostgreSQL URL (postgresql+asyncpg://…) in the place of the embedded SQLite."
    )
    media_bucket: str | None = Field(
        default=None, description="A bucket of an S3-compatible object store, in the place of the folder for photos."
    )
    media_endpoint: str | None = Field(
        default=None, description="Where the object store is reached, such as https://s3.example.org; none is AWS."
    )
    media_region: str = Field(default="us-east-1", description="The object store's region.")
    media_prefix: str = Field(default="", description="What the names of all our objects begin with, such as showme/.")
    media_access_key: str | None = Field(
        default=None, description="Who we are at the object store; none is whatever the machine itself may use at AWS."
    )
    media_secret_key: SecretStr | None = Field(default=None, description="What proves it.")
    telegram_token: SecretStr | None = Field(default=None, description="The bot's token, from @BotFather.")
    telegram_api: str | None = Field(
        default=None, description="A Bot API server of one's own, such as http://localhost:8081; none is Telegram's."
    )
    telegram_webhook_secret: SecretStr | None = Field(
        default=None, description="With it Telegram calls /callbacks/telegram; without it the bot polls."
    )
    without_telegram: bool = Field(default=False, description="Say so when there is to be no team chat.")
    sms_providers: Annotated[list[str], NoDecode] = Field(
        default=[],
        description="Who sends SMS: twilio, clickatell, or outbox, which keeps them. With two, the second takes over.",
    )
    sms_countries: Annotated[frozenset[str], NoDecode] = Field(
        default=EUROPE, description="Countries (ISO 3166) whose mobile numbers may be sent an SMS."
    )
    sms_to_number_per_hour: int = Field(default=5, ge=1, description="Most SMS to one number within an hour.")
    sms_by_dispatcher_per_hour: int = Field(default=60, ge=1, description="Most SMS by one dispatcher within an hour.")
    sms_by_organisation_per_hour: int = Field(default=600, ge=1, description="Most SMS of an organisation in an hour.")
    quarantine_days: int = Field(
        default=30,
        ge=1,
        le=3653,
        description="Days after which a photo in quarantine is deleted for ever, unless a supervisor decides before.",
    )
    initial_top_up: int = Field(
        default=10, ge=0, description="Credits that a new organisation has; each SMS costs one."
    )
    twilio_account_sid: str | None = Field(default=None, description="Twilio's Account SID, which begins with AC.")
    twilio_auth_token: SecretStr | None = Field(default=None, description="Twilio's Auth Token.")
    twilio_sender: str | None = Field(default=None, description="The number or name from which Twilio sends.")
    twilio_messaging_service_sid: str | None = Field(
        default=None, description="Twilio's Messaging Service SID, in the place of a sender."
    )
    clickatell_api_key: SecretStr | None = Field(default=None, description="Clickatell's API key of a One API setup.")
    clickatell_api_keys: Annotated[dict[str, SecretStr], NoDecode] = Field(
        default={}, description="API keys of organisations that have their own, by the organisation's number."
    )
    clickatell_sender: str | None = Field(default=None, description="The number from which Clickatell sends.")
    clickatell_receipt_secret: SecretStr | None = Field(
        default=None,
        description="A long random text; Clickatell's delivery reports go to /callbacks/clickatell/<it>.",
    )
    ice_providers: Annotated[list[str], NoDecode] = Field(
        default=[],
        description="Who relays live video where phones cannot be reached: twilio, coturn, fixed; several may stand "
        "together. See coturn.md.",
    )
    turn_urls: Annotated[list[str], NoDecode] = Field(
        default=[],
        description="Where one's own coturn is reached, such as turn:turn.example.org, "
        "turn:turn.example.org?transport=tcp and turns:turn.example.org:443.",
    )
    turn_secret: SecretStr | None = Field(default=None, description="coturn's static-auth-secret.")
    turn_life_hours: int = Field(
        default=12, ge=1, le=24, description="How long the credentials that coturn and Twilio take may be used."
    )
    ice_servers: Annotated[list[FixedIceServer], NoDecode] = Field(
        default=[],
        description="The servers of the provider fixed, in JSON as browsers take them: "
        '[{"urls": ["turn:turn.example.org"], "username": "…", "credential": "…"}].',
    )
    ice_policy: Literal["all", "relay"] = Field(
        default="all",
        description="With relay live video goes through the relay alone: phone and photowall learn no address of "
        "each other.",
    )
    peerjs_url: str | None = Field(
        default=None,
        description="An external PeerServer in the place of the embedded one, such as "
        "wss://peer.example.org/peerjs?key=peerjs. It verifies nobody: showme doctor says what is lost.",
    )
    map_tiles: str | None = Field(
        default=None,
        description="Where the photowall's map loads its tiles, such as https://tiles.example.org/{z}/{x}/{y}.png. "
        "Whoever serves them learns which places are looked at; without it, or map_folder, the map has none.",
    )
    map_folder: Path | None = Field(
        default=None,
        description="A folder of tiles ({z}/{x}/{y}.png) that showme itself serves, to its own people alone.",
    )
    map_attribution: str = Field(
        default="", description="Whom the map's makers want to be named, such as © OpenStreetMap contributors."
    )
    map_deepest_zoom: int = Field(
        default=19, ge=1, le=24, description="How far in the map's tiles go; beyond it they are enlarged."
    )
    usage_webhook: str | None = Field(
        default=None, description="An address that is told of every use (JSON by POST), without anything of citizens."
    )
    self_test_hours: int = Field(
        default=6,
        ge=0,
        le=24,
        description="How many hours apart showme invites itself and climbs the whole ladder over base_url, to tell "
        "supervisors which rung breaks; 0: only when asked, by /selftest or showme selftest.",
    )
    self_test_number: str | None = Field(
        default=None,
        description="A mobile number of one's own to which the self-test's SMS really goes; without it they stay in "
        "the embedded outbox.",
    )
    image_workers: int = Field(
        default=os.cpu_count() or 1, ge=1, le=64, description="Processes that decode pictures; one per core by default."
    )
    most_megabytes_in_flight: int = Field(
        default=512, ge=64, description="Uploads that may be on their way at once; beyond it phones are asked to wait."
    )

    most_clip_megabytes: int = Field(
        default=50,
        ge=1,
        le=200,
        description="How large a clip may be. Above 50 the team chat gets its poster alone: bots send no more.",
    )

    @field_validator("base_url")
    @classmethod
    def _a_plain_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError("an origin is needed, such as https://show.example.org, without a path")
        return f"{parts.scheme}://{parts.netloc}"

    _database_url = field_validator("database_url")(checked_database)
    _turn_urls = field_validator("turn_urls")(checked_turn_urls)
    _ice_servers = field_validator("ice_servers", mode="before")(list_from_json)
    _clickatell_api_keys = field_validator("clickatell_api_keys", mode="before")(keys_from_json)
    _map_tiles = field_validator("map_tiles")(checked_tiles)
    _peerjs_url = field_validator("peerjs_url")(checked_peer_server)

    @field_validator(
        "bind", "also_hosts", "proxies", "sms_providers", "sms_countries", "ice_providers", "turn_urls", mode="before"
    )
    @classmethod
    def _listed(cls, value: object) -> object:
        return [item.strip() for item in value.split(",") if item.strip()] if isinstance(value, str) else value

    @property
    def hosts(self) -> frozenset[str]:
        """What a request may name as Host."""
        return frozenset({urlsplit(self.base_url).netloc, *self.also_hosts})

    @property
    def is_secure(self) -> bool:
        """Whether the outside reaches us by HTTPS."""
        return self.base_url.startswith("https://")

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data / 'showme.sqlite'}"


class _Configured(Settings, BaseSettings):
    """The settings as found outside: secret files go before variables, variables before the TOML file."""

    model_config = SettingsConfigDict(env_prefix="SHOWME_", extra="forbid")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is the library's
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources."""
        return init_settings, file_secret_settings, env_settings, TomlConfigSettingsSource(settings_cls, _file())


class Problems(Exception):
    """Everything that is wrong with a configuration, at once."""

    def __init__(self, sentences: list[str]) -> None:
        """Keep the sentences, one per problem."""
        self.sentences = sentences
        super().__init__("\n".join(sentences))


def read_settings() -> Settings:
    """Read the configuration; raise Problems with all that is wrong with it."""
    folder = Path(os.environ.get("SHOWME_SECRETS", "/run/secrets"))
    try:
        return _Configured(_secrets_dir=folder if folder.is_dir() else None)  # type: ignore[call-arg]
    except ValidationError as error:
        raise Problems([_sentence(problem) for problem in error.errors()]) from None
    except SettingsError as error:
        raise Problems([f"{error}."]) from None
    except tomllib.TOMLDecodeError as error:
        raise Problems([f"{_file()} is no TOML: {error}."]) from None
    except OSError as error:
        raise Problems([f"{_file()} cannot be read ({error.strerror})."]) from None


def prepare_libraries() -> None:
    """Choose, in the only way it offers, that python-telegram-bot tells durations as such (its ``PTB_TIMEDELTA``)."""
    os.environ.setdefault("PTB_TIMEDELTA", "1")


def problems_of_serving(settings: Settings) -> list[str]:
    """Say what keeps a configuration from serving real emergencies; nothing when it is complete."""
    problems = []
    host = urlsplit(settings.base_url).hostname or ""
    if not settings.is_secure and host not in {"localhost", "127.0.0.1", "::1"}:
        problems.append("base_url must begin with https://: phones give no camera and no location to plain HTTP.")
    if settings.telegram_token is None and not settings.without_telegram:
        problems.append(
            "telegram_token is missing: get one from @BotFather and set SHOWME_TELEGRAM_TOKEN, "
            "or set without_telegram = true."
        )
    problems += _problems_of_sms(settings) + problems_of_relays(settings) + problems_of_sharing(settings)
    problems += problems_of_map(
        tiles=settings.map_tiles, folder=settings.map_folder, attribution=settings.map_attribution
    )
    problems += problems_of_secrets(settings)
    problems += problems_of_files(_file(), {name: _is_secret(name) for name in Settings.model_fields})
    return problems


def _problems_of_sms(settings: Settings) -> list[str]:
    """Say what keeps the providers that were chosen from sending."""
    if not settings.sms_providers:
        return ['sms_providers is missing: "twilio", "clickatell", both, or "outbox" to hand links over another way.']
    problems = [
        f'sms_providers: "{name}" is not known; there are twilio, clickatell and outbox.'
        for name in settings.sms_providers
        if name not in {"twilio", "clickatell", "outbox"}
    ]
    if "twilio" in settings.sms_providers:
        missing = [name for name in ("twilio_account_sid", "twilio_auth_token") if getattr(settings, name) is None]
        if (settings.twilio_sender is None) == (settings.twilio_messaging_service_sid is None):
            missing.append("Either twilio_sender or twilio_messaging_service_sid")
        problems += [f"{name} is missing: Twilio's console shows it." for name in missing]
    if "clickatell" in settings.sms_providers and settings.clickatell_api_key is None:
        problems.append("clickatell_api_key is missing: Clickatell's portal shows it.")
    return problems


def real_accounts_in_environment() -> list[str]:
    """Return the names of variables that hold real accounts; practice mode must not come near them."""
    return sorted(
        name for name in os.environ if name.startswith("SHOWME_") and name.endswith(("_TOKEN", "_SID", "_KEY"))
    )


def _is_secret(name: str) -> bool:
    return "SecretStr" in str(Settings.model_fields[name].annotation) or name == "database_url"


def _file() -> Path:
    return Path(os.environ.get("SHOWME_CONFIG", _DEFAULT_FILE))


def _sentence(problem: Any) -> str:
    name = ".".join(str(step) for step in problem["loc"]) or "configuration"
    if problem["type"] == "missing":
        if name not in Settings.model_fields:  # something inside of a setting, such as ice_servers.0.urls
            return f"{name} is missing."
        description = Settings.model_fields[name].description
        return f"{name} is missing: set SHOWME_{name.upper()} or {name} in {_file()}. {description}"
    if problem["type"] == "extra_forbidden":
        return f"{name} is no setting of showme."
    return f"{name}: {problem['msg']}."
