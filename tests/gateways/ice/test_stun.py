"""Messages are written as the standard's own examples are."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from gateways.ice.stun import Attribute, key_of, masked, read, unmasked, written

# RFC 5769, 2.4: a request under long-term credentials.
USERNAME = "\u30de\u30c8\u30ea\u30c3\u30af\u30b9"
NONCE = b"f//499k954d6OL34oL9FSTvy64sA"
REALM = b"example.org"
TRANSACTION = bytes.fromhex("78ad3433c6ad72c029da412e")
REQUEST = bytes.fromhex(
    "000100602112a44278ad3433c6ad72c029da412e"
    "00060012e3839ee38388e383aae38383e382afe382b90000"
    "0015001c662f2f3439396b3935346436 4f4c33346f4c39465354767936347341"
    "0014000b6578616d706c652e6f726700"
    "00080014f67024656dd64a3e02b8e0712e85c9a28ca89666"
)
# RFC 5769, 2.2 and 2.3: answers with an address of each family, under another transaction.
ANSWERED = bytes.fromhex("b7e7a701bc34d686fa87dfae")
IPV4 = bytes.fromhex("0001a147e112a643")
IPV6 = bytes.fromhex("0002a1470113a9faa5d3f179bc25f4b5bed2b9d9")


def test_a_request_is_written_and_signed_as_in_the_standards_example() -> None:
    key = key_of(username=USERNAME, realm=REALM, password="TheMatrIX")
    attributes: dict[int, bytes] = {
        Attribute.USERNAME: USERNAME.encode(),
        Attribute.NONCE: NONCE,
        Attribute.REALM: REALM,
    }
    assert written(0x0001, attributes, transaction=TRANSACTION, key=key) == REQUEST


def test_a_message_is_read_as_it_was_written() -> None:
    message = read(REQUEST)
    assert (message.kind, message.transaction) == (0x0001, TRANSACTION)
    assert message.attributes[Attribute.NONCE] == NONCE
    assert message.attributes[Attribute.REALM] == REALM
    assert message.error == (0, "")


@pytest.mark.parametrize(("value", "address"), [(IPV4, "192.0.2.1"), (IPV6, "2001:db8:1234:5678:11:2233:4455:6677")])
def test_an_address_is_masked_as_in_the_standards_example(value: bytes, address: str) -> None:
    assert unmasked(value, transaction=ANSWERED) == ip_address(address)
    assert masked(ip_address(address), transaction=ANSWERED, port=32853) == value


def test_a_refusal_says_its_code_and_its_words() -> None:
    told = written(0x0113, {Attribute.ERROR_CODE: b"\0\0\x04\x25" + b"Wrong Transaction"}, transaction=TRANSACTION)
    assert read(told).error == (437, "Wrong Transaction")


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"\0" * 19,
        REQUEST[:-1],
        REQUEST + b"\0",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        REQUEST[:4] + b"\0\0\0\0" + REQUEST[8:],
        written(0x0001, {}, transaction=TRANSACTION)[:2] + b"\0\4" + REQUEST[4:20] + b"\0\6\xff\xff",
    ],
)
def test_what_is_no_message_is_refused(told: bytes) -> None:
    with pytest.raises(ValueError, match=r"STUN|cut off"):
        read(told)
