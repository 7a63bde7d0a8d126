from pathlib import Path

from chmlfrp.selfhost.node import machine


def test_the_machine_has_a_size_and_a_load(tmp_path: Path) -> None:
    seen = machine.look(tmp_path)
    assert seen.num_cores > 0
    assert 0 < seen.storage_used <= seen.storage_total
    assert seen.memory_total > 0
    assert seen.uptime_seconds > 0
    assert 0 <= seen.cpu_usage <= 100


def test_the_processor_is_named_where_the_system_tells(tmp_path: Path) -> None:
    source = tmp_path / "cpuinfo"
    source.write_text("processor : 0\nmodel name\t: Some CPU @ 3.2GHz\n")
    assert machine._cpu_name(source) == "Some CPU @ 3.2GHz"
    assert isinstance(machine._cpu_name(tmp_path / "missing"), str)
