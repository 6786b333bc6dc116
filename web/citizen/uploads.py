"""Photos in pieces, by tus 1.0.0: https://tus.io/protocols/resumable-upload.

Core, creation, creation-with-upload, checksum, expiration and termination. An upload ends well with the answer to its
last piece, which names the photo in ``Upload-Photo``; nobody is told so before the photo is safe.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import Final, get_args

from quart import Blueprint, Response, request
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.http import http_date

from showme.domain.photos import read_photo_id, read_size
from showme.domain.uploads import Checksum, ChecksumAlgorithm
from showme.errors import Refused
from showme.services.opening import Opened
from showme.services.resuming import Standing
from web.bodies import chunks
from web.guard import for_key, limited
from web.needs import needs

blueprint = Blueprint("citizen_uploads", __name__)

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,creation-with-upload,checksum,expiration,termination"
PIECE: Final = "application/offset+octet-stream"
ALGORITHMS: Final[tuple[ChecksumAlgorithm, ...]] = get_args(ChecksumAlgorithm)

_NUMBER: Final = re.compile(r"[0-9]{1,15}", re.ASCII)
_METADATA_NAME: Final = re.compile(r"[!-+\--~]+", re.ASCII)
_MOST_METADATA: Final = 4096
_WRONG_VERSION: Final = 412


class NotTus(Refused):
    """A header is missing, malformed, or of an extension that we do not speak."""

    status = 400
    default_cause = "upload_not_understood"


class OtherVersion(NotTus):
    """The client does not say that it speaks our version."""

    status = _WRONG_VERSION


class NotAPiece(NotTus):
    """A body of another content type."""

    status = 415


@blueprint.after_request
async def speak_tus(response: Response) -> Response:
    """Say which version we speak, also when we refuse."""
    response.headers["Tus-Resumable"] = VERSION
    if response.status_code == _WRONG_VERSION:
        response.headers["Tus-Version"] = VERSION
    return response


@blueprint.route("/s/<key>/uploads", methods=["OPTIONS"], provide_automatic_options=False)
@blueprint.route("/s/<key>/uploads/<upload>", methods=["OPTIONS"], provide_automatic_options=False)
@limited(120, seconds=60)
@for_key
async def abilities(opened: Opened, upload: str = "") -> Response:  # noqa: ARG001 - the same for each
    """Say what we can do."""
    return _answer(
        204,
        {
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(needs().receiving.most_bytes),
            "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
        },
    )


@blueprint.route("/s/<key>/uploads", methods=["POST"], provide_automatic_options=False)
@limited(300, seconds=60)
@for_key
async def begin(opened: Opened) -> Response:
    """Begin an upload, and take its first piece where one comes along."""
    _require_version()
    if "Upload-Concat" in request.headers or "Upload-Length" not in request.headers:
        raise NotTus
    metadata = request.headers.get("Upload-Metadata", "")
    told = _metadata(metadata)
    told_id = told.get("id")
    has_piece = request.mimetype == PIECE
    if request.content_length and not has_piece:
        raise NotAPiece
    checksum = _checksum()
    standing = await needs().resuming.begin(
        opened,
        length=_number("Upload-Length"),
        metadata=metadata,
        photo_id=read_photo_id(told_id.decode("utf-8", "replace")) if told_id is not None else None,
        size=read_size(told.get("size", b"").decode("utf-8", "replace")),
    )
    if has_piece and standing.offset == 0:
        standing = await _append(opened, standing.upload.id, offset=0, checksum=checksum)
    # Without scheme and host: a proxy may have changed both, and every client resolves it against what it asked for.
    return _answer(201, {"Location": f"{request.path}/{standing.upload.id}", **_of(standing)})


@blueprint.route("/s/<key>/uploads/<upload>", methods=["HEAD"], provide_automatic_options=False)
@limited(600, seconds=60)
@for_key
async def look(opened: Opened, upload: str) -> Response:
    """Say how far an upload has come."""
    _require_version()
    standing = await needs().resuming.look(opened, upload)
    headers = {"Upload-Length": str(standing.upload.length), **_of(standing)}
    if standing.upload.metadata:
        headers["Upload-Metadata"] = standing.upload.metadata
    return _answer(200, headers)


@blueprint.route("/s/<key>/uploads/<upload>", methods=["PATCH"], provide_automatic_options=False)
@limited(1200, seconds=60)
@for_key
async def append(opened: Opened, upload: str) -> Response:
    """Take a piece; with the last one, answer once the photo is durable, and not before."""
    return await _take_piece(opened, upload)


@blueprint.route("/s/<key>/uploads/<upload>", methods=["DELETE"], provide_automatic_options=False)
@limited(300, seconds=60)
@for_key
async def end(opened: Opened, upload: str) -> Response:
    """End an upload; a photo that was acknowledged stays."""
    return await _end(opened, upload)


@blueprint.route("/s/<key>/uploads/<upload>", methods=["POST"], provide_automatic_options=False)
@limited(1200, seconds=60)
@for_key
async def instead(opened: Opened, upload: str) -> Response:
    """Take a piece or end an upload for a client whose network lets neither PATCH nor DELETE through."""
    method = request.headers.get("X-HTTP-Method-Override", "").upper()
    if method == "PATCH":
        return await _take_piece(opened, upload)
    if method == "DELETE":
        return await _end(opened, upload)
    raise MethodNotAllowed(valid_methods=["HEAD", "PATCH", "DELETE", "OPTIONS"])


async def _take_piece(opened: Opened, upload: str) -> Response:
    _require_version()
    _require_piece()
    standing = await _append(opened, upload, offset=_number("Upload-Offset"), checksum=_checksum())
    return _answer(204, _of(standing))


async def _end(opened: Opened, upload: str) -> Response:
    _require_version()
    await needs().resuming.end(opened, upload)
    return _answer(204, {})


async def _append(opened: Opened, upload: str, *, offset: int, checksum: Checksum | None) -> Standing:
    return await needs().resuming.append(
        opened,
        upload,
        offset=offset,
        body=chunks(),
        announced_bytes=request.content_length,
        checksum=checksum,
    )


def _answer(status: int, headers: dict[str, str]) -> Response:
    return Response("", status=status, headers=headers)


def _of(standing: Standing) -> dict[str, str]:
    headers = {"Upload-Offset": str(standing.offset), "Upload-Expires": http_date(standing.upload.expires_at)}
    return headers | ({"Upload-Photo": standing.photo.id} if standing.photo else {})


def _require_version() -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise OtherVersion


def _require_piece() -> None:
    if request.mimetype != PIECE:
        raise NotAPiece


def _number(header: str) -> int:
    text = request.headers.get(header, "")
    if not _NUMBER.fullmatch(text):
        raise NotTus
    return int(text)


def _checksum() -> Checksum | None:
    """Read ``Upload-Checksum``: an algorithm, and the digest in Base64."""
    text = request.headers.get("Upload-Checksum")
    if text is None:
        return None
    name, _, written = text.partition(" ")
    algorithm = next((known for known in ALGORITHMS if known == name), None)
    if algorithm is None:
        raise NotTus
    digest = _base64(written)
    if len(digest) != hashlib.new(algorithm, usedforsecurity=False).digest_size:
        raise NotTus
    return Checksum(algorithm=algorithm, digest=digest)


def _metadata(text: str) -> dict[str, bytes]:
    """Read ``Upload-Metadata``: pairs with commas between them, a name and its value in Base64, or a name alone."""
    if len(text) > _MOST_METADATA:
        raise NotTus
    found: dict[str, bytes] = {}
    for pair in text.split(",") if text.strip() else []:
        name, _, written = pair.strip().partition(" ")
        if not _METADATA_NAME.fullmatch(name) or name in found:
            raise NotTus
        found[name] = _base64(written)
    return found


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotTus from error
