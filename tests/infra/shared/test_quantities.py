import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.shared.quantities import Resources

amounts = st.builds(Resources, cpu_millicores=st.integers(1, 100_000), memory_mebibytes=st.integers(1, 1_000_000))


@given(amounts, st.integers(1, 50))
def test_many_of_one_are_as_much_as_one_many_times(one: Resources, count: int) -> None:
    total = one
    for _ in range(count - 1):
        total += one
    assert one * count == total


@given(amounts)
def test_quantities_read_back_as_what_they_were(amount: Resources) -> None:
    written = amount.as_quantities()
    cpu, memory = written["cpu"], written["memory"]
    assert (int(cpu[:-1]) if cpu.endswith("m") else int(cpu) * 1000) == amount.cpu_millicores
    assert int(memory[:-2]) * (1 if memory.endswith("Mi") else 1024) == amount.memory_mebibytes


@pytest.mark.parametrize(
    ("millicores", "mebibytes", "cpu", "memory"), [(1000, 1024, "1", "1Gi"), (250, 512, "250m", "512Mi")]
)
def test_quantities_are_written_as_kubernetes_prints_them(
    millicores: int, mebibytes: int, cpu: str, memory: str
) -> None:
    amount = Resources(cpu_millicores=millicores, memory_mebibytes=mebibytes)
    assert amount.as_quantities() == {"cpu": cpu, "memory": memory}
