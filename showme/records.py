"""What the rules keep: one unit of work over all records, written or read in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
    from datetime import datetime, timedelta

    from showme.domain.attendance import Attendance
    from showme.domain.audit import Checkpoint, Line
    from showme.domain.blurring import Blurring
    from showme.domain.chats import Chat, Errand, Parcel, Posted, QuietHours, Sound, Topic, Urgency
    from showme.domain.clips import ClipState
    from showme.domain.credits import Entry, LedgerLine
    from showme.domain.events import Event, Kind
    from showme.domain.figures import InvitationFigures, SmsFigures
    from showme.domain.invitations import Invitation, Location, Phone, SmsState
    from showme.domain.keeping_longer import Kept
    from showme.domain.ladder import CameraReason, Rung
    from showme.domain.marks import Mark, MarkKind
    from showme.domain.organisations import Organisation, Secret
    from showme.domain.passkeys import Passkey
    from showme.domain.people import Dispatcher, Role
    from showme.domain.photos import OriginalState, Photo, PhotoSize
    from showme.domain.pictures import Derived
    from showme.domain.quarantine import Sealed
    from showme.domain.reports import Course, ProviderFigures
    from showme.domain.sessions import Session
    from showme.domain.shares import Share, Visit
    from showme.domain.shifts import Shift
    from showme.domain.sms import Attempt, KeptSms, QueuedSms, Receipt, Recently
    from showme.domain.upkeep import Balance
    from showme.domain.uploads import Upload


T = TypeVar("T")


class Journal(Protocol):
    """The numbered events of every organisation: no gaps, in the order of commitment."""

    async def append(
        self,
        kind: Kind,
        *,
        organisation: int,
        at: datetime,
        actor: str,
        invitation: str | None = None,
        photo: str | None = None,
        detail: Mapping[str, object] | None = None,
    ) -> Event:
        """Write what happened, under the organisation's next number, in this transaction."""
        ...

    async def since(self, organisation: int, after: int, *, most: int = 200) -> Sequence[Event]:
        """Return the events numbered above ``after``, oldest first."""
        ...

    async def get(self, organisation: int, number: int) -> Event | None:
        """Return one of this organisation's, or None."""
        ...

    async def last(self, organisation: int, kind: Kind) -> Event | None:
        """Return this organisation's last event of a kind, or None."""
        ...

    async def newest(self, organisation: int, kinds: Collection[Kind], *, most: int = 50) -> Sequence[Event]:
        """Return this organisation's newest events of these kinds, newest first."""
        ...

    async def of_invitation(self, organisation: int, invitation: str, kinds: Collection[Kind]) -> Sequence[Event]:
        """Return the events of these kinds about one of this organisation's invitations, oldest first."""
        ...

    async def head(self, organisation: int) -> int:
        """Return the highest number so far; 0 before the first event."""
        ...

    async def cursor(self, name: str, organisation: int) -> int:
        """Return up to which event a reader of this name has come; 0 before the first."""
        ...

    async def move_cursor(self, name: str, organisation: int, number: int) -> None:
        """Note up to which event a reader has come."""
        ...

    async def forget_details(self, organisation: int, invitation: str) -> None:
        """Erase what the invitation's events tell beyond their envelopes, but of photos kept longer, or sealed."""
        ...

    async def forget_details_of_photo(self, organisation: int, invitation: str, photo: str) -> None:
        """Erase what a photo's events tell beyond their envelopes."""
        ...


class Audit(Protocol):
    """The journal as an audit reads it: whole lines, and the signed checkpoints of its chain."""

    async def lines(
        self,
        organisation: int,
        after: int,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        most: int = 500,
    ) -> Sequence[Line]:
        """Return lines numbered above ``after``, from ``since`` to before ``until`` where told, oldest first."""
        ...

    async def end(self, organisation: int) -> tuple[int, str]:
        """Return the number and the link that the organisation says are its journal's last; 0 and "" before any."""
        ...

    async def checkpoints(self, organisation: int) -> Sequence[Checkpoint]:
        """Return every checkpoint, oldest first."""
        ...

    async def last_before(self, organisation: int, moment: datetime) -> Event | None:
        """Return the last of the lines that were all written before a moment, or None."""
        ...

    async def keep(self, checkpoint: Checkpoint) -> None:
        """Add a checkpoint, or put it in the place of one at the same line."""
        ...

    async def condense(self, checkpoint: Checkpoint) -> None:
        """Remove the lines up to a checkpoint that was kept, with what is left of their details."""
        ...


class Upkeep(Protocol):
    """What only a look over all the records tells."""

    async def notices(self) -> tuple[int, int]:
        """Return how many notices wait, and how many of these may have been sent already."""
        ...

    async def balances(self) -> Sequence[Balance]:
        """Return what each organisation has, and what its ledger comes to."""
        ...

    async def settle(self, balance: Balance) -> None:
        """Let an organisation have what its ledger comes to, unless it moved meanwhile."""
        ...

    async def derive_again(self, photo: Photo) -> None:
        """Let a photo's pictures be made anew at the next start."""
        ...

    async def end_sign_ins(self, at: datetime) -> None:
        """End every session, and every link for one use."""
        ...

    async def doubt_what_waits(self) -> None:
        """Call SMS on their way unknown, and every notice that waits perhaps sent."""
        ...


class Organisations(Protocol):
    """Organisations, their signing secrets."""

    async def add(
        self, *, name: str, region: str, language: str, at: datetime, secret: bytes, number: int | None = None
    ) -> Organisation:
        """Add an organisation with its first secret, under the next number unless one is given."""
        ...

    async def get(self, organisation: int) -> Organisation | None:
        """Return it, or None."""
        ...

    async def all(self) -> Sequence[Organisation]:
        """Return every organisation but the self-test's, in the order of their numbers."""
        ...

    async def secrets(self, organisation: int) -> Sequence[Secret]:
        """Return its secrets, the current one first."""
        ...

    async def rotate(self, organisation: int, *, secret: bytes, at: datetime) -> None:
        """Retire the current secret and make ``secret`` the current one."""
        ...

    async def set_sound(self, organisation: int, *, sound: bool) -> None:
        """Let live video ask for sound from its start, or not."""
        ...

    async def set_blurring(self, organisation: int, blurring: Blurring) -> None:
        """Blur pictures so far, for everyone who does not want more of it."""
        ...

    async def set_unanswered(self, organisation: int, *, minutes: int) -> None:
        """Tell of invitations without an answer after so many minutes; 0 is never."""
        ...


class Invitations(Protocol):
    """Invitations with their rungs; a citizen's number stands apart, so that it can be forgotten."""

    async def add(self, invitation: Invitation, *, e164: str | None) -> Invitation:
        """Add it under the organisation's next number for people, and return it as kept."""
        ...

    async def get(self, organisation: int, invitation: str) -> Invitation | None:
        """Return one of this organisation's, or None."""
        ...

    async def hold(self, organisation: int, invitation: str) -> Invitation | None:
        """Return one of this organisation's, or None, and keep it as it stands for ourselves until the work ends."""
        ...

    async def by_nonce(self, organisation: int, nonce: bytes) -> Invitation | None:
        """Return the one whose key carries these random bytes, or None."""
        ...

    async def newest(self, organisation: int, *, most: int = 200) -> Sequence[Invitation]:
        """Return this organisation's newest, newest first."""
        ...

    async def unanswered(self, organisation: int, *, since: datetime, until: datetime) -> Sequence[Invitation]:
        """Return this organisation's made between two moments that have not ended, and to which nobody has answered.

        A page that was loaded is no answer: it may have been a link preview. Oldest first.
        """
        ...

    async def due_to_forget(self, made_before: datetime, *, most: int = 200) -> Sequence[Invitation]:
        """Return those of any organisation made at or before a moment and not forgotten yet, oldest first."""
        ...

    async def oldest_remembered(self) -> datetime | None:
        """Return when the oldest invitation that is not forgotten was made."""
        ...

    async def end(self, invitation: Invitation, *, at: datetime, closed: bool) -> bool:
        """End it; return False when it had ended before."""
        ...

    async def reach(self, invitation: str, rung: Rung, at: datetime) -> bool:
        """Note a rung; return False when it was reached before, whose time stays."""
        ...

    async def describe_phone(self, invitation: str, phone: Phone) -> None:
        """Replace what is known of the phone."""
        ...

    async def locate(self, invitation: str, location: Location) -> None:
        """Replace where the phone is."""
        ...

    async def note_sms(
        self, invitation: str, state: SmsState, *, provider: str | None, cause: str | None, failed_at: datetime | None
    ) -> None:
        """Note how the newest SMS stands."""
        ...

    async def note_camera_refused(
        self, invitation: str, at: datetime | None, *, reason: CameraReason = "refused"
    ) -> None:
        """Note, or clear, that the page got no camera, and why."""
        ...

    async def begin_live(self, invitation: str, at: datetime) -> bool:
        """Note that live video begins; return False where it is on already, or the invitation has ended."""
        ...

    async def end_live(self, invitation: str, at: datetime, *, silence: timedelta) -> tuple[datetime, datetime] | None:
        """Note that live video ends; return when it began and ended, or None where there is none.

        It ended when the phone was last heard, where that was longer ago than ``silence``, and otherwise now.
        """
        ...

    async def note_heard(self, invitation: str, at: datetime) -> bool:
        """Note a sign of a phone that is live; return False when it is not."""
        ...

    async def unheard_since(self, moment: datetime) -> Sequence[Invitation]:
        """Return those of any organisation that are live, and whose phone's last noted sign is not after a moment."""
        ...

    async def live(self) -> frozenset[str]:
        """Return the ids of all that are live, of any organisation."""
        ...

    async def note_live_lost(self, invitation: str, at: datetime | None) -> None:
        """Note, or clear, that live video ended because the phone fell silent."""
        ...

    async def attend(self, invitation: str, page: Attendance) -> None:
        """Replace how the page stands."""
        ...

    async def note_photo_unreadable(self, invitation: str, at: datetime | None) -> None:
        """Note, or clear, that the last photo could not be read."""
        ...

    async def number_of(self, invitation: str) -> str | None:
        """Return the citizen's number in E.164, while we still have it."""
        ...

    async def open_with_number(self, e164: str) -> Invitation | None:
        """Return the newest invitation, of any organisation, that still knows this number."""
        ...

    async def forget_number(self, invitation: str) -> None:
        """Erase the citizen's number."""
        ...

    async def mask_number(self, invitation: str, masked: str) -> None:
        """Put another text in the place of the masked number."""
        ...

    async def of_incident(self, organisation: int, incident: str) -> Sequence[Invitation]:
        """Return this organisation's of an incident that are not forgotten, newest first."""
        ...

    async def hand_over(self, invitation: str, *, to: str, by: str, at: datetime) -> None:
        """Note who is responsible from now on, and who has made it so."""
        ...

    async def forget(self, invitation: str, at: datetime) -> None:
        """Erase the citizen's number, phone and location, and note when."""
        ...


class Photos(Protocol):
    """Photos of every organisation."""

    async def add(self, photo: Photo) -> Photo:
        """Add it under the invitation's next number, and return it as kept."""
        ...

    async def get(self, organisation: int, photo: str) -> Photo | None:
        """Return one of this organisation's, or None."""
        ...

    async def newest(
        self, organisation: int, *, invitation: str | None = None, most: int | None = 500
    ) -> Sequence[Photo]:
        """Return this organisation's, or one invitation's, newest first."""
        ...

    async def bytes_of(self, organisation: int, invitation: str) -> int:
        """Return how many bytes the originals of an invitation take."""
        ...

    async def not_yet_shown(self) -> Sequence[Photo]:
        """Return every photo of which a size was received and neither shown nor given up, oldest first."""
        ...

    async def arrived(self, photo: Photo) -> None:
        """Note that a fuller size of it has arrived, as ``photo`` tells: its bytes, and where they are."""
        ...

    async def shown(self, photo: Photo, *, at: datetime, derived: Derived) -> None:
        """Note that its wall picture and thumbnail exist, those of ``photo.stored_as`` in ``photo.size``."""
        ...

    async def clips_being_made(self) -> Sequence[Photo]:
        """Return every clip whose poster is shown, and which nobody can play yet, oldest first."""
        ...

    async def clip_is(self, photo: Photo, state: ClipState, *, seconds: float | None) -> None:
        """Note whether a clip can be played, and for how long where that is known."""
        ...

    async def unreadable(self, photo: Photo) -> None:
        """Note that it cannot be decoded; where it has a fuller size, that this one cannot."""
        ...

    async def note_original(self, photo: Photo, state: OriginalState | None) -> None:
        """Note that its original was asked for, or is gone from the phone, or clear that."""
        ...

    async def expired(self, moment: datetime, *, most: int = 200) -> Sequence[Photo]:
        """Return those whose time has come at ``moment``, of any organisation."""
        ...

    async def next_expiry(self) -> datetime | None:
        """Return when the next photo of any organisation expires."""
        ...

    async def stored_names(self) -> frozenset[str]:
        """Return the media names of all photos, of those in quarantine too."""
        ...

    async def keep_longer(self, photo: Photo, kept: Kept, *, until: datetime) -> None:
        """Note that a photo is kept longer, why, and until when."""
        ...

    async def keep_no_longer(self, photo: Photo) -> None:
        """Let a photo that is kept longer go when it would have gone by itself."""
        ...

    async def leaving_chats(self, moment: datetime) -> Sequence[Photo]:
        """Return those kept longer, of any organisation, whose time in the chats is over, and that are still there."""
        ...

    async def note_left_chats(self, photo: Photo) -> None:
        """Note that the chats were told to let a photo go."""
        ...

    async def mark(self, photo: Photo, mark: Mark) -> bool:
        """Leave a mark; return False where it was there: seen by the same person, or important by anybody."""
        ...

    async def unmark(self, photo: Photo, kind: MarkKind) -> bool:
        """Take a kind of mark off; return False where there was none."""
        ...

    async def forget(self, photo: Photo) -> bool:
        """Remove the row and the marks; return False when it was gone."""
        ...


class Quarantine(Protocol):
    """Photos of every organisation that are sealed: they stand apart from all others, so that nobody meets them."""

    async def seal(self, sealed: Sealed) -> bool:
        """Take a photo from among the photos as it stands; return False when it was not there."""
        ...

    async def get(self, organisation: int, photo: str) -> Sealed | None:
        """Return one of this organisation's, or None."""
        ...

    async def all(self, organisation: int) -> Sequence[Sealed]:
        """Return this organisation's, the newest first."""
        ...

    async def everywhere(self) -> Sequence[Sealed]:
        """Return those of every organisation, the one that ends first first."""
        ...

    async def note_reminded(self, sealed: Sealed, at: datetime) -> None:
        """Note when supervisors were reminded of it."""
        ...

    async def release(self, sealed: Sealed, photo: Photo) -> bool:
        """Put it back among the photos as it was, with the end and the state of ``photo``; return False when gone."""
        ...

    async def forget(self, sealed: Sealed) -> bool:
        """Remove the row and the marks; return False when it was gone."""
        ...


class Seeing(Protocol):
    """How persons want pictures blurred, what they reveal in a shift, and how much is revealed in all."""

    async def blurring(self, organisation: int, person: str) -> Blurring | None:
        """Return what a person has chosen, or None."""
        ...

    async def choose_blurring(self, organisation: int, person: str, blurring: Blurring | None) -> None:
        """Note what a person has chosen, or that it is the organisation's to choose."""
        ...

    async def shift(self, organisation: int, person: str) -> Shift | None:
        """Return a person's newest shift, or None."""
        ...

    async def keep_shift(self, shift: Shift) -> None:
        """Put a person's shift in the place of the one before."""
        ...

    async def forget_shifts(self, before: datetime) -> None:
        """Forget shifts in which nothing was revealed since a moment."""
        ...

    async def count(self, organisation: int, hour: datetime) -> None:
        """Count one more picture of the hour that began then."""
        ...

    async def hours(self, organisation: int, since: datetime) -> Sequence[tuple[datetime, int]]:
        """Return how many pictures were revealed in each hour since a moment, the oldest first."""
        ...


class Shares(Protocol):
    """Links for crews and other centres, of every organisation, and the browsers in which they were opened."""

    async def add(self, share: Share) -> None:
        """Add it."""
        ...

    async def get(self, share: str, *, heard_since: datetime) -> Share | None:
        """Return it, or None; it is being watched where a browser was heard since a moment, and so below."""
        ...

    async def newest(self, organisation: int, *, ends_after: datetime, heard_since: datetime) -> Sequence[Share]:
        """Return this organisation's whose time is not over at a moment, ended ones too; newest first."""
        ...

    async def end(self, share: Share, *, by: str, at: datetime) -> bool:
        """End it; return False when it had ended before."""
        ...

    async def add_visit(self, share: Share, digest: str, visit: Visit) -> None:
        """Note that it was opened; ``digest`` is of what that browser proves itself with."""
        ...

    async def visits(self, share: Share) -> Sequence[Visit]:
        """Return where it was opened, newest first."""
        ...

    async def visited(self, digest: str, *, heard_since: datetime) -> tuple[Share, Visit] | None:
        """Return what a browser has opened, or None."""
        ...

    async def hear(self, digest: str, at: datetime) -> None:
        """Note that a browser looks."""
        ...

    async def leave(self, digest: str, at: datetime) -> None:
        """Note that a browser looks no longer."""
        ...

    async def forget(self, ended_before: datetime) -> None:
        """Remove what ended by itself before a moment, with where it was opened; the journal keeps that it was."""
        ...


class Uploads(Protocol):
    """Uploads under way, of every organisation."""

    async def add(self, upload: Upload) -> None:
        """Add it."""
        ...

    async def get(self, invitation: str, upload: str) -> Upload | None:
        """Return one of this invitation's, or None."""
        ...

    async def for_photo(self, organisation: int, photo: str, size: PhotoSize = "original") -> Upload | None:
        """Return the one that brings a photo in a size, or None."""
        ...

    async def unfinished(self, invitation: str) -> tuple[int, int]:
        """Return how many of an invitation's have no photo yet, and the bytes they have announced."""
        ...

    async def prolong(self, upload: Upload, *, until: datetime) -> None:
        """Let it wait longer for its next byte."""
        ...

    async def due(self, moment: datetime) -> Sequence[str]:
        """Return the ids of those whose time has come at ``moment``, or whose invitation has ended."""
        ...

    async def ids(self) -> frozenset[str]:
        """Return every upload's id."""
        ...

    async def forget(self, upload: str) -> None:
        """Remove it; its photo, if there is one, stays."""
        ...

    async def forget_of_photo(self, organisation: int, photo: str) -> None:
        """Remove all that bring a photo, in whatever size."""
        ...


class SmsMessages(Protocol):
    """SMS on their way out, and the embedded outbox."""

    async def queue(self, *, organisation: int, invitation: str, by: str, number_digest: str, at: datetime) -> str:
        """Queue an SMS for an invitation; return its id."""
        ...

    async def recently(self, organisation: int, *, by: str, number_digest: str, since: datetime) -> Recently:
        """Count what was ordered since a moment: to this number, by this dispatcher, by the organisation."""
        ...

    async def take(self, sms: str) -> QueuedSms | None:
        """Mark a queued SMS as being sent and return it; None when somebody else took it."""
        ...

    async def hold(self, sms: str) -> bool:
        """Keep an SMS that is being sent for ourselves until the work ends; return False when it no longer is."""
        ...

    async def finish(self, sms: str, state: SmsState) -> None:
        """Note how it ended."""
        ...

    async def begin_attempt(self, sms: str, provider: str, at: datetime) -> None:
        """Note that a provider is about to be asked."""
        ...

    async def finish_attempt(self, attempt: Attempt) -> Attempt:
        """Note how the provider answered, and what its early receipts said of it; return the attempt as it stands."""
        ...

    async def attempts(self, sms: str) -> Sequence[Attempt]:
        """Return what the providers did with an SMS, in the order in which they were asked."""
        ...

    async def providers_of(self, invitation: str) -> Sequence[str]:
        """Return the providers that an invitation's SMS went through, the last one first."""
        ...

    async def note_receipt(self, receipt: Receipt, at: datetime) -> QueuedSms | None:
        """Note what a provider says later; return the SMS when that changes how it stands.

        Kept for a while when no SMS is known by this id yet; while one is being sent, its sender draws the sum.
        """
        ...

    async def is_newest(self, sms: QueuedSms) -> bool:
        """Return whether no SMS was ordered for its invitation after it."""
        ...

    async def forget_traces(self, before: datetime) -> None:
        """Forget which numbers were counted, and early receipts, older than a moment."""
        ...

    async def unfinished(self) -> tuple[Sequence[str], Sequence[QueuedSms]]:
        """Return the ids still queued, and those taken whose answer we never saw."""
        ...

    async def keep(self, *, to: str, text: str, at: datetime) -> str:
        """Put an SMS into the embedded outbox; return its id there."""
        ...

    async def kept(self, *, most: int = 100) -> Sequence[KeptSms]:
        """Return the embedded outbox, oldest first."""
        ...

    async def oldest_kept(self) -> datetime | None:
        """Return when the oldest SMS of the embedded outbox was put there."""
        ...

    async def forget_kept_to(self, e164: str) -> None:
        """Take what went to a number out of the embedded outbox."""
        ...

    async def forget_kept(self, before: datetime) -> None:
        """Empty the embedded outbox of what is older."""
        ...


class Ledger(Protocol):
    """Credits of every organisation."""

    async def balance(self, organisation: int) -> int:
        """Return how many credits are left."""
        ...

    async def write(
        self, entry: Entry, amount: int, *, organisation: int, actor: str, at: datetime, invitation: str | None = None
    ) -> int | None:
        """Add ``amount`` (below zero for a charge) and return the balance; None where it would fall below zero."""
        ...

    async def newest(self, organisation: int, *, most: int = 100) -> Sequence[LedgerLine]:
        """Return the newest lines, newest first."""
        ...


class SpokenCodes(Protocol):
    """Codes that a dispatcher reads to a caller."""

    async def add(self, code: str, *, organisation: int, invitation: str, expires_at: datetime) -> bool:
        """Add a code, in the place of the invitation's former one; return False when it is somebody else's just now."""
        ...

    async def spend(self, code: str, now: datetime) -> tuple[int, str] | None:
        """Use a code up; return its organisation and invitation, or None."""
        ...

    async def note_wrong(self, address: str, at: datetime) -> None:
        """Note a try at a code that is none, by a digest of the address."""
        ...

    async def wrong_since(self, moment: datetime, *, address: str | None = None) -> int:
        """Count wrong tries since a moment, of one address or of all."""
        ...

    async def forget(self, before: datetime) -> None:
        """Forget codes that have ended and tries older than a moment."""
        ...


class Figures(Protocol):
    """Figures over what happened to an organisation's invitations."""

    async def sms(self, organisation: int, *, since: datetime, until: datetime) -> SmsFigures:
        """Count the SMS ordered from ``since`` to before ``until``, by how they stand now."""
        ...

    async def invitations(self, organisation: int, *, since: datetime, until: datetime) -> InvitationFigures:
        """Count the invitations made from ``since`` to before ``until``, by how far they have come now."""
        ...

    async def courses(self, organisation: int, *, since: datetime, until: datetime) -> Sequence[Course]:
        """Return how far each invitation made from ``since`` to before ``until`` has come, oldest first."""
        ...

    async def providers(self, organisation: int, *, since: datetime, until: datetime) -> Sequence[ProviderFigures]:
        """Count what each provider did with the SMS ordered from ``since`` to before ``until``."""
        ...


class SignIns(Protocol):
    """Links that sign in, sessions, passkeys and tokens; all secrets as SHA-256 only."""

    async def add_link(
        self, digest: str, *, organisation: int, role: Role, at: datetime, name: str | None, expires_at: datetime | None
    ) -> None:
        """Add a link; with ``expires_at`` it is for one use, without it is the organisation's own."""
        ...

    async def link(self, digest: str, now: datetime) -> Dispatcher | None:
        """Return whom the link signs in (an empty name: ask), or None when it is unknown, used, revoked or expired."""
        ...

    async def spend_link(self, digest: str, now: datetime) -> bool:
        """Mark a single-use link as used; return False when it cannot be used any more."""
        ...

    async def revoke_organisation_links(self, organisation: int, at: datetime) -> None:
        """End the organisation's own links."""
        ...

    async def add_session(self, digest: str, session: Session) -> None:
        """Open a session; it begins in the language that this person chose last."""
        ...

    async def session(self, digest: str) -> Session | None:
        """Return a session, also one that has ended, as long as that is known; or None."""
        ...

    async def sessions(self, organisation: int) -> Sequence[Session]:
        """Return the organisation's sessions that nobody has ended, the one used last first."""
        ...

    async def touch_session(self, digest: str, at: datetime) -> None:
        """Note that the session is in use."""
        ...

    async def choose_language(self, session: str, language: str | None) -> None:
        """Note in which language this person reads."""
        ...

    async def end_session(self, organisation: int, session: str, *, by: str, at: datetime) -> bool:
        """End one of this organisation's sessions; return False when there is none, or it had ended."""
        ...

    async def forget_sessions(self, *, made_before: datetime, role: Role) -> None:
        """Forget what is left of sessions of a role."""
        ...

    async def add_passkey(self, passkey: Passkey) -> bool:
        """Add a passkey; return False when there is one with this credential."""
        ...

    async def passkey_of(self, credential: bytes) -> Passkey | None:
        """Return the passkey that answers with this credential, of whichever organisation, or None."""
        ...

    async def passkeys(self, organisation: int) -> Sequence[Passkey]:
        """Return the organisation's passkeys, oldest first."""
        ...

    async def use_passkey(self, passkey: str, *, counter: int, at: datetime) -> None:
        """Note that a passkey has signed somebody in, and how often it says it has signed."""
        ...

    async def name_passkey(self, organisation: int, passkey: str, label: str) -> None:
        """Give one of this organisation's passkeys another label."""
        ...

    async def remove_passkey(self, organisation: int, passkey: str) -> bool:
        """Remove one of this organisation's passkeys; return False when there is none."""
        ...

    async def add_challenge(
        self, digest: str, *, session: str | None, handle: bytes, now: datetime, expires_at: datetime
    ) -> None:
        """Add what a passkey is asked to sign, and forget what came too late; ``handle`` is empty for no one's."""
        ...

    async def spend_challenge(self, digest: str, *, session: str | None, now: datetime) -> bytes | None:
        """Use a challenge up and return its handle; None when it was not made for this session, is used or too late."""
        ...

    async def add_token(self, digest: str, *, dispatcher: Dispatcher, at: datetime) -> None:
        """Add a program's token."""
        ...

    async def token(self, digest: str) -> Dispatcher | None:
        """Return whose token it is, or None."""
        ...


class Chats(Protocol):
    """Enrolled chats, the parcels that wait for them, and our messages that stand in them."""

    async def add_code(self, digest: str, *, organisation: int, role: Role, expires_at: datetime) -> None:
        """Add a single-use code that enrols a chat."""
        ...

    async def spend_code(self, digest: str, now: datetime) -> tuple[int, Role] | None:
        """Use a code up; return its organisation and role, or None."""
        ...

    async def enrol(
        self, *, organisation: int, telegram_id: int, title: str, role: Role, language: str, at: datetime
    ) -> Chat:
        """Enrol a chat from the journal's present head on; a chat enrolled before changes its organisation."""
        ...

    async def enrolled(self, telegram_id: int) -> Chat | None:
        """Return the chat if it is enrolled."""
        ...

    async def get(self, chat: int) -> Chat | None:
        """Return the chat while it is enrolled."""
        ...

    async def all(self, organisation: int | None = None) -> Sequence[Chat]:
        """Return the enrolled chats, of one organisation or of all."""
        ...

    async def leave(self, chat: int, at: datetime) -> None:
        """End the enrolment and drop what waits for the chat."""
        ...

    async def moved(self, telegram_id: int, new_telegram_id: int) -> None:
        """Follow a group that became a supergroup, and forget our messages, which stay behind."""
        ...

    async def tell_stranger(self, telegram_id: int, day: str) -> bool:
        """Return True once a day (``YYYY-MM-DD``) for a chat that is not enrolled."""
        ...

    async def set_language(self, chat: int, language: str) -> None:
        """Let us speak another language in a chat."""
        ...

    async def set_sound(self, chat: int, sound: Sound) -> None:
        """Let other things make a sound in a chat."""
        ...

    async def set_quiet(self, chat: int, quiet: QuietHours | None) -> None:
        """Let a chat be quiet at other hours, or at none."""
        ...

    async def advance(self, chat: int, cursor: int) -> None:
        """Note up to which event the journal was turned into parcels."""
        ...

    async def pack(
        self, chat: int, *, urgency: Urgency, errand: Errand, invitation: str | None, photo: str | None, event: int
    ) -> None:
        """Add a parcel; one card waits at most per invitation, whose urgency only rises, and so with failures."""
        ...

    async def next_parcel(self, chat: int, now: datetime) -> Parcel | None:
        """Return the parcel that leaves next: urgency first, then age; None while all of them wait."""
        ...

    async def next_parcels(self, chat: int, now: datetime, *, most: int) -> Sequence[Parcel]:
        """Return the parcels that leave next, in that order."""
        ...

    async def mark(self, parcel: Parcel, *, perhaps_sent: bool) -> None:
        """Note, before a parcel leaves and after it surely did not arrive, whether it may have arrived."""
        ...

    async def spoken_since(self, chat: int, moment: datetime) -> tuple[Sequence[datetime], int]:
        """Return when our messages were sent after a moment, oldest first, and how many parcels may be others."""
        ...

    async def next_moment(self, chat: int) -> datetime | None:
        """Return until when the first waiting parcel of the chat waits."""
        ...

    async def delivered(self, parcel: Parcel, posted: Posted | None) -> None:
        """Remove a parcel that Telegram has answered, and note the message that now stands there."""
        ...

    async def note_posted(self, posted: Posted) -> None:
        """Note a message of ours that no parcel asked for."""
        ...

    async def postpone(self, parcel: Parcel, *, until: datetime, perhaps_sent: bool) -> None:
        """Keep a parcel for another attempt."""
        ...

    async def posted(self, chat: int, *, invitation: str, errand: Errand, photo: str | None = None) -> Sequence[Posted]:
        """Return our messages about an invitation, or about one photo of it, oldest first."""
        ...

    async def newest_message(self, chat: int) -> int | None:
        """Return Telegram's number of our newest message in a chat that is noted."""
        ...

    async def annotate(self, posted: Posted, note: str) -> None:
        """Note what a message of ours tells beside its errand."""
        ...

    async def about(self, chat: int, message_id: int) -> Posted | None:
        """Return what a message of ours is about."""
        ...

    async def removed(self, posted: Posted) -> None:
        """Note that a message of ours no longer stands."""
        ...

    async def topic(self, chat: int, subject: str) -> Topic | None:
        """Return the topic of a subject, if it ever had one."""
        ...

    async def keep_topic(self, topic: Topic) -> None:
        """Note a topic, new or changed."""
        ...

    async def appoint(self, *, organisation: int, telegram_id: int, name: str, by: str, at: datetime) -> bool:
        """Make a person a supervisor of an organisation; return False when the person was one already."""
        ...

    async def dismiss(self, organisation: int, telegram_id: int) -> str | None:
        """End that; return the person's name, None when the person was no supervisor."""
        ...

    async def is_supervisor(self, organisation: int, telegram_id: int) -> bool:
        """Whether a person was made a supervisor of an organisation."""
        ...

    async def supervisors(self, organisation: int) -> Sequence[tuple[int, str]]:
        """Return the persons who were made supervisors, by Telegram's number and name, oldest first."""
        ...


class Work(Protocol):
    """All records within one transaction."""

    @property
    def journal(self) -> Journal: ...  # noqa: D102 - each record explains itself
    @property
    def audit(self) -> Audit: ...  # noqa: D102
    @property
    def upkeep(self) -> Upkeep: ...  # noqa: D102
    @property
    def organisations(self) -> Organisations: ...  # noqa: D102
    @property
    def invitations(self) -> Invitations: ...  # noqa: D102
    @property
    def shares(self) -> Shares: ...  # noqa: D102
    @property
    def photos(self) -> Photos: ...  # noqa: D102
    @property
    def quarantine(self) -> Quarantine: ...  # noqa: D102
    @property
    def seeing(self) -> Seeing: ...  # noqa: D102
    @property
    def uploads(self) -> Uploads: ...  # noqa: D102
    @property
    def sms(self) -> SmsMessages: ...  # noqa: D102
    @property
    def ledger(self) -> Ledger: ...  # noqa: D102
    @property
    def spoken_codes(self) -> SpokenCodes: ...  # noqa: D102
    @property
    def sign_ins(self) -> SignIns: ...  # noqa: D102
    @property
    def chats(self) -> Chats: ...  # noqa: D102
    @property
    def figures(self) -> Figures: ...  # noqa: D102


class Records(Protocol):
    """Runs steps of work, each in one transaction, and wakes those who follow the journal."""

    async def write(self, step: Callable[[Work], Awaitable[T]]) -> T:
        """Run a step and commit it, durably; nothing of it stays when it raises.

        Once begun it ends, also when the caller is cancelled meanwhile: an acknowledged row is never half written.
        Raise StorageFull, or Unavailable when the database cannot be reached.
        """
        ...

    async def read(self, step: Callable[[Work], Awaitable[T]]) -> T:
        """Run a step that changes nothing, on one consistent view."""
        ...

    async def wait_beyond(self, organisation: int | None, number: int) -> None:
        """Return as soon as the journal of the organisation goes beyond ``number`` (None: anything was committed)."""
        ...
