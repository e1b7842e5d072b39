"""The table of claims: statements joined with recomputations, verdicts by the rule."""

import numpy as np
import pandas as pd

from ai_lifecycle.claim_tables import efficiency, footprints, growth
from ai_lifecycle.claims import verdicts
from ai_lifecycle.errors import DataError

# In the order of the codes of `verdicts`.
WORDS = (
    "reproduced",
    "reproduced with a qualification",
    "not consistent with the paper's own figure",
    "not testable with public data",
)
PAPERS = ("Beyond Efficiency", "Sustainable AI")
STATED = "claims_stated.csv"
ENDS = ("value", "low", "high")


def recomputed(evidence):
    """Recomputations by claim.

    Parameters
    ----------
    evidence : Evidence
        Tables read.

    Returns
    -------
    dict of str to Recomputed

    Raises
    ------
    DataError
        When a claim is recomputed twice.
    """
    found = {}
    for room in (growth, footprints, efficiency):
        for claim, result in room.rows(evidence):
            if claim in found:
                raise DataError("claim is recomputed twice", found=claim)
            found[claim] = result
    return found


def table(stated, results):
    """Claims with recomputation and verdict.

    Parameters
    ----------
    stated : DataFrame
        ``claims_stated``.
    results : dict of str to Recomputed
        From `recomputed`.

    Returns
    -------
    DataFrame
        Columns of ``claims``, in the order of `stated`.

    Raises
    ------
    DataError
        A claim without recomputation or reason; a recomputation without claim; a verdict that
        lacks the words it needs; public data against a claim that the paper's own figures do not
        contradict, for which there is no verdict.
    """
    _check_ids(stated, results)
    frame = stated.copy()
    testable = frame["not_testable_reason"].isna().to_numpy()
    for name, place in (("recomputed", "as_stated"), ("charitable", "charitable")):
        for end in ENDS:
            frame[f"{name}_{end}"] = [
                getattr(getattr(results[claim], place), end) if claim in results else np.nan
                for claim in frame["claim_id"]
            ]
    standing = frame["standing_qualification"].fillna(False).to_numpy(bool)
    computed = [claim in results and results[claim].qualified for claim in frame["claim_id"]]
    wide = frame["charitable_claim_low"].notna() | frame["charitable_claim_high"].notna()
    code = verdicts.verdict(
        verdicts.overlaps(
            frame["recomputed_low"], frame["recomputed_high"], frame["low"], frame["high"]
        ),
        verdicts.overlaps(
            frame["charitable_low"],
            frame["charitable_high"],
            frame["charitable_claim_low"].where(wide, frame["low"]),
            frame["charitable_claim_high"].where(wide, frame["high"]),
        ),
        standing | np.array(computed),
        testable,
    )
    frame["verdict"] = [WORDS[place] for place in code]
    _check_words(frame, code)
    return _published(frame, code)


def summary(claims):
    """Number of claims by verdict and paper.

    Parameters
    ----------
    claims : DataFrame
        ``claims``.

    Returns
    -------
    DataFrame
        Columns of ``claims_summary``: one row a verdict, in the order of the verdicts.
    """
    counted = pd.crosstab(claims["verdict"], claims["paper"])
    counted = counted.reindex(index=list(WORDS), columns=list(PAPERS), fill_value=0)
    rows = [
        {
            "verdict": word,
            "beyond_efficiency_claims": int(counted.loc[word, PAPERS[0]]),
            "sustainable_ai_claims": int(counted.loc[word, PAPERS[1]]),
            "all_claims": int(counted.loc[word].sum()),
        }
        for word in WORDS
    ]
    return pd.DataFrame(rows)


def _check_ids(stated, results):
    known = set(stated["claim_id"])
    if len(known) != len(stated):
        raise DataError("claim stands twice", file=STATED, column="claim_id")
    orphans = sorted(set(results) - known)
    if orphans:
        raise DataError("recomputation without a claim", file=STATED, found=", ".join(orphans))
    for position, row in enumerate(stated.itertuples(index=False), start=2):
        reason = pd.notna(row.not_testable_reason)
        if reason == (row.claim_id in results):
            raise DataError(
                "claim needs a recomputation or a reason why there is none, and not both",
                file=STATED,
                row=position,
                key=row.claim_id,
            )


def _check_words(frame, code):
    """A verdict that asks something of the reader says what."""
    needs = {
        verdicts.QUALIFIED: ("qualification",),
        verdicts.INCONSISTENT: ("charitable_reading", "locator"),
        verdicts.UNTESTABLE: ("not_testable_reason",),
    }
    for position, (place, row) in enumerate(
        zip(code, frame.to_dict("records"), strict=True), start=2
    ):
        for column in needs.get(place, ()):
            if pd.isna(row[column]):
                raise DataError(
                    f"verdict '{row['verdict']}' without its words",
                    file=STATED,
                    row=position,
                    column=column,
                    key=row["claim_id"],
                )
        if place == verdicts.INCONSISTENT and not row["basis"].startswith("own figures"):
            raise DataError(
                "public data alone cannot show that a claim differs from the paper's own figure",
                file=STATED,
                row=position,
                column="basis",
                key=row["claim_id"],
                found=f"{row['recomputed_value']:g}",
                allowed=f"{row['low']:g} to {row['high']:g}",
            )


def _published(frame, code):
    qualified = code == verdicts.QUALIFIED
    frame["qualification"] = frame["qualification"].where(qualified)
    return frame.rename(
        columns={"value": "claimed_value", "low": "claimed_low", "high": "claimed_high"}
    )[
        [
            "claim_id",
            "paper",
            "statement",
            "verdict",
            "claimed_value",
            "claimed_low",
            "claimed_high",
            "tolerance",
            "recomputed_value",
            "recomputed_low",
            "recomputed_high",
            "charitable_value",
            "charitable_low",
            "charitable_high",
            "charitable_claim_low",
            "charitable_claim_high",
            "unit",
            "method",
            "charitable_reading",
            "qualification",
            "not_testable_reason",
            "basis",
            "inputs",
            "locator",
            "status",
            "source_key",
        ]
    ].reset_index(drop=True)
