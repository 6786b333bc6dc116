"""What the rules need of the outside, as protocols; their promises stand in the docstrings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime
    from pathlib import Path

    from showme.domain.pictures import Derived, MediaKind, PictureHeader


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present moment, in UTC and with its zone."""
        ...


class Arrived(Protocol):
    """A citizen's bytes in a file of our own, before they are kept."""

    @property
    def path(self) -> Path:
        """The file, readable while the bytes arrive."""
        ...

    @property
    def size(self) -> int:
        """Bytes written so far."""
        ...

    @property
    def sha256(self) -> str:
        """The SHA-256 of the bytes written so far, in lower-case hexadecimal."""
        ...

    async def keep(self, name: str) -> None:
        """Make the bytes durable as the original ``name``: file synced, named, folder synced, in this order.

        Raise StorageFull when the disk is full.
        """
        ...


class Incoming(Arrived, Protocol):
    """Bytes on their way in, in a temporary file."""

    async def write(self, chunk: bytes) -> None:
        """Append a chunk; raise TooLarge past the limit, StorageFull when the disk is full."""
        ...


class Growing(Protocol):
    """A partial upload that is being written."""

    @property
    def size(self) -> int:
        """Bytes in the file."""
        ...

    async def write(self, chunk: bytes) -> None:
        """Append a chunk, whole or not at all; raise StorageFull when the disk is full."""
        ...

    async def write_file(self, path: Path) -> None:
        """Append what another file holds; on a full disk (StorageFull) a first part of it may be in."""
        ...

    async def cut(self, size: int) -> None:
        """Take back everything after the first ``size`` bytes."""
        ...


class Partials(Protocol):
    """Keeps the bytes of uploads under way, over restarts too; what is there is the truth of how far they have come."""

    async def size(self, name: str) -> int:
        """Return how many bytes have arrived; 0 where nothing is."""
        ...

    def growing(self, name: str) -> AbstractAsyncContextManager[Growing]:
        """Open a partial upload, or begin it, to write at its end; what was written stays, however the context ends."""
        ...

    async def whole(self, name: str) -> Arrived:
        """Return an upload whose last byte has arrived; keeping it leaves it here too. Raise NotFound."""
        ...

    async def forget(self, name: str) -> None:
        """Remove a partial upload; nothing happens where nothing is."""
        ...

    async def names(self) -> frozenset[str]:
        """Return the names of all partial uploads."""
        ...


class MediaStore(Protocol):
    """Keeps pictures, each under a random name of letters and digits, in three kinds: original, wall, thumbnail."""

    def incoming(self, *, most_bytes: int) -> AbstractAsyncContextManager[Incoming]:
        """Open a place for arriving bytes; leaving the context removes what was not kept."""
        ...

    def deriving(self, name: str) -> AbstractAsyncContextManager[tuple[Path, Path, Path]]:
        """Lend local paths: original to read, wall and thumbnail to write; leaving without error keeps these two.

        Raise NotFound when there is no such original.
        """
        ...

    async def size(self, kind: MediaKind, name: str) -> int:
        """Return the size in bytes; raise NotFound."""
        ...

    def read(self, kind: MediaKind, name: str) -> AsyncIterator[bytes]:
        """Yield the bytes in chunks of at most 256 KiB; raise NotFound before the first."""
        ...

    async def forget(self, name: str) -> None:
        """Remove every kind of ``name``; nothing happens where nothing is."""
        ...

    async def names(self) -> frozenset[str]:
        """Return the names of all originals and derivatives kept."""
        ...

    async def sweep(self) -> int:
        """Remove temporary files that an earlier run left; return how many."""
        ...


class Imaging(Protocol):
    """Reads pictures that nobody vouches for."""

    async def inspect(self, file: Path) -> PictureHeader:
        """Read the format and the size in pixels from the header alone, without decoding.

        Raise NotAPicture (another format; ``heic_not_installed``: one that this installation lacks the decoder of),
        NotReadable (damaged header: ``picture_damaged``; more than
        ``MOST_PIXELS``: ``too_many_pixels``).
        """
        ...

    async def derive(self, original: Path, *, wall: Path, thumbnail: Path) -> Derived:
        """Decode the whole picture, turn it upright, and write two JPEGs without any metadata; tell what it said.

        The wall picture fits in ``WALL_EDGE`` and the thumbnail in ``THUMBNAIL_EDGE`` pixels; neither is ever
        enlarged. Raise NotReadable (damaged, or over a limit of time or memory), Unavailable (no worker).
        """
        ...


class SmsGateway(Protocol):
    """Delivers SMS through one provider."""

    @property
    def name(self) -> str:
        """The provider's name, as dispatchers read it."""
        ...

    async def send(self, *, to: str, text: str) -> str:
        """Hand an SMS over and return the provider's id of it; ``to`` in E.164.

        Raise NumberRefused or ProviderRefused when the provider refuses it, Unreachable when it certainly has not left,
        Unavailable when nobody can say whether it has.
        """
        ...


class UsageListener(Protocol):
    """Somebody outside who wants to know of every use."""

    async def tell(self, use: Mapping[str, Any]) -> None:
        """Tell a use; raise Unavailable when nobody heard it."""
        ...
