"""Requests after which serving a model has emitted as much as making it."""

import numpy as np
import pandas as pd

from ai_lifecycle import units
from ai_lifecycle.lifecycle import breakeven, stages

METHOD = stages.METHODS.index("location_lifecycle")


def table(models, arrays, service, sources):
    """Break-even of every model that has both sides.

    Both sides stand on the same grid, so its intensity enters at its value on either; what moves
    the ends are the energies, hours and footprints.

    Parameters
    ----------
    models : DataFrame
        As for `ledger_table.cells`.
    arrays : dict of str to ndarray
        From `ledger_table.cells`, intensities at their value.
    service : dict
        As for `ledger_table.cells`, with requests_per_day.
    sources : Series
        Source keys of the whole life cycle by model_id.

    Returns
    -------
    DataFrame
        As declared for ``ledger_breakeven``.
    """
    whole = arrays["emissions"][:, :, :, METHOD, :].sum(axis=2)
    made = whole[:, 0] + whole[:, 1]
    count = np.asarray(service["requests"], dtype=float)
    with np.errstate(invalid="ignore"):
        request = whole[:, 2] / count * units.KILOGRAMS_PER_TONNE
    known = ~np.isnan(made).any(axis=1) & (request > 0).all(axis=1)
    made, request = made[known], request[known]
    requests = np.stack(
        [
            breakeven.requests_to_match(made[:, b], request[:, 2 - b])
            for b in range(len(stages.BOUNDS))
        ],
        axis=1,
    )
    days = breakeven.days_to_match(requests[:, 1], service["requests_per_day"])
    frame = models.loc[known, ["name", "publication_date"]].copy()
    for b, bound in enumerate(stages.BOUNDS):
        frame[f"made_{bound}_tco2e"] = made[:, b]
        frame[f"request_{bound}_g"] = request[:, b] * units.GRAMS_PER_KILOGRAM
        frame[f"requests_{bound}"] = requests[:, b]
    frame["days_at_stated_service"] = days
    frame["source_key"] = sources.reindex(frame.index)
    frame = frame.rename_axis("model_id").reset_index()
    return frame.sort_values("model_id", kind="stable").reset_index(drop=True)[COLUMNS]


COLUMNS = [
    "model_id",
    "name",
    "publication_date",
    *(f"made_{bound}_tco2e" for bound in stages.BOUNDS),
    *(f"request_{bound}_g" for bound in stages.BOUNDS),
    *(f"requests_{bound}" for bound in stages.BOUNDS),
    "days_at_stated_service",
    "source_key",
]


def shown(frame, names):
    """Some models, in the order given."""
    return pd.DataFrame({"model_id": names}).merge(frame, on="model_id", how="inner")
