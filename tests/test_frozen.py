"""Frozen tables: taken when upstream is out of reach, held byte for byte when it is not."""

import hashlib

import pytest

from ai_lifecycle import frozen, tables
from ai_lifecycle.errors import DataError

ROW = "1.5,1,2,triangular,1,smith2020,Table 1,primary,first,,,judgement,chosen,model"
ROWS = "".join(f"a.b{n},{ROW}\n" for n in range(3))


@pytest.fixture
def frame(tmp_path):
    path = tmp_path / "source.csv"
    path.write_text(",".join(tables.declaration("constants")) + "\n" + ROWS)
    return tables.read_csv(path, "constants")


@pytest.fixture(params=["constants.csv", "constants.parquet"])
def paths(request, tmp_path, frame):
    kept, out = tmp_path / "frozen" / request.param, tmp_path / "clean" / request.param
    frozen.settle("constants", frame, frozen=kept, out=out, refreeze=True)
    out.unlink()
    return kept, out


def test_unreachable_takes_the_frozen_bytes(paths):
    kept, out = paths
    frozen.settle("constants", None, frozen=kept, out=out)
    assert out.read_bytes() == kept.read_bytes()


def test_a_frozen_table_that_was_changed_is_not_served(paths):
    kept, out = paths
    kept.write_bytes(kept.read_bytes().replace(b"first", b"fIrst", 1) + b"x")
    with pytest.raises(DataError, match="not what was frozen"):
        frozen.settle("constants", None, frozen=kept, out=out)
    assert not out.exists()


def test_a_frozen_table_without_its_pin_is_not_served(paths):
    kept, out = paths
    frozen.pin_of(kept).unlink()
    with pytest.raises(DataError, match="no pin"):
        frozen.settle("constants", None, frozen=kept, out=out)


def test_equal_tables_pass(paths, frame):
    kept, out = paths
    frozen.settle("constants", frame, frozen=kept, out=out)
    assert out.read_bytes() == kept.read_bytes()


def test_a_changed_cell_is_an_error_that_names_it_and_leaves_no_output(paths, frame):
    kept, out = paths
    changed = frame.assign(note="other")
    with pytest.raises(DataError) as caught:
        frozen.settle("constants", changed, frozen=kept, out=out)
    assert "other" in str(caught.value)
    assert "refreeze=true" in str(caught.value)
    assert not out.exists()


def test_a_lost_row_is_an_error(paths, frame):
    kept, out = paths
    with pytest.raises(DataError, match=r"3|4"):
        frozen.settle("constants", frame.head(2), frozen=kept, out=out)
    assert not out.exists()


def test_nothing_frozen_is_an_error_either_way(tmp_path, frame):
    kept, out = tmp_path / "no.csv", tmp_path / "out.csv"
    with pytest.raises(DataError, match="no frozen table"):
        frozen.settle("constants", None, frozen=kept, out=out)
    with pytest.raises(DataError, match="no frozen copy"):
        frozen.settle("constants", frame, frozen=kept, out=out)
    assert not out.exists()


def test_frozen_tables_are_small_and_declared(root):
    files = [p for p in (root / "data/frozen").iterdir() if p.suffix in (".csv", ".parquet")]
    assert files
    listed = (root / "data/frozen/README.md").read_text()
    for path in files:
        pin = frozen.pin_of(path).read_text().strip()
        assert hashlib.sha256(path.read_bytes()).hexdigest() == pin, path.name
        tables.declaration(path.stem)
        assert path.name in listed, f"{path.name} lacks its licence line"
    total = sum(p.stat().st_size for p in (root / "data").rglob("*") if "fetched" not in p.parts)
    assert total < 12e6
