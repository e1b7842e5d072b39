"""Names of models and accelerators in two catalogues: mapped by table, guarded against misses."""

import difflib
import re

import numpy as np
import pandas as pd

from ai_lifecycle import facts
from ai_lifecycle.errors import DataError

# Names with equal numbers that are this alike must be listed as the same model or another one.
ALIKE = 0.84
NEAREST = 3


SPELT = {"μ": "mu", "µ": "mu", "π": "pi", "α": "alpha", "σ": "sigma", "+": " plus "}


def slug(name):
    """Identifier made of a name: lower case, digits and dots kept, the rest hyphens."""
    plain = "".join(SPELT.get(letter, letter) for letter in name.lower())
    return re.sub(r"[^a-z0-9.]+", "-", plain).strip("-.")


def read_models(path, catalogue, epoch_ids, *, references):
    """How models of our disclosures and of Epoch AI's table are related.

    Parameters
    ----------
    path : path
        ``data/facts/model_names.csv``.
    catalogue : DataFrame
        ``training_models``.
    epoch_ids : collection of str
        Identifiers of the cleaned table.
    references : path
        Bibliography.

    Returns
    -------
    DataFrame
        As declared for ``model_names``.

    Raises
    ------
    DataError
        A row that names an unknown model, one pair or one ``same`` twice.
    """
    frame = facts.read(path, "model_names", references=references)
    known = {"epoch": set(epoch_ids), "disclosure": set(catalogue["model_id"])}
    for position, row in enumerate(frame.itertuples(index=False), start=2):
        for column, value, allowed in (
            ("model_id", row.model_id, known["disclosure"]),
            ("other_id", row.other_id, known[row.other_catalogue]),
        ):
            if value not in allowed:
                raise DataError("no such model", file=path, row=position, column=column,
                                found=value, allowed=allowed)  # fmt: skip
    same = frame[frame["relation"] == "same"]
    pair = ["model_id", "other_catalogue", "other_id"]
    for rows, columns in ((frame, pair), (same, ["model_id"]), (same, ["other_id"])):
        twice = rows.duplicated(columns)
        if twice.any():
            first = twice.idxmax()
            raise DataError("model is mapped twice", file=path, row=int(first) + 2,
                            column=columns[0], found=rows.loc[first, columns[0]])  # fmt: skip
    return frame


def require_no_unlisted_twin(names, catalogue, epoch_models, file):
    """Stop when two names are nearly equal and the table does not say how they are related.

    Parameters
    ----------
    names : DataFrame
        From `read_models`.
    catalogue, epoch_models : DataFrame
        ``training_models`` and ``epoch_models``.
    file : path
        For messages.

    Raises
    ------
    DataError
        Naming the first pair.
    """
    listed = set(zip(names["model_id"], names["other_id"], strict=True))
    theirs = [(i, *_compared(n)) for i, n in
              zip(epoch_models["epoch_id"], epoch_models["name"], strict=True)]  # fmt: skip
    for model_id, name in zip(catalogue["model_id"], catalogue["name"], strict=True):
        letters, numbers = _compared(name)
        for epoch_id, others, their_numbers in theirs:
            if numbers != their_numbers or (model_id, epoch_id) in listed:
                continue
            matcher = difflib.SequenceMatcher(None, letters, others, autojunk=False)
            if matcher.real_quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE:
                raise DataError(
                    "two names are nearly equal and nothing says whether the models are the same",
                    file=file, column="other_id", key=model_id, found=epoch_id,
                    allowed="a row with relation same, member or other",
                )  # fmt: skip


def _compared(name):
    """Letters and digits of a name, and its numbers."""
    plain = re.sub(r"[^a-z0-9.]+", " ", name.lower())
    return plain.replace(" ", ""), sorted(re.findall(r"\d+(?:\.\d+)?", plain))


def read_accelerators(names, accelerators, known, *, references):
    """Accelerators as each catalogue writes them, and their throughput and power.

    Parameters
    ----------
    names, accelerators : path
        ``accelerator_names.csv`` and ``training_accelerators.csv``.
    known : collection of str
        Names in ``hardware_accelerators.csv``.
    references : path
        Bibliography.

    Returns
    -------
    names, accelerators : DataFrame
        The second indexed by accelerator.

    Raises
    ------
    DataError
        A name that no table knows, given twice, or without a row of throughput and power; power
        outside its own range.
    """
    mapped = facts.read(names, "accelerator_names", references=references)
    listed = facts.read(accelerators, "training_accelerators", references=references)
    for path, frame, columns in ((names, mapped, ["catalogue", "name_there"]),
                                 (accelerators, listed, ["accelerator"])):  # fmt: skip
        twice = frame.duplicated(columns)
        if twice.any():
            first = twice.idxmax()
            raise DataError("accelerator is given twice", file=path, row=int(first) + 2,
                            column=columns[-1], found=frame[columns[-1]][first])  # fmt: skip
    _require_known(listed["accelerator"], known, accelerators, "accelerator")
    _require_known(mapped["accelerator"], listed["accelerator"], names, "accelerator")
    for row, cell in enumerate(mapped["alternatives"].fillna(""), start=2):
        for other in filter(None, cell.split(";")):
            _require_known([other], listed["accelerator"], names, "alternatives", row)
    low, high = listed["rated_power_low_w"], listed["rated_power_high_w"]
    wrong = (low > listed["rated_power_w"]) | (high < listed["rated_power_w"])
    if wrong.any():
        raise DataError("power lies outside its range", file=accelerators,
                        row=int(wrong.idxmax()) + 2, column="rated_power_w",
                        found=listed["rated_power_w"][wrong.idxmax()])  # fmt: skip
    return mapped, listed.set_index("accelerator")


def _require_known(values, known, file, column, first=2):
    for row, value in enumerate(values, start=first):
        if value not in set(known):
            raise DataError(
                "no table knows this accelerator", file=file, row=row, column=column, found=value,
                allowed=", ".join(nearest(value, known)),
            )  # fmt: skip


def nearest(name, known):
    """The known names most like one."""
    scored = [(difflib.SequenceMatcher(None, name.lower(), k.lower()).ratio(), k) for k in known]
    return [k for _, k in sorted(scored, key=lambda pair: (-pair[0], pair[1]))[:NEAREST]]


def located(listed, catalogue, mapped):
    """Our accelerator for each name of one catalogue.

    Parameters
    ----------
    listed : Series of str
        As the catalogue writes it; several kinds joined by ``;`` have no single accelerator.
    catalogue : str
        ``epoch`` or ``disclosure``.
    mapped : DataFrame
        From `read_accelerators`.

    Returns
    -------
    DataFrame
        accelerator, accelerator_match, accelerator_alternatives; missing where unknown.
    """
    table = mapped[mapped["catalogue"] == catalogue].set_index("name_there")
    found = table.reindex(pd.Index(listed.astype(object)))
    out = pd.DataFrame(
        {
            "accelerator": found["accelerator"].to_numpy(dtype=object),
            "accelerator_match": found["match"].to_numpy(dtype=object),
            "accelerator_alternatives": found["alternatives"].to_numpy(dtype=object),
        },
        index=listed.index,
    )
    return out.where(out.notna(), None).replace({np.nan: None})
