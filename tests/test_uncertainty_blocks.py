"""Blocks of models as jobs: how many is the choice of whoever builds, and changes no table."""

import pytest
from builds import planned_jobs, snakemake

TABLES = ("ledger_quantiles", "ledger_drivers", "ledger_sums", "ledger_widening",
          "ledger_tornado")  # fmt: skip
SCATTER = ("--set-scatter", "uncertainty=3")


@pytest.mark.workflow
def test_blocks_are_as_many_as_are_asked_for(tmp_path):
    """And of each there is one file, which is no artifact, and one log."""
    target = ("-n", "--quiet", "host", "--", "results/latest/tables/ledger_quantiles.csv")
    planned = snakemake(tmp_path, *SCATTER, *target)
    assert planned.returncode == 0, planned.stderr[-3000:]
    assert planned_jobs(planned)["ledger_uncertainty_block"] == 3
    assert planned_jobs(planned)["ledger_uncertainty"] == 1
    for block in (1, 2, 3):
        assert f"data/fetched/uncertainty/{block}-of-3.npz" in planned.stdout


@pytest.mark.long
@pytest.mark.workflow
@pytest.mark.timeout(900)
def test_tables_are_the_same_to_the_byte_for_another_number_of_blocks(tmp_path):
    paths = [f"results/latest/tables/{name}.csv" for name in TABLES]
    folder = tmp_path / "built"
    folder.mkdir()
    found = []
    for arguments in ((), SCATTER):
        finished = snakemake(folder, *arguments, "--", *paths, timeout=600)
        assert finished.returncode == 0, finished.stderr[-3000:]
        found.append([(folder / path).read_bytes() for path in paths])
    assert len(list((folder / "data/fetched/uncertainty").glob("*-of-3.npz"))) == 3
    assert found[0] == found[1]
