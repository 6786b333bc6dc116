"""What the rules need of the outside, as protocols; their promises stand in the docstrings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime
    from pathlib import Path

    from showme.domain.clips import ClipFormat, Film
    from showme.domain.ice import IceServer
    from showme.domain.passkeys import MadePasskey, Passkey, PasskeyClaim, PasskeyPlace
    from showme.domain.people import Dispatcher
    from showme.domain.pictures import Derived, MediaKind, PictureHeader
    from showme.domain.sheets import Sheet
    from showme.domain.trials import Tapped


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

    async def sweep(self) -> int:
        """Remove what a crash left of pieces that belong to no upload; return how many."""
        ...


class LentPaths(Protocol):
    """Local paths for the work on one clip: what was received to read, the others to write."""

    @property
    def original(self) -> Path: ...  # noqa: D102
    @property
    def poster(self) -> Path:
        """For the work alone; it is never kept."""
        ...

    @property
    def wall(self) -> Path: ...  # noqa: D102
    @property
    def thumbnail(self) -> Path: ...  # noqa: D102
    @property
    def clip(self) -> Path: ...  # noqa: D102


class MediaStore(Protocol):
    """Keeps pictures, each under a random name of letters and digits: original, wall, thumbnail, and clip for clips."""

    def incoming(self, *, most_bytes: int) -> AbstractAsyncContextManager[Incoming]:
        """Open a place for arriving bytes; leaving the context removes what was not kept."""
        ...

    def deriving(self, name: str) -> AbstractAsyncContextManager[tuple[Path, Path, Path]]:
        """Lend local paths: original to read, wall and thumbnail to write; leaving without error keeps these two.

        Raise NotFound when there is no such original.
        """
        ...

    def deriving_clip(self, name: str) -> AbstractAsyncContextManager[LentPaths]:
        """Lend the paths of a clip; leaving without error keeps those of wall, thumbnail and clip that were written.

        Raise NotFound when there is no such original, StorageFull when there is hardly room.
        """
        ...

    async def size(self, kind: MediaKind, name: str) -> int:
        """Return the size in bytes; raise NotFound."""
        ...

    def read(self, kind: MediaKind, name: str, *, first: int = 0, count: int | None = None) -> AsyncIterator[bytes]:
        """Yield the bytes in chunks of at most 256 KiB; raise NotFound before the first.

        From byte ``first`` on, and no more than ``count``.
        """
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


Stray = tuple[str, str]
"""A file of the media: the folder it lies in, and its name there."""


class Attic(Protocol):
    """Where files are put aside that nobody can explain: nothing is removed before a person could look at it."""

    async def put_aside(self, strays: Sequence[Stray], *, why: str, at: datetime) -> str:
        """Move files into a folder named after the moment and the reason; return its name."""
        ...

    async def forget(self, before: datetime) -> int:
        """Remove what was put aside before a moment, and return how many files that were."""
        ...

    async def unfinished(self) -> Sequence[Stray]:
        """Return the files of uploads and pictures that were never finished, with those still under way."""
        ...

    async def kept(self) -> Sequence[Stray]:
        """Return every original, wall picture, thumbnail and film."""
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


class Clips(Protocol):
    """Looks into clips that nobody vouches for, and makes films of them that every browser plays."""

    @property
    def is_installed(self) -> bool:
        """Whether there is what it takes to look into any."""
        ...

    async def recognise(self, file: Path) -> ClipFormat | None:
        """Tell a clip from its first bytes, and None for whatever is none.

        Raise NotAPicture (``clips_not_installed``: one that this installation cannot look into).
        """
        ...

    async def look(self, file: Path) -> Film:
        """Read what a clip says of itself, without decoding it; raise as ``recognise``, and NotReadable."""
        ...

    async def draw_poster(self, file: Path, film: Film, *, into: Path) -> None:
        """Decode one picture, upright, into a file that ``Imaging`` reads; raise NotReadable, StorageFull."""
        ...

    async def copy(self, file: Path, film: Film, *, into: Path) -> Film:
        """Write the pictures and the sound as they are into an MP4, and nothing else; return what was made.

        Only for a film that ``is_playable``. Raise NotReadable, StorageFull; then there is no file.
        """
        ...

    async def encode(self, file: Path, film: Film, *, into: Path) -> Film:
        """Write the pictures anew, smaller, as every browser plays them; takes its time. As ``copy`` else."""
        ...


class Drawing(Protocol):
    """Draws pictures of our own figures."""

    async def draw(self, sheet: Sheet) -> bytes:
        """Return a PNG of a report's sheet, the same bytes for the same sheet; raise Unavailable."""
        ...


class TrialPhone(Protocol):
    """Does over the network what a citizen's phone does; each deed raises Unavailable with a ``reason`` when it fails.

    A reason names no key and no link.
    """

    async def load(self, link: str) -> None:
        """Load the citizen's page."""
        ...

    async def tap(self, link: str) -> Tapped:
        """Tap, and return what the page is then given to call with."""
        ...

    async def call(self, link: str, tapped: Tapped) -> None:
        """Open the signalling line as the citizen."""
        ...

    async def relay(self, tapped: Tapped) -> None:
        """Have an address allocated by every TURN server that was given."""
        ...

    async def send_photo(self, link: str) -> str:
        """Send a small photo and return its id."""
        ...

    async def find_closed(self, link: str) -> None:
        """Make sure that the link has ended."""
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


class PasskeyReader(Protocol):
    """Writes what passkeys are asked, and reads what they answer (WebAuthn Level 3); decides nothing else."""

    def to_make(
        self, place: PasskeyPlace, *, challenge: bytes, owner: Dispatcher, organisation: str, handle: bytes,
        known: Sequence[Passkey],
    ) -> Mapping[str, Any]:  # fmt: skip
        """Return what a browser needs to make a discoverable passkey on a device that holds none of the known ones."""
        ...

    def read_made(self, place: PasskeyPlace, answer: Mapping[str, Any], *, challenge: bytes) -> MadePasskey:
        """Check what a device answers when it has made a passkey; raise NotUnderstood."""
        ...

    def to_sign(self, place: PasskeyPlace, *, challenge: bytes) -> Mapping[str, Any]:
        """Return what a browser needs to let any passkey of this place sign."""
        ...

    def read_claim(self, answer: Mapping[str, Any]) -> PasskeyClaim:
        """Read which passkey says it has signed what, before anything is checked; raise NotUnderstood."""
        ...

    def read_signed(
        self, place: PasskeyPlace, answer: Mapping[str, Any], *, challenge: bytes, public_key: bytes
    ) -> int:
        """Check a signature and return how often the passkey says it has signed; raise NotSignedIn."""
        ...


class UsageListener(Protocol):
    """Somebody outside who wants to know of every use."""

    async def tell(self, use: Mapping[str, Any]) -> None:
        """Tell a use; raise Unavailable when nobody heard it."""
        ...


class IceLease(Protocol):
    """The right to use an ICE provider's servers for some time."""

    @property
    def until(self) -> datetime | None:
        """When what was lent ends; None where it never does."""
        ...

    def servers(self, *, invitation: str, now: datetime) -> Sequence[IceServer]:
        """Return the servers for one invitation, at once and without asking anybody."""
        ...


class IceProvider(Protocol):
    """Lends STUN and TURN servers, ahead of the calls that need them: a citizen's tap must never wait for them."""

    @property
    def name(self) -> str:
        """The provider's name, as operators read it."""
        ...

    async def lease(self, *, now: datetime) -> IceLease:
        """Lend from ``now`` on; raise Unavailable when the provider does not."""
        ...


class Turns(Protocol):
    """Sees to it that of all nodes of an installation only one at a time does a thing."""

    def mine(self, what: str) -> AbstractAsyncContextManager[bool]:
        """Take the turn of doing ``what`` for as long as the context lasts; False where somebody is at it.

        A turn is free again as soon as whoever had it has died. It may be lost while it is held: then what is done
        must bear being done twice.
        """
        ...


class Exchange(Protocol):
    """Carries what the nodes of an installation tell each other at this moment; nothing of it is kept."""

    @property
    def node(self) -> int:
        """Our number among the nodes."""
        ...

    def tell(self, body: Mapping[str, Any], *, to: int | None = None) -> None:
        """Tell a node, or all others, in the order of telling; what cannot be carried soon is dropped."""
        ...

    def place(self, peer: str, body: Mapping[str, Any] | None) -> None:
        """Note for nodes that join later who is on the line here, and how; None when nobody is any more.

        Told in one order with ``tell``.
        """
        ...

    def show(self, invitation: str, number: int, picture: bytes) -> None:
        """Put a still by for the other nodes, in the place of the one before, for half a minute."""
        ...

    async def shown(self, invitation: str) -> tuple[int, bytes] | None:
        """Return an invitation's still and its number."""
        ...
