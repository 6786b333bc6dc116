from uuid import UUID

import pytest

from showme.domain.photos import read_photo_id
from showme.errors import NotUnderstood


@pytest.mark.parametrize("text", [str(UUID(int=2018)), "a" * 8, "Z" * 64, "0_-_-_-0", "aB3-dE_f"])
def test_a_phone_may_name_its_photo(text: str) -> None:
    assert read_photo_id(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a" * 7,
        "a" * 65,
        "-aaaaaaaa",
        "aaaaaaaa_",
        "aaaa aaaa",
        "../../etc",
        "aaaaaaaa\n",
        "\uff41" * 8,
        "aaaa\x00aaaa",
        "éééééééé",
        "<script>",
        "aaaa/aaaa",
    ],
)
def test_an_odd_name_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood) as refusal:
        read_photo_id(text)
    assert refusal.value.cause == "photo_id_not_understood"
