from __future__ import annotations

import random
import string
from collections.abc import Callable

import pytest

from gateways.sms.twilio import TwilioGateway
from practice.sms.twilio import TakenSms, TwilioAccount
from showme.domain.sms import Receipt
from showme.errors import NotAllowed
from tests.gateways.sms.conftest import ACCOUNT, CALLBACK, SENDER, TO, TOKEN, twilio_gateway

SID = "SM" + "0123456789abcdef" * 2
SMS = TakenSms(sid=SID, to=TO, text="", sender=SENDER, status_callback=CALLBACK)
SEED = 112


@pytest.fixture
def gateway() -> TwilioGateway:
    return twilio_gateway("http://127.0.0.1:1")


@pytest.mark.parametrize(
    ("status", "code", "state", "cause"),
    [
        ("sent", None, "sent", None),
        ("delivered", None, "delivered", None),
        ("read", None, "delivered", None),
        ("undelivered", 30003, "failed", "sms_unreachable_handset"),
        ("undelivered", 30004, "failed", "sms_blocked"),
        ("undelivered", 30005, "failed", "sms_unknown_handset"),
        ("undelivered", 30006, "failed", "sms_landline"),
        ("undelivered", 30007, "failed", "sms_filtered"),
        ("undelivered", 30008, "failed", "sms_failed"),
        ("failed", 30001, "failed", "sms_provider_busy"),
        ("failed", 30002, "failed", "sms_provider_account"),
        ("failed", 30036, "failed", "sms_expired"),
        ("failed", 12345, "failed", "sms_failed"),
        ("failed", None, "failed", "sms_failed"),
        ("canceled", None, "failed", "sms_failed"),
    ],
)
def test_a_receipt_says_what_became_of_an_sms(
    gateway: TwilioGateway, account: TwilioAccount, *, status: str, code: int | None, state: str, cause: str | None
) -> None:
    form = account.receipt(SMS, status, error=code)
    receipt = gateway.read_receipt(url=CALLBACK, form=form, signature=account.signature(CALLBACK, form))
    assert receipt is not None
    assert (receipt.provider, receipt.provider_id) == ("Twilio", SID)
    assert (receipt.state, receipt.cause) == (state, cause)


@pytest.mark.parametrize("status", ["accepted", "scheduled", "queued", "sending", "received", "", "to_be_invented"])
def test_a_receipt_that_says_nothing_new_is_passed_over(
    gateway: TwilioGateway, account: TwilioAccount, status: str
) -> None:
    form = account.receipt(SMS, status)
    assert gateway.read_receipt(url=CALLBACK, form=form, signature=account.signature(CALLBACK, form)) is None


@pytest.mark.parametrize("code", ["", "none", "-30003", "30003.0", "³", "3" * 5000])
def test_a_strange_error_code_is_a_plain_failure(gateway: TwilioGateway, account: TwilioAccount, code: str) -> None:
    form = account.receipt(SMS, "undelivered") | {"ErrorCode": code}
    receipt = gateway.read_receipt(url=CALLBACK, form=form, signature=account.signature(CALLBACK, form))
    assert receipt == Receipt(provider="Twilio", provider_id=SID, state="failed", cause="sms_failed")


def test_a_citizens_answer_is_no_receipt(gateway: TwilioGateway, account: TwilioAccount) -> None:
    form = {"AccountSid": ACCOUNT, "Body": "Thank you", "From": TO, "MessageSid": SID, "SmsStatus": "received"}
    assert gateway.read_receipt(url=CALLBACK, form=form, signature=account.signature(CALLBACK, form)) is None


def test_new_fields_do_not_disturb(gateway: TwilioGateway, account: TwilioAccount) -> None:
    form = account.receipt(SMS, "delivered") | {"RawDlrDoneDate": "2611210038", "Ünïcode": "é & = +"}
    receipt = gateway.read_receipt(url=CALLBACK, form=form, signature=account.signature(CALLBACK, form))
    assert receipt == Receipt(provider="Twilio", provider_id=SID, state="delivered")


def test_a_receipt_is_checked_by_the_address_that_the_public_sees(
    gateway: TwilioGateway, account: TwilioAccount
) -> None:
    form = account.receipt(SMS, "delivered")
    signature = account.signature(CALLBACK, form)
    assert gateway.read_receipt(url=CALLBACK, form=form, signature=signature) is not None
    with_port = CALLBACK.replace("showme.example", "showme.example:443")
    assert gateway.read_receipt(url=with_port, form=form, signature=signature) is not None
    for behind_the_proxy in ("http://127.0.0.1:8000/callbacks/twilio/receipts", CALLBACK.replace("https", "http")):
        with pytest.raises(NotAllowed):
            gateway.read_receipt(url=behind_the_proxy, form=form, signature=signature)


def test_another_accounts_receipt_is_not_ours(gateway: TwilioGateway) -> None:
    stranger = TwilioAccount(sid="AC" + "f" * 32, token=TOKEN)
    form = stranger.receipt(SMS, "delivered")
    with pytest.raises(NotAllowed):
        gateway.read_receipt(url=CALLBACK, form=form, signature=stranger.signature(CALLBACK, form))


@pytest.mark.parametrize("url", ["", "https://[", "https://showme.example:port/", "https://showme.example/\ud800"])
def test_a_strange_address_is_not_allowed(gateway: TwilioGateway, account: TwilioAccount, url: str) -> None:
    form = account.receipt(SMS, "delivered")
    with pytest.raises(NotAllowed):
        gateway.read_receipt(url=url, form=form, signature=account.signature(CALLBACK, form))


Letter = tuple[str, dict[str, str], str]
"""The address, the form and the signature of a receipt."""


def test_of_a_thousand_forged_receipts_none_is_accepted(gateway: TwilioGateway, account: TwilioAccount) -> None:
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    forgeries = (_forged_letter, _other_token, _other_field, _field_more, _field_less, _other_address, _no_signature)
    tried: dict[str, int] = {}
    for number in range(1000):
        forge = forgeries[number % len(forgeries)]
        code = chance.choice([None, 30003, 30006])
        form = account.receipt(SMS, chance.choice(["sent", "delivered", "undelivered", "failed"]), error=code)
        genuine = (CALLBACK, form, account.signature(CALLBACK, form))
        url, form, signature = forge(chance, genuine)
        assert (url, form, signature) != genuine
        with pytest.raises(NotAllowed):
            gateway.read_receipt(url=url, form=form, signature=signature)
        tried[forge.__name__] = tried.get(forge.__name__, 0) + 1
    assert sum(tried.values()) == 1000
    assert min(tried.values()) > 100


def test_a_receipt_cut_anew_between_name_and_value_tells_nothing_else(
    gateway: TwilioGateway, account: TwilioAccount
) -> None:
    # Twilio signs names and values without anything between them.
    form = account.receipt(SMS, "undelivered", error=30006)
    genuine = gateway.read_receipt(url=CALLBACK, form=form, signature=account.signature(CALLBACK, form))
    assert genuine is not None
    signature = account.signature(CALLBACK, form)
    accepted = set()
    for name, value in form.items():
        whole = name + value
        for cut in range(1, len(whole)):
            altered = {key: form[key] for key in form if key != name} | {whole[:cut]: whole[cut:]}
            try:
                receipt = gateway.read_receipt(url=CALLBACK, form=altered, signature=signature)
            except NotAllowed:
                continue
            if receipt is not None:
                assert (receipt.provider_id, receipt.state) == (SID, "failed")
                accepted.add(receipt.cause)
    assert accepted <= {genuine.cause, "sms_failed"}


def _forged_letter(chance: random.Random, genuine: Letter) -> Letter:
    url, form, signature = genuine
    place = chance.randrange(len(signature) - 2)  # the last two carry bits that say nothing
    letters = [letter for letter in string.ascii_letters + string.digits if letter != signature[place]]
    return url, form, signature[:place] + chance.choice(letters) + signature[place + 1 :]


def _other_token(chance: random.Random, genuine: Letter) -> Letter:
    url, form, _ = genuine
    guessed = "".join(chance.choices(string.hexdigits.lower(), k=32))
    return url, form, TwilioAccount(sid=ACCOUNT, token=guessed).signature(url, form)


def _other_field(chance: random.Random, genuine: Letter) -> Letter:
    url, form, signature = genuine
    name = chance.choice(sorted(form))
    values = ["delivered", "sent", "30007", "SM" + "f" * 32, "", form[name] + "0", "+32470000000"]
    return url, form | {name: chance.choice([value for value in values if value != form[name]])}, signature


def _field_more(chance: random.Random, genuine: Letter) -> Letter:
    url, form, signature = genuine
    name = "".join(chance.choices(string.ascii_letters, k=8))
    return url, form | {name: str(chance.randrange(100))}, signature


def _field_less(chance: random.Random, genuine: Letter) -> Letter:
    url, form, signature = genuine
    left_out = chance.choice(sorted(form))
    return url, {name: value for name, value in form.items() if name != left_out}, signature


def _other_address(chance: random.Random, genuine: Letter) -> Letter:
    url, form, signature = genuine
    alterations: list[Callable[[str], str]] = [
        lambda url: url.replace("https", "http"),
        lambda url: url + "?more=1",
        lambda url: url + "/",
        lambda url: url.replace("showme", "showrne"),
        lambda url: url.upper(),
        lambda url: url.replace("receipts", f"receipts{chance.randrange(1000)}"),
    ]
    return chance.choice(alterations)(url), form, signature


def _no_signature(chance: random.Random, genuine: Letter) -> Letter:
    url, form, signature = genuine
    return url, form, chance.choice(["", " ", "=", signature[:-1], signature + "=", signature.lower(), "é" * 28])
