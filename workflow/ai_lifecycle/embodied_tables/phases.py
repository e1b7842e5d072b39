"""Life-cycle phases of data-centre hardware and devices, by group of products."""

import numpy as np
import pandas as pd

from ai_lifecycle.embodied import footprints
from ai_lifecycle.footprint_cleaning.boavizta import SHARES

# Name, kind, maker, subcategory, phases that the maker prints, words in the name or not in it.
GROUPS = (
    ("Dell servers", "server", "Dell", ("Server",), "use and manufacture"),
    ("HPE servers", "server", "HP", ("Server", "Converged", "Converged Edge"), "four"),
    ("Lenovo servers", "server", "Lenovo", ("Server",), "use only"),
    ("Seagate drives", "storage", "Seagate", ("Hard drive",), "use only"),
    ("Seagate storage array", "storage", "Seagate", ("SAN/NAS",), "use only"),
    ("Apple smartphones", "device", "Apple", ("Smartphone",), "four"),
    ("Google smartphones", "device", "Google", ("Smartphone",), "four"),
    ("Apple tablets", "device", "Apple", ("Tablet",), "four"),
    ("Dell laptops", "device", "Dell", ("Laptop",), "four"),
    ("HP laptops", "device", "HP", ("Laptop",), "four"),
    ("Microsoft laptops", "device", "Microsoft", ("Laptop",), "four"),
)
CHIPS = ("Google TPU v4i", "Google TPU v5e", "Google TPU v6e")
COLUMNS = [
    "group",
    "kind",
    "products",
    "total_median_kgco2e",
    "manufacturing_share",
    "transport_share",
    "end_of_life_share",
    "unsplit_share",
    "use_share",
    "use_share_low",
    "use_share_high",
    "lifetime_years",
    "source_key",
    "status",
]


def table(products, facts, tolerance):
    """Mean shares of the phases, each product counting once.

    Parameters
    ----------
    products : DataFrame
        ``product_footprints``.
    facts : dict of str to DataFrame
        From `facts_read.read`.
    tolerance : float
        By how much printed shares may miss one.

    Returns
    -------
    DataFrame
        As declared for ``hardware_phases``.
    """
    rows = [_group(products, *group, tolerance) for group in GROUPS]
    rows += [row for name in CHIPS for row in _chip(facts, name)]
    frame = pd.DataFrame(rows)[COLUMNS]
    return frame.sort_values(["kind", "group"], kind="stable").reset_index(drop=True)


def _group(products, name, kind, maker, subcategories, phases, tolerance):
    rows = products[
        (products["manufacturer"] == maker)
        & products["subcategory"].isin(subcategories)
        & (products["phases"] == phases)
    ]
    shares = rows[SHARES].to_numpy(float)
    means = dict.fromkeys(SHARES, np.nan)
    unsplit = np.nan
    if phases == "four":
        kilograms = footprints.phases_kgco2e(rows["total_kgco2e"], shares, tolerance)
        # Back to shares of the phases' own sum, so that rounding leaves no seam.
        means = dict(
            zip(SHARES, (kilograms / kilograms.sum(axis=1)[:, None]).mean(axis=0), strict=True)
        )
    elif phases == "use and manufacture":
        means |= rows[SHARES[:2]].mean().to_dict()
        unsplit = 1 - means["use_share"] - means["manufacturing_share"]
    else:
        means["use_share"] = rows["use_share"].mean()
        unsplit = 1 - means["use_share"]
    lives = sorted(set(rows["lifetime_years"].dropna()))
    return {
        "group": name,
        "kind": kind,
        "products": len(rows),
        "total_median_kgco2e": rows["total_kgco2e"].median(),
        **means,
        "unsplit_share": unsplit,
        "use_share_low": rows["use_share"].min(),
        "use_share_high": rows["use_share"].max(),
        "lifetime_years": ";".join(f"{life:g}" for life in lives) or None,
        "source_key": "boavizta_efd",
        "status": "derived",
    }


def _chip(facts, name):
    """A TPU over six years of use, by both methods of electricity."""
    published = facts["hardware_product_footprints"]
    values = published[published["product"] == name].set_index("quantity")["value"]
    for method in ("location", "market"):
        use = values[f"use, {method}-based"]
        embodied = values["accelerator per chip"] + values["host per chip"]
        embodied += values["building per chip"]
        total = use + embodied
        yield {
            "group": f"{name.removeprefix('Google ')}, {method}-based",
            "kind": "accelerator",
            "products": 1,
            "total_median_kgco2e": total,
            "manufacturing_share": np.nan,
            "transport_share": np.nan,
            "end_of_life_share": np.nan,
            "unsplit_share": embodied / total,
            "use_share": use / total,
            "use_share_low": use / total,
            "use_share_high": use / total,
            "lifetime_years": "6",
            "source_key": "schneider2025",
            "status": "derived",
        }
