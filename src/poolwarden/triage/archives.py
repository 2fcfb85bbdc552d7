"""Look into zip archives: their members, and one of them as a stream."""

import zipfile
from copy import copy
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

# Python unpacks as many bytes of these as it takes at once, to however many: they are taken as they stand instead.
_UNBOUNDED = (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, 93)  # 93 is zstd, which Python knows from 3.14 on
_ENDS_ITSELF = 2  # the flag of what was packed by LZMA with a mark at its end
_NO_DATE = (1980, 1, 1, 0, 0, 0)  # what archives begin to count at


def members_of(path: Path) -> list[tuple[str, int, float | None]] | None:
    """Return an archive's members with their packed sizes and last changes; None where it cannot be looked into."""
    try:
        with zipfile.ZipFile(path) as archive:
            return [
                (item.filename, item.compress_size, _changed(item)) for item in archive.infolist() if not item.is_dir()
            ]
    except Exception:  # noqa: BLE001 (a damaged directory makes errors of every sort; all mean that it tells nothing)
        return None


def _changed(item: zipfile.ZipInfo) -> float | None:
    """Return when a member was last changed, epoch seconds, its clock taken for UTC; None where that is not told."""
    try:
        return datetime(*item.date_time, tzinfo=UTC).timestamp() if item.date_time > _NO_DATE else None
    except ValueError:
        return None


def opened(stream: Any, name: str) -> tuple[zipfile.ZipFile, IO[bytes], bytes | None]:
    """
    Open a member of an archive.

    Args:
        stream: The archive, a binary stream that can be wound back.
        name: The member.

    Returns:
        The archive; the member, unpacked or as it stands; and where it is to be
        unpacked by LZMA, what a file of its own begins with.
    """
    archive = zipfile.ZipFile(stream)
    info = archive.getinfo(name)
    if info.compress_type not in _UNBOUNDED:
        return archive, archive.open(info), None
    raw = copy(info)
    raw.compress_type, raw.file_size, raw.CRC = zipfile.ZIP_STORED, info.compress_size, None  # type: ignore[assignment]
    member = archive.open(raw)
    if info.compress_type != zipfile.ZIP_LZMA:
        return archive, member, None
    # As in a file of its own, but for the length, which stands in the archive (APPNOTE.TXT, section 5.8.8).
    properties = member.read(int.from_bytes(member.read(4)[2:], "little"))
    size = -1 if info.flag_bits & _ENDS_ITSELF else info.file_size
    return archive, member, properties + size.to_bytes(8, "little", signed=True)
