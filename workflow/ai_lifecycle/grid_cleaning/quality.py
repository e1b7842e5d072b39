"""The table of faults found in grid data, and what was done about them."""

import pandas as pd

from ai_lifecycle import tables

TABLE = "grid_data_quality"


def frame(rows):
    """Rows as the declared table, in their order within a dataset.

    Parameters
    ----------
    rows : list of dict
        One fault each, with the columns of ``grid_data_quality``.
    """
    table = pd.DataFrame(rows)[list(tables.declaration(TABLE))]
    table["affected_rows"] = table["affected_rows"].astype("int64")
    share = table["energy_share_percent"].astype(float)
    # Nine digits would suggest a precision that the copies do not have.
    table["energy_share_percent"] = share.round(6)
    return table
