"""Frozen tables: what cleaning yielded at the last release, and whether it still does."""

import hashlib
import shutil
from pathlib import Path

import pandas as pd

from ai_lifecycle import tables
from ai_lifecycle.errors import DataError

WRITERS = {".csv": tables.write_csv, ".parquet": tables.write_parquet}


def settle(table, frame, *, frozen, out, refreeze=False):
    """Write a cleaned table, and hold it against its frozen copy byte for byte.

    Parameters
    ----------
    table : str
        Name in ``data/fields.csv``.
    frame : DataFrame or None
        The cleaned table, or None when upstream could not be reached: then the frozen table is
        taken, after its sha256 is held against its pin.
    frozen, out : str or Path
        Frozen copy and output; the suffix (.csv or .parquet) fixes the format.
    refreeze : bool
        Replace the frozen copy on purpose.

    Raises
    ------
    DataError
        When upstream is unreachable and nothing is frozen, or what is frozen was changed; when
        the cleaned table differs from the frozen one, naming the first difference.
    """
    frozen, out = Path(frozen), Path(out)
    if frame is None:
        if not frozen.is_file():
            raise DataError(
                f"upstream of {table} could not be reached and no frozen table stands in for it",
                file=frozen,
                allowed="a frozen table, a mirror (config key mirror) or the network",
            )
        tables.write_bytes(out, _pinned_bytes(table, frozen))
        print(f"{table}: upstream not reached; the frozen table was taken")
        return
    WRITERS[out.suffix](frame, out, table)
    if refreeze:
        frozen.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(out, frozen)
        pin_of(frozen).write_text(f"{_sha256(out.read_bytes())}\n", encoding="ascii")
        print(f"{table}: frozen anew")
        return
    try:
        _hold(table, frozen, out)
    except DataError:
        out.unlink()
        raise
    print(f"{table}: cleaned from upstream; equal to the frozen table")


def pin_of(frozen):
    """File that holds the sha256 of a frozen table, written when it was frozen."""
    return Path(f"{frozen}.sha256")


def _sha256(payload):
    return hashlib.sha256(payload).hexdigest()


def _pinned_bytes(table, frozen):
    """Bytes of a frozen table, which must be those that cleaning once yielded."""
    payload, pin = frozen.read_bytes(), pin_of(frozen)
    expected = pin.read_text(encoding="ascii").strip() if pin.is_file() else "(no pin)"
    if _sha256(payload) != expected:
        raise DataError(
            f"the frozen copy of {table} is not what was frozen",
            file=frozen,
            found=f"sha256 {_sha256(payload)}",
            allowed=f"sha256 {expected}, as {pin.name} says; git checkout restores it",
        )
    return payload


def _hold(table, frozen, out):
    if not frozen.is_file():
        raise DataError(
            f"{table} has no frozen copy",
            file=frozen,
            allowed="run once with --config refreeze=true to make it on purpose",
        )
    if frozen.read_bytes() == out.read_bytes():
        return
    raise DataError(
        f"{table} as cleaned from upstream differs from its frozen copy: "
        + _first_difference(table, frozen, out),
        file=frozen,
        allowed="equal bytes, or --config refreeze=true to change the frozen table on purpose",
    )


def _first_difference(table, frozen, out):
    """Words for where two tables first differ."""
    if out.suffix == ".csv":
        old = frozen.read_text(encoding="utf-8", errors="replace").splitlines()
        new = out.read_text(encoding="utf-8").splitlines()
        for row, (a, b) in enumerate(zip(old, new, strict=False), start=1):
            if a != b:
                return f"row {row}: frozen {a[:160]!r}, cleaned {b[:160]!r}"
        return f"{len(old)} rows frozen, {len(new)} cleaned"
    try:
        old, new = pd.read_parquet(frozen), pd.read_parquet(out)
    except Exception as fault:
        return f"the frozen file does not read ({type(fault).__name__})"
    if list(old.columns) != list(new.columns):
        return f"columns frozen {list(old.columns)}, cleaned {list(new.columns)}"
    if len(old) != len(new):
        return f"{len(old)} rows frozen, {len(new)} cleaned"
    for name in new.columns:
        unequal = ~((old[name] == new[name]) | (old[name].isna() & new[name].isna()))
        if unequal.any():
            row = int(unequal.to_numpy().argmax())
            return (
                f"{int(unequal.sum())} cells of {name}; first in row {row}: "
                f"frozen {old[name][row]!r}, cleaned {new[name][row]!r}"
            )
    return "same cells, other encoding (another pyarrow than the locked one?)"
