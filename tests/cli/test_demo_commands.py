"""The demo's faults are listed anywhere; switching them needs a demo that runs."""

from tests.cli.conftest import Run


def test_faults_are_listed_without_a_running_demo(run: Run) -> None:
    person, program = run("demo", "faults"), run("demo", "faults", "--json")

    assert (person.code, program.code) == (0, 0)
    faults = {each["name"]: each for each in program.json}
    assert faults["database-down"]["cause"] == "database_anomaly"
    assert not any(each["on"] for each in faults.values())
    assert all(name in person.out for name in faults)


def test_nothing_is_broken_where_no_demo_runs(run: Run) -> None:
    for command in (["break", "database-down"], ["repair"]):
        ran = run("demo", *command)

        assert (ran.code, ran.out) == (2, "")
        assert "no demo is running" in ran.err


def test_a_fault_that_does_not_exist_is_bad_usage(run: Run) -> None:
    ran = run("demo", "break", "earthquake")

    assert ran.code == 2
    assert "there is no fault 'earthquake'" in ran.err
