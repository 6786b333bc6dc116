import pytest

from showme.domain.commands import COMMANDS, read_command
from showme.errors import NotUnderstood


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_understood(command: str) -> None:
    assert read_command(command) == command


@pytest.mark.parametrize("text", ["", "reboot", "torch", "TORCH_ON", "torch_on ", "torch_on\n"])
def test_nothing_else_is_a_command(text: str) -> None:
    with pytest.raises(NotUnderstood, match="command_not_understood"):
        read_command(text)
