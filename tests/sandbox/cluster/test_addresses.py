from contextlib import closing
from pathlib import Path

import pytest

from sandbox.cluster.addresses import AddressError, Addresses


def test_two_clusters_have_networks_of_their_own(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    with closing(Addresses(folders[0])) as first:
        (folders[1] / "network").write_text((folders[0] / "network").read_text())
        with pytest.raises(AddressError, match="is used by another cluster"):
            Addresses(folders[1])
        (folders[1] / "network").unlink()
        with closing(Addresses(folders[1])) as second:
            assert first.proxy != second.proxy


def test_a_cluster_has_the_same_network_after_a_restart(tmp_path: Path) -> None:
    with closing(Addresses(tmp_path)) as before:
        pass
    with closing(Addresses(tmp_path)) as after:
        assert after.proxy == before.proxy


def test_addresses_are_free_ones(tmp_path: Path) -> None:
    with closing(Addresses(tmp_path)) as addresses:
        network = addresses.proxy.rpartition(".")[0]
        assert addresses.pod({f"{network}.3", f"{network}.4"}) == f"{network}.5"
        assert addresses.service(()).startswith("127.96.")
        with pytest.raises(AddressError, match="is taken"):
            addresses.pod({f"{network}.{host}" for host in range(255)})
