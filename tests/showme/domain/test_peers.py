import pytest

from showme.domain.peers import MOST_VIEWERS, Peer, citizen_of, read_peer, viewer_of
from showme.errors import NotUnderstood

HOUSE = "3kTq9ZbA01xYzw"


@pytest.mark.parametrize(
    ("text", "peer"),
    [
        (f"{HOUSE}-1", citizen_of(HOUSE)),
        (f"{HOUSE}-0", viewer_of(HOUSE, 1)),
        (f"{HOUSE}-0-2", viewer_of(HOUSE, 2)),
        (f"{HOUSE}-0-999", viewer_of(HOUSE, MOST_VIEWERS)),
        ("a-0-10", Peer(invitation="a", role="viewer", number=10)),
    ],
)
def test_an_id_says_who_speaks(text: str, peer: Peer) -> None:
    assert read_peer(text) == peer
    assert str(peer) == text


@pytest.mark.parametrize(
    "text",
    [
        "", HOUSE, f"{HOUSE}-", f"{HOUSE}-2", f"{HOUSE}-00", f"{HOUSE}-0-", f"{HOUSE}-0-0", f"{HOUSE}-0-1",
        f"{HOUSE}-0-02", f"{HOUSE}-0-1000", f"{HOUSE}-1-2", f"{HOUSE}-1\n", f" {HOUSE}-1", f"{HOUSE}-1 ", "-1", "-0",
        f"{'a' * 25}-1", f"{HOUSE}_-1", f"é{HOUSE}-1", f"{HOUSE}-\u0661", f"{HOUSE}-0-\u0662", "null", "a-1-1",
        f"{HOUSE}--1",
    ],
)  # fmt: skip
def test_what_is_no_id_speaks_for_nobody(text: str) -> None:
    with pytest.raises(NotUnderstood, match="peer_not_understood"):
        read_peer(text)
