from __future__ import annotations

import pytest

from django_tryon.sandbox.app import create_sandbox
from django_tryon.sandbox.faults import Step
from django_tryon.sandbox.known_faults import FAULTS, KNOWN
from django_tryon.sandbox.script import PROFILES, Script, read_orders


def played(script: Script, step: Step, times: int) -> list[str | None]:
    faults = [script.due(step) for _ in range(times)]
    return [fault.name if fault else None for fault in faults]


def test_without_a_bound_a_fault_happens_every_time() -> None:
    script = Script(["500@status"])
    assert played(script, Step.STATUS, 3) == ["500"] * 3
    assert script.due(Step.RESULT) is None


def test_a_number_is_so_many_times_and_the_next_order_takes_over() -> None:
    script = Script(["500@status:2", "reset@status:1"])
    assert played(script, Step.STATUS, 4) == ["500", "500", "reset", None]


def test_a_share_is_a_chance_and_a_seed_makes_it_the_same_again() -> None:
    first, again = (Script(["cut@output:0.25"], seed=7) for _ in range(2))
    seen = played(first, Step.OUTPUT, 1000)
    assert seen == played(again, Step.OUTPUT, 1000)
    assert 200 < seen.count("cut") < 300
    assert played(Script(["cut@output:0.0"]), Step.OUTPUT, 50) == [None] * 50
    assert played(Script(["cut@output:1.0"]), Step.OUTPUT, 50) == ["cut"] * 50


def test_any_is_every_step_at_which_a_fault_can_happen() -> None:
    orders = read_orders("expired@any:3")
    assert [str(order) for order in orders] == ["expired@status:3", "expired@result:3"]
    assert str(read_orders("fails@run")[0]) == "fails@run"
    assert str(read_orders("fails@run:0.5")[0]) == "fails@run:0.5"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rest@status", "no fault is called “rest”; did you mean reset"),
        ("qqqq@status", "there are: 400, "),
        ("reset", "reset needs a step: reset@any, or one of submit, accepted, "),
        (
            "gone@status",
            "gone does not happen at “status”; name a step: gone@any",
        ),
        ("reset@status:0", "a number of times"),
        ("reset@status:-1", "a number of times"),
        ("reset@status:1.5", "from 0.0 to 1.0"),
        ("reset@status:often", "a share"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        create_sandbox(faults=text)


def test_orders_can_be_added_replaced_and_cleared() -> None:
    script = Script(["500@status"])
    script.add(["503@status"])
    assert [str(order) for order in script.orders] == ["500@status", "503@status"]
    with pytest.raises(ValueError, match="no fault"):
        script.add(["400@status", "nonsense@status"])
    assert len(script.orders) == 2
    script.add(["400@status"], anew=True)
    assert [str(order) for order in script.orders] == ["400@status"]
    script.clear()
    assert script.orders == []


def test_a_profile_is_a_mix_of_known_faults() -> None:
    sandbox = create_sandbox(profile="flaky", faults=["gone@output:1"])
    orders = [str(order) for order in sandbox.script.orders]
    assert orders == ["gone@output:1", *PROFILES["flaky"]]
    with pytest.raises(ValueError, match="there are: flaky"):
        create_sandbox(profile="rough")


def test_every_fault_has_a_name_of_its_own_and_a_sentence() -> None:
    assert len(KNOWN) == len(FAULTS)
    for fault in FAULTS:
        assert fault.steps
        assert fault.says[0].islower()
        assert not fault.says.endswith(".")
