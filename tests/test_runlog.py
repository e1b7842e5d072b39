"""What a job leaves in its log, and what is said of failed jobs when all else is printed."""

import os
import time

import pytest

from ai_lifecycle import runlog
from ai_lifecycle.errors import DataError


def test_a_fault_in_the_data_is_the_last_line_of_the_log_and_all_of_stderr(tmp_path, capfd):
    def work():
        with runlog.job(tmp_path / "logs/a.log"):
            print("at work")
            raise DataError("no such column", file="x.csv", column="y")

    with pytest.raises(SystemExit) as ended:
        work()
    assert ended.value.code == 1
    assert capfd.readouterr() == ("", "error: x.csv, column y: no such column\n")
    told = (tmp_path / "logs/a.log").read_text().splitlines()
    assert told == ["at work", "error: x.csv, column y: no such column"]


def test_any_other_fault_is_passed_on_and_named_below_its_traceback(tmp_path):
    with pytest.raises(ZeroDivisionError), runlog.job(tmp_path / "a.log"):
        1 / 0  # noqa: B018
    told = (tmp_path / "a.log").read_text().splitlines()
    assert told[0].startswith("Traceback")
    assert told[-1] == "error: ZeroDivisionError: division by zero; traceback above"


def test_the_jobs_of_this_run_that_failed_are_told_with_their_logs(tmp_path):
    started = time.time()
    for name, text, age in (
        ("b", "at work\nerror: later\n", 0),
        ("a", "error: first\n", 0),
        ("c", "error: then mended\nall well\n", 0),
        ("old", "error: of an earlier run\n", 60),
        ("empty", "", 0),
    ):
        path = tmp_path / f"{name}.log"
        path.write_text(text)
        os.utime(path, (started - age, started - age))
    said = runlog.faults(tmp_path, started)
    assert said == [f"{tmp_path / 'a.log'}: first", f"{tmp_path / 'b.log'}: later"]
    assert runlog.faults(tmp_path / "not there", started) == []


def test_a_fault_found_before_any_job_is_one_message(capfd):
    with pytest.raises(SystemExit) as ended, runlog.one_message():
        raise DataError("wrong", key="seed")
    assert ended.value.code == 1
    assert capfd.readouterr() == ("", "error: key seed: wrong\n")
