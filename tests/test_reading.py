"""What is read is a regular file, and no more of it than its kind may have; nothing waits, nothing is endless."""

from __future__ import annotations

import os
import socket
import stat
from io import BytesIO
from pathlib import Path

import pytest

from kql_lint import reading
from kql_lint.reading import Kind, Unreadable, read_file, read_stream, read_text

SMALL = Kind("a rule", 10)


def refused(path: Path | str, kind: Kind = SMALL) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read_file(str(path), kind)
    return caught.value


def test_a_file_up_to_the_limit_is_read_also_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "a.kql").write_bytes(b"0123456789")
    (tmp_path / "link.kql").symlink_to("a.kql")

    assert read_file(str(tmp_path / "a.kql"), SMALL) == b"0123456789"
    assert read_file(str(tmp_path / "link.kql"), SMALL) == b"0123456789"


def test_a_file_past_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.kql"
    path.write_bytes(b"x" * 2_500_001)

    error = refused(path, Kind("a rule", 2_500_000))

    assert error.message == "is too large to be a rule: 2.5 MB, and the limit is 2.5 MB"
    assert error.too_large


def test_a_missing_file(tmp_path: Path) -> None:
    error = refused(tmp_path / "gone.kql")

    assert (error.message, error.missing, error.line) == ("no such file", True, None)


def test_a_folder(tmp_path: Path) -> None:
    assert refused(tmp_path).message == "is a directory, not a file"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.kql")
    (tmp_path / "link.kql").symlink_to("a.kql")

    assert refused(tmp_path / "a.kql").message == "is a named pipe, not a regular file"
    assert refused(tmp_path / "link.kql").message == "is a named pipe, not a regular file"


def test_a_device_that_never_ends() -> None:
    assert refused("/dev/zero").message == "is a device, not a regular file"


def test_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path may not be long
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")

        assert refused("s").message == "is a socket, not a regular file"


def test_a_name_that_no_file_can_have() -> None:
    assert refused("a\0.kql").message == "cannot be read: no file can have this name"


def test_a_file_that_becomes_a_pipe_between_the_look_and_the_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.kql").write_bytes(b"T")
    os.mkfifo(tmp_path / "pipe")
    regular = os.stat(tmp_path / "a.kql")
    monkeypatch.setattr(reading.os, "stat", lambda path: regular)

    assert refused(tmp_path / "pipe").message == "is a named pipe, not a regular file"


def test_a_file_that_grows_while_it_is_read_is_read_no_further_than_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.kql"
    path.write_bytes(b"0123456789abcdef")
    about = list(os.stat(path))
    about[stat.ST_SIZE] = 3  # what both looks say
    monkeypatch.setattr(reading.os, "stat", lambda path: os.stat_result(about))
    monkeypatch.setattr(reading.os, "fstat", lambda number: os.stat_result(about))

    assert refused(path).message == "is too large to be a rule: more than 1e-05 MB"
    assert read_file(str(path), Kind("a rule", 16)) == b"0123456789abcdef"


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="there is no /proc")
def test_a_file_without_a_size_of_its_own() -> None:
    assert os.stat("/proc/self/status").st_size == 0

    assert read_file("/proc/self/status", reading.RULE).startswith(b"Name:")
    assert refused("/proc/self/status").too_large


def test_a_stream_is_read_up_to_the_limit_and_no_further() -> None:
    stream = BytesIO(b"x" * 1_000)

    assert read_stream(BytesIO(b"0123456789"), SMALL) == b"0123456789"
    with pytest.raises(Unreadable, match=r"is too large to be a rule: more than 1e-05 MB"):
        read_stream(stream, SMALL)
    assert stream.tell() == 11


def test_a_text_without_its_mark(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfa\r\nb\n")

    assert read_text(str(tmp_path / "a"), SMALL) == "a\r\nb\n"


def test_the_place_of_what_is_not_utf8_counts_code_points(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfa\n\xc3\xa9b\xff")

    with pytest.raises(Unreadable) as caught:
        read_text(str(tmp_path / "a"), SMALL)

    assert (caught.value.message, caught.value.line, caught.value.column) == ("is not UTF-8", 2, 3)
