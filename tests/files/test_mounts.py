"""What the mount table says of a path: tables as they stand on machines that this one is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from handoffd.files import mounts

TABLE = r"""
/dev/sda1 / ext4 rw 0 0
server:/home /home nfs4 rw,vers=4.2 0 0
/dev/sdb1 /home/ada/local ext4 rw 0 0
//nas/share /mnt/nas cifs rw 0 0
C:\134 /mnt/c 9p rw,aname=drvfs;path=C:\ 0 0
D: /mnt/d drvfs rw 0 0
ada@host: /home/ada/far\040away fuse.sshfs rw 0 0
/dev/sdc1 /media/disk fuseblk rw 0 0
portal /run/portal fuse.portal rw 0 0
overlay /var/lib/box overlay rw 0 0
nas:/old /srv nfs rw 0 0
/dev/sdd1 /srv ext4 rw 0 0
"""


@pytest.fixture(autouse=True)
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "mounts"
    file.write_text(TABLE)
    monkeypatch.setattr(mounts, "_TABLE", file)


@pytest.mark.parametrize(
    ("path", "network", "waits"),
    [
        ("/opt/repo", False, False),
        ("/home/ada/repo", True, True),
        ("/home/ada/local/repo", False, False),
        ("/home/ada/localrepo", True, True),
        ("/mnt/nas", True, True),
        ("/mnt/c/Users/ada/repo", True, True),  # a Windows disk in WSL 2
        ("/mnt/d/repo", True, True),  # and in WSL 1
        ("/mnt/data/repo", False, False),
        ("/home/ada/far away/repo", True, True),
        ("/media/disk/repo", False, False),
        ("/run/portal/repo", False, True),
        ("/var/lib/box/repo", False, False),
        ("/srv/repo", False, False),  # what is mounted last lies on top
    ],
)
def test_where_a_path_lies(path: str, network: bool, waits: bool) -> None:
    assert (mounts.is_network_fs(Path(path)), mounts.may_stop_answering(path)) == (network, waits)


def test_without_a_table_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "mounts").unlink()
    assert not mounts.is_network_fs(Path("/home/ada"))
