"""What is found in folders, lists and archives, and what is refused."""

import os
import zipfile
from pathlib import Path

import pytest

from docscan.batch import archives
from docscan.batch.sources import checked, walk
from docscan.errors import (
    ArchiveRefused,
    DamagedSource,
    EncryptedSource,
    NotAFile,
    SourceNotFound,
    SourceTooLarge,
)


def names(*sources, passed_over=()):
    return [
        (Path(found.item.name).name, type(found.error).__name__ if found.error else "")
        for found in walk([str(source) for source in sources], passed_over)
    ]


def zipped(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return path


def test_a_folder_is_walked_in_order_without_hidden_files_and_the_store(tmp_path):
    for name in ("b.jpg", "a.jpg", ".hidden.jpg", "Thumbs.db", "cases.db", "deeper/c.jpg", ".git/d.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"pixels")
    (tmp_path / "circle").symlink_to(tmp_path)
    (tmp_path / "nowhere.jpg").symlink_to(tmp_path / "none")
    os.mkfifo(tmp_path / "fifo.jpg")
    assert names(tmp_path, passed_over=[tmp_path / "cases.db"]) == [
        ("a.jpg", ""),
        ("b.jpg", ""),
        ("c.jpg", ""),
        ("fifo.jpg", "NotAFile"),
        ("nowhere.jpg", "SourceNotFound"),
    ]


def test_a_list_names_files_and_folders_beside_it(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jpg").write_bytes(b"pixels")
    (tmp_path / "b.jpg").write_bytes(b"pixels")
    (tmp_path / "list.txt").write_text(f"b.jpg\r\n\n{tmp_path / 'in'}\nmissing.jpg\n", encoding="utf-8")
    assert names(tmp_path / "list.txt") == [("b.jpg", ""), ("a.jpg", ""), ("missing.jpg", "SourceNotFound")]


def test_a_text_that_is_no_list_is_a_file(tmp_path):
    (tmp_path / "note.txt").write_text("No picture at all.\n")
    assert names(tmp_path / "note.txt") == [("note.txt", "")]


def test_the_members_of_an_archive_are_items_wherever_their_names_lead(tmp_path):
    path = zipped(tmp_path / "a.zip", **{"one.jpg": b"1", "..__..__etc__two.jpg": b"2", "__abs.jpg": b"3"})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("one.jpg", b"4")
        archive.writestr("__MACOSX/._one.jpg", b"x")
        archive.writestr("folder/", b"")
    found = list(walk([str(path)]))
    assert len({item.key for item, _ in found}) == 4
    contents = []
    for item, error in found:
        assert error is None
        with item.on_disk() as copy:
            assert copy.parent == Path("/tmp") or copy.parent.name  # noqa: S108
            assert "two" not in copy.name
            contents.append(copy.read_bytes())
        assert not copy.exists()
    assert contents == [b"1", b"2", b"3", b"4"]
    assert not (tmp_path.parent.parent / "etc").exists()


def test_an_archive_beyond_the_limits_is_refused(tmp_path, monkeypatch):
    path = zipped(tmp_path / "a.zip", **{f"{n}.jpg": b"pixels" for n in range(5)})
    for limit, value in (("MAX_MEMBERS", 4), ("MAX_BYTES", 20)):
        with monkeypatch.context() as patch:
            patch.setattr(archives, limit, value)
            assert names(path) == [("a.zip", "SourceTooLarge")]
    assert len(names(path)) == 5


def test_a_member_that_unpacks_to_far_more_than_its_size_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "SMALL", 1024)
    zipped(tmp_path / "bomb.zip", **{"bomb.bmp": bytes(10_000_000)})
    (found,) = walk([str(tmp_path / "bomb.zip")])
    with pytest.raises(SourceTooLarge, match=r"bomb.zip/bomb.bmp: .* 200 times"):
        found.item.sha256()


def test_archives_in_archives_passwords_and_damage_are_told(tmp_path):
    inner = zipped(tmp_path / "inner.zip", **{"one.jpg": b"1"}).read_bytes()
    (nested,) = walk([str(zipped(tmp_path / "outer.zip", **{"inner.zip": inner}))])
    with pytest.raises(ArchiveRefused, match="archive itself"):
        nested.item.sha256()
    locked = bytearray(inner)
    for start in (locked.find(b"PK\x03\x04") + 6, locked.find(b"PK\x01\x02") + 8):
        locked[start] |= 1
    (tmp_path / "locked.zip").write_bytes(locked)
    (found,) = walk([str(tmp_path / "locked.zip")])
    with pytest.raises(EncryptedSource, match="password"):
        found.item.sha256()
    content = zipped(tmp_path / "whole.zip", **{"one.jpg": bytes(range(256)) * 8}).read_bytes()
    (tmp_path / "cut.zip").write_bytes(content[:-30])
    assert names(tmp_path / "cut.zip") == [("cut.zip", "DamagedSource")]
    place = content.find(b"one.jpg") + 20
    (tmp_path / "bad.zip").write_bytes(content[:place] + bytes(40) + content[place + 40 :])
    (found,) = walk([str(tmp_path / "bad.zip")])
    with pytest.raises(DamagedSource, match="cut off or corrupt"):
        found.item.sha256()
    other = bytearray(inner)
    for start in (other.find(b"PK\x03\x04") + 8, other.find(b"PK\x01\x02") + 10):
        other[start] = 97  # WavPack
    (tmp_path / "other.zip").write_bytes(other)
    (found,) = walk([str(tmp_path / "other.zip")])
    with pytest.raises(ArchiveRefused, match="a way that docscan does not know"):
        found.item.sha256()
    assert names(zipped(tmp_path / "letter.docx", **{"[Content_Types].xml": b"<x/>"})) == [
        ("letter.docx", "ArchiveRefused")
    ]


def test_a_source_that_is_not_there_is_told_before_anything_is_done(tmp_path):
    with pytest.raises(SourceNotFound):
        checked(str(tmp_path / "none"))
    assert checked("-") == "-"


def test_a_pipe_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    (found,) = walk([str(tmp_path / "fifo")])
    assert isinstance(found.error, NotAFile)
