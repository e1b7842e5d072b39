"""End of life by two methods, and the break-even of a refresh."""

import numpy as np
import pandas as pd

from ai_lifecycle import units
from ai_lifecycle.embodied_tables import accelerator_stages, facts_read
from ai_lifecycle.end_of_life import refresh, treatment

BOARDS = ("NVIDIA HGX H100 8-GPU baseboard", "NVIDIA HGX B200 8-GPU baseboard")
CARD = "NVIDIA A100 SXM 40GB"
# Old accelerator, new one: the steps of one maker for which power, throughput and a footprint
# are sourced.
STEPS = (
    ("NVIDIA A100 SXM4 40GB", "NVIDIA H100 SXM5 80GB"),
    ("NVIDIA H100 SXM5 80GB", "NVIDIA B200 SXM"),
    ("NVIDIA A100 SXM4 40GB", "NVIDIA B200 SXM"),
)
BOUNDARIES = {"accelerator": ("accelerator",), "accelerator and host": ("accelerator", "host")}
CASES = ("low", "value", "high")
INTENSITIES_G_PER_KWH = np.round(np.logspace(1, 3, 41), 6)
EXTENSIONS_YEARS = (0.0, 1.0, 2.0, 3.0, 4.0)
COLUMNS = [
    "product",
    "mass_kg",
    "embodied_kgco2e",
    "haul_kgco2e",
    "treatment_kgco2e",
    "cut_off_kgco2e",
    "published_kgco2e",
    "cut_off_share_of_embodied",
    "avoided_burden_low_kgco2e",
    "avoided_burden_kgco2e",
    "avoided_burden_high_kgco2e",
    "source_key",
    "status",
]


def table(facts, products, constants):
    """End of life of boards, a card and servers.

    Parameters
    ----------
    facts : dict of str to DataFrame
        From `facts_read.read`.
    products : DataFrame
        ``product_footprints``.
    constants : dict of str to Constant

    Returns
    -------
    DataFrame
        As declared for ``end_of_life``; no column nets a credit against a burden.
    """
    published = facts["hardware_product_footprints"]
    rows = [(name, *_board(published, name)) for name in BOARDS]
    card = facts_read.component(facts, "mass of the default card")
    embodied = published[
        (published["product"] == CARD) & (published["quantity"] == "cradle to gate")
    ].iloc[0]
    rows.append(
        (CARD, card["value"], embodied["value"], np.nan,
         f"{embodied['source_key']};{card['source_key']}")
    )  # fmt: skip
    rows += _servers(products)
    frame = pd.DataFrame(
        rows, columns=["product", "mass_kg", "embodied_kgco2e", "published_kgco2e", "source"]
    )
    (haul, treated), keys = accelerator_stages.treated(facts, frame["mass_kg"].to_numpy(float))
    credit = constants["end_of_life.avoided_burden_share"]
    frame["haul_kgco2e"], frame["treatment_kgco2e"] = haul, treated
    frame["cut_off_kgco2e"] = haul + treated
    frame["cut_off_share_of_embodied"] = frame["cut_off_kgco2e"] / frame["embodied_kgco2e"]
    for column, share in (("low_", credit.low), ("", credit.value), ("high_", credit.high)):
        frame[f"avoided_burden_{column}kgco2e"] = treatment.avoided_burden_kgco2e(
            frame["embodied_kgco2e"].to_numpy(float), share
        )
    frame["source_key"] = [_keys(source, keys) for source in frame["source"]]
    frame["status"] = "judgement"
    return frame[COLUMNS].sort_values("product", kind="stable").reset_index(drop=True)


def _keys(source, factors):
    return ";".join(sorted({*source.split(";"), *factors}))


def _board(published, name):
    rows = published[published["product"] == name].set_index("quantity")
    return (
        rows.loc["mass", "value"],
        rows.loc["cradle to gate", "value"],
        np.nan,
        rows.loc["mass", "source_key"],
    )


def _servers(products):
    """Servers whose maker prints mass and all four phases: two routes to one burden."""
    rows = products[
        (products["category"] == "data centre")
        & (products["phases"] == "four")
        & products["mass_kg"].notna()
    ]
    for row in rows.itertuples(index=False):
        yield (
            f"{row.manufacturer} {row.name}",
            row.mass_kg,
            row.total_kgco2e * row.manufacturing_share,
            row.total_kgco2e * row.end_of_life_share,
            "boavizta_efd",
        )


def reuse_table(stages, constants):
    """Embodied carbon per year of service when a life is extended.

    Parameters
    ----------
    stages : DataFrame
        ``embodied_per_hour``.
    constants : dict of str to Constant

    Returns
    -------
    DataFrame
        As declared for ``reuse``: accelerator and host of those in `STEPS`, kept zero to four
        years longer. No credit is claimed besides.
    """
    life = constants["accelerator.lifetime"]
    steps = {name for step in STEPS for name in step}
    bought = stages[
        stages["stage"].isin(BOUNDARIES["accelerator and host"]) & stages["accelerator"].isin(steps)
    ]
    sums = bought.groupby("accelerator", sort=True)["value_kgco2e"].sum()
    rows = []
    for accelerator, embodied in sums.items():
        planned = float(treatment.yearly_embodied_kgco2e(embodied, life.value))
        for years in EXTENSIONS_YEARS:
            yearly = float(treatment.yearly_embodied_kgco2e(embodied, life.value, years))
            rows.append((accelerator, life.value, years, embodied, yearly, 1 - yearly / planned))
    return pd.DataFrame(rows, columns=REUSE_COLUMNS)


REUSE_COLUMNS = [
    "accelerator",
    "first_life_years",
    "extension_years",
    "embodied_kgco2e",
    "yearly_kgco2e_per_year",
    "saved_share",
]


def refresh_table(facts, stages, constants):
    """Break-even of replacing an accelerator, by grid intensity.

    Parameters
    ----------
    facts : dict of str to DataFrame
        From `facts_read.read`.
    stages : DataFrame
        ``embodied_per_hour``.
    constants : dict of str to Constant

    Returns
    -------
    DataFrame
        As declared for ``refresh_breakeven``.
    """
    grids = INTENSITIES_G_PER_KWH / units.GRAMS_PER_KILOGRAM
    rows = []
    for old_name, new_name in STEPS:
        old, new = (facts_read.accelerator(facts, name) for name in (old_name, new_name))
        peak_ratio = new["fp16_dense_tflops"] / old["fp16_dense_tflops"]
        for boundary, included in BOUNDARIES.items():
            for case in CASES:
                embodied = _embodied(facts, stages, new_name, included, case)
                ratio = peak_ratio * _realised(constants, case)
                factor = constants["node.power_over_rated_accelerators"].value
                spared = refresh.spared_power_w(
                    old["rated_power_w"] * factor, new["rated_power_w"] * factor, ratio
                )
                years = refresh.breakeven_years(
                    embodied,
                    spared,
                    grids,
                    constants["refresh.pue"].value,
                    constants["accelerator.reserved_utilisation"].value,
                )
                rows += [
                    (old_name, new_name, boundary, case, embodied, ratio, float(spared), grid, year)
                    for grid, year in zip(INTENSITIES_G_PER_KWH, years, strict=True)
                ]
    frame = pd.DataFrame(rows, columns=REFRESH_COLUMNS)
    frame["breakeven_years"] = frame["breakeven_years"].replace(np.inf, np.nan)
    keys = ["old", "new", "boundary", "case", "intensity_g_per_kwh"]
    return frame.sort_values(keys, kind="stable").reset_index(drop=True)


REFRESH_COLUMNS = [
    "old",
    "new",
    "boundary",
    "case",
    "new_embodied_kgco2e",
    "throughput_ratio",
    "spared_power_w",
    "intensity_g_per_kwh",
    "breakeven_years",
]


def _embodied(facts, stages, name, included, case):
    """What is bought, with its own end of life; what it replaces is sunk."""
    rows = stages[(stages["accelerator"] == name) & stages["stage"].isin(included)]
    # A board of eight is hauled and treated, an eighth of it per accelerator.
    board = BOARDS[0] if "H100" in name else BOARDS[1]
    published = facts["hardware_product_footprints"]
    mass = published[(published["product"] == board) & (published["quantity"] == "mass")]
    burden = accelerator_stages.treated(facts, mass["value"].to_numpy(float) / 8)[0].sum()
    return float(rows[f"{case}_kgco2e"].sum() + burden)


def _realised(constants, case):
    """Share of the peak gain; the low case of the break-even has the largest gain."""
    share = constants["refresh.realised_throughput_share"]
    return {"low": share.high, "value": share.value, "high": share.low}[case]
