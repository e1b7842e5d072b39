"""Emissions of training over time, and their trend with its interval."""

import numpy as np
import pandas as pd

from ai_lifecycle.hardware import growth, trends
from ai_lifecycle.hardware.specifications import decimal_year

# Basis: which models of a year enter the fit.
BASES = {
    "all models": lambda rows: rows,
    "language models": lambda rows: rows[rows["domain"].fillna("").str.contains("Language")],
    "disclosed energy": lambda rows: rows[rows["route"] == "disclosed energy"],
    "largest of each year": lambda rows: _largest(rows),
    "largest of each year, without the largest of all": lambda rows: _largest(
        rows[rows["value_tco2e"] < rows["value_tco2e"].max()]
    ),
}
METHOD = "location_lifecycle"
# With fewer the resampled blocks are the series itself.
FEWEST_YEARS = 4
# Projects, families and fine-tunings are not points of the same kind.
RUN = "training run"


def points(ledger, models, training):
    """Training runs with their emissions, one row a model.

    Parameters
    ----------
    ledger : DataFrame
        ``ledger``.
    models, training : DataFrame
        ``models`` and ``training_energy``, indexed by model_id.

    Returns
    -------
    DataFrame
        model_id, name, publication_date, evidence (how the energy is known), low, value, high
        [t CO2e]; sorted by date.
    """
    cells = ledger[(ledger["phase"] == "training") & (ledger["part"] == "operation")]
    runs = training.index[training["functional_unit"] == RUN]
    cells = cells[cells[f"{METHOD}_value_t"].notna() & cells["model_id"].isin(runs)]
    cells = cells.set_index("model_id")
    frame = pd.DataFrame(
        {
            "name": models["name"].reindex(cells.index),
            "publication_date": models["publication_date"].reindex(cells.index),
            "domain": models["domain"].reindex(cells.index),
            "route": training["route"].reindex(cells.index),
            "energy_rests_on": training["energy_rests_on"].reindex(cells.index),
            **{
                f"{bound}_tco2e": cells[f"{METHOD}_{bound}_t"] for bound in ("low", "value", "high")
            },
            "source_key": cells["source_key"],
        }
    )
    frame = frame.dropna(subset=["publication_date"]).rename_axis("model_id").reset_index()
    return frame.sort_values(["publication_date", "model_id"], kind="stable").reset_index(drop=True)


def trend(frame, *, seed, replicates):
    """Growth of the emissions of training: doublings, and yearly factor with its interval.

    Parameters
    ----------
    frame : DataFrame
        From `points`.
    seed, replicates : int
        Of the bootstrap of whole blocks of years.

    Returns
    -------
    DataFrame
        By basis: models, years, factor a year with the 95 % interval, doubling time, share of
        variance, and the two ends of the line. As declared for ``ledger_growth``.
    """
    dated = frame[frame["value_tco2e"] > 0]
    dated = dated.assign(
        year=dated["publication_date"].dt.year, date_years=decimal_year(dated["publication_date"])
    )
    rows = []
    for basis, choose in BASES.items():
        chosen = choose(dated)
        if chosen["year"].nunique() >= FEWEST_YEARS:
            rows.append({"basis": basis, **_fit(chosen, basis, seed, replicates)})
    return pd.DataFrame(rows)


def _largest(rows):
    best = growth.best_of_each_group(
        rows["year"].to_numpy(), rows["value_tco2e"], rows["model_id"].to_numpy()
    )
    return rows.iloc[np.sort(best)]


def _fit(chosen, basis, seed, replicates):
    date = chosen["date_years"].to_numpy()
    logarithm = np.log2(chosen["value_tco2e"].to_numpy())
    slope, _, r_squared = growth.trend(date, logarithm)
    first = chosen["year"].min()
    years = int(chosen["year"].max() - first) + 1
    draws = growth.year_block_draws(
        years,
        min(trends.BLOCK_YEARS, years),
        replicates,
        trends.generator(seed, "ledger_growth", basis),
    )
    position = (chosen["year"] - first).to_numpy()
    sample = growth.bootstrap_slopes(date, logarithm, position, draws)[0]
    tails = [50 * (1 - trends.LEVEL), 50 * (1 + trends.LEVEL)]
    low, high = np.nanpercentile(sample, tails)
    ends = np.array([date.min(), date.max()])
    line = 2 ** (logarithm.mean() + slope * (ends - date.mean()))
    return {
        "models": len(chosen),
        "start_years": ends[0],
        "end_years": ends[1],
        "yearly_factor_low": 2**low,
        "yearly_factor": 2 ** float(slope),
        "yearly_factor_high": 2**high,
        "doubling_time_years": float(growth.doubling_time(slope)),
        "r_squared": float(r_squared),
        "line_start_tco2e": line[0],
        "line_end_tco2e": line[1],
    }
