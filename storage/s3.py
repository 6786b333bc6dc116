"""Speaks to an S3-compatible object store, in threads of its own, and tells its errors as ours."""

from __future__ import annotations

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

from showme.errors import NotFound, StorageFull, Unavailable
from storage.files import READ_AT_ONCE, told_as_ours

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator
    from pathlib import Path

_AT_ONCE: Final = 32
"""Requests under way at the same time; each has a thread and a connection."""
_PATIENCE: Final = 15.0
_NOT_THERE: Final = frozenset({"404", "NoSuchKey", "NotFound"})
_FULL: Final = frozenset({"507", "EntityTooLarge", "InsufficientStorage", "QuotaExceeded", "XMinioStorageFull"})

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """Where the media are kept, and who we are there."""

    name: str
    endpoint: str | None = None
    region: str = "us-east-1"
    access_key: str | None = None
    secret_key: str | None = field(default=None, repr=False)
    prefix: str = ""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """An object that is there."""

    name: str
    size: int
    at: datetime


class ObjectStore:
    """A bucket: what it has acknowledged is durable, and what it lists is complete, as S3 does since 2020."""

    def __init__(self, client: Any, bucket: Bucket) -> None:
        """Use a client of botocore's; ``open`` makes one."""
        self._client = client
        self._bucket = bucket
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="s3")

    @classmethod
    async def open(cls, bucket: Bucket) -> ObjectStore:
        """Make sure that the bucket is there and ours; raise Unavailable."""
        opened = cls(await asyncio.to_thread(_client, bucket), bucket)
        try:
            await opened._do(opened._client.head_bucket, Bucket=bucket.name)
        except NotFound as error:
            opened.close()
            raise Unavailable from error
        except Unavailable:
            opened.close()
            raise
        return opened

    def close(self) -> None:
        """Let go of the connections."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._client.close()

    async def put(self, name: str, content: bytes) -> None:
        """Put an object; when this returns, it is durable. Raise StorageFull, Unavailable."""
        await self._do(self._client.put_object, Bucket=self._bucket.name, Key=self._key(name), Body=content)

    async def put_file(self, name: str, path: Path) -> None:
        """Put what a file holds."""
        await self._do(self._put_file, name, path)

    async def get(self, name: str, *, first: int = 0, count: int | None = None) -> AsyncIterator[bytes]:
        """Yield an object's bytes; raise NotFound before the first."""
        if count == 0:
            return
        last = "" if count is None else str(first + count - 1)
        asked = {"Range": f"bytes={first}-{last}"} if first or last else {}
        body = (await self._do(self._client.get_object, Bucket=self._bucket.name, Key=self._key(name), **asked))["Body"]
        try:
            while chunk := await self._do(body.read, READ_AT_ONCE):
                yield chunk
        finally:
            body.close()

    async def fetch(self, name: str, into: Path) -> None:
        """Write an object into a file; raise NotFound, StorageFull (our own disk), Unavailable."""
        await self._do(self._fetch, name, into)

    async def look(self, name: str) -> Kept:
        """Return what is known of an object; raise NotFound."""
        head = await self._do(self._client.head_object, Bucket=self._bucket.name, Key=self._key(name))
        return Kept(name=name, size=int(head["ContentLength"]), at=head["LastModified"].astimezone(UTC))

    async def listed(self, prefix: str) -> list[Kept]:
        """Return all objects whose name begins so."""
        return await self._do(self._list, prefix)

    async def move(self, name: str, to: str) -> None:
        """Let an object have another name."""
        source = {"Bucket": self._bucket.name, "Key": self._key(name)}
        await self._do(self._client.copy_object, Bucket=self._bucket.name, Key=self._key(to), CopySource=source)
        await self.delete([name])

    async def delete(self, names: Iterable[str]) -> None:
        """Delete objects; nothing happens where nothing is."""
        await self._do(self._delete, list(names))

    def _put_file(self, name: str, path: Path) -> None:
        with told_as_ours(), path.open("rb") as body:
            self._client.put_object(Bucket=self._bucket.name, Key=self._key(name), Body=body)

    def _fetch(self, name: str, into: Path) -> None:
        body = self._client.get_object(Bucket=self._bucket.name, Key=self._key(name))["Body"]
        with contextlib.closing(body), told_as_ours(), into.open("wb") as file:
            while chunk := body.read(READ_AT_ONCE):
                file.write(chunk)

    def _list(self, prefix: str) -> list[Kept]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket.name, Prefix=self._key(prefix)
        )
        cut = len(self._bucket.prefix)
        return [
            Kept(name=entry["Key"][cut:], size=int(entry["Size"]), at=entry["LastModified"].astimezone(UTC))
            for page in pages
            for entry in page.get("Contents", ())
        ]

    def _delete(self, names: list[str]) -> None:
        for name in names:  # one by one: the request for many wants a checksum that some stores do not know
            self._client.delete_object(Bucket=self._bucket.name, Key=self._key(name))

    def _key(self, name: str) -> str:
        return f"{self._bucket.prefix}{name}"

    async def _do(self, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Do it in a thread, and stay until it is done, also when cancelled: a request under way may yet succeed."""
        with _translated():
            loop = asyncio.get_running_loop()
            working = loop.run_in_executor(self._threads, lambda: work(*args, **kwargs))
            cancelled: asyncio.CancelledError | None = None
            while not working.done():
                try:
                    await asyncio.wait({working})
                except asyncio.CancelledError as asked:
                    cancelled = asked
            if cancelled is not None:
                with contextlib.suppress(Exception):
                    working.result()
                raise cancelled
            return working.result()


def _client(bucket: Bucket) -> Any:
    # Here, as only those who keep their media in an object store have it installed.
    from botocore.config import Config  # noqa: PLC0415
    from botocore.session import get_session  # noqa: PLC0415

    return get_session().create_client(
        "s3",
        region_name=bucket.region,
        endpoint_url=bucket.endpoint,
        aws_access_key_id=bucket.access_key,
        aws_secret_access_key=bucket.secret_key,
        config=Config(
            connect_timeout=_PATIENCE,
            read_timeout=_PATIENCE,
            max_pool_connections=_AT_ONCE,
            retries={"mode": "standard", "max_attempts": 3},
            # Others than AWS know neither host names of buckets nor checksums that trail.
            s3={"addressing_style": "path" if bucket.endpoint else "auto"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError  # noqa: PLC0415

    try:
        yield
    except ClientError as error:
        cause = str(error.response.get("Error", {}).get("Code", ""))
        status = str(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", ""))
        if cause in _NOT_THERE:
            raise NotFound from error
        if {cause, status} & _FULL:
            raise StorageFull(retry_after=30) from error
        raise Unavailable from error
    except (BotoCoreError, HTTPClientError) as error:
        raise Unavailable from error
