"""Every test of what must never happen has a fault that turns it red; `make faults` plants them, one by one."""

from tests.house_rules.house import ROOT
from tools.plant_faults import faults


def test_every_fault_can_still_be_planted() -> None:
    for fault in faults():
        assert (ROOT / fault.file).read_text("utf-8").count(fault.was) == 1, fault.name
        assert fault.was != fault.becomes


def test_every_fault_names_tests_that_are_there() -> None:
    for fault in faults():
        assert fault.tests, fault.name
        for test in fault.tests:
            path, _, name = test.partition("::")
            assert f"def {name}" in (ROOT / path).read_text("utf-8"), test


def test_no_two_faults_have_one_name() -> None:
    names = [fault.name for fault in faults()]
    assert len(names) == len(set(names))
