"""How far the growth figures depend on choices: one row per choice, basis and first year."""

import numpy as np
import pandas as pd

from ai_lifecycle.hardware import growth, trends

# Two-die packages, told by the chip; the corrections file says what is known of their dies.
SEVERAL_DIES = ("Aldebaran", "Aqua Vanjaram", "Galaxy", "GB100", "GB110", "Ponte Vecchio",
                "Arctic Sound")  # fmt: skip
# From this year AMD's RDNA 3 and 4 rows count two FP32 operations per lane where they can pair.
PAIRED_ISSUE_SINCE = 2022
# The chip of MI300X, MI325X and MI300A, whose published rate the corrections double or raise.
VECTOR_RATE_CHIP = "Aqua Vanjaram"
DATE_OF_CHIP_DATASET = pd.Timestamp("2024-01-31")


def variants(specifications, chips, frontier):
    """The choices, each as (meaning, products, clock and block choices).

    Parameters
    ----------
    specifications : DataFrame
        Table ``gpu_specifications``.
    chips : DataFrame
        Table ``chip_dataset_gpus``.
    frontier : DataFrame
        Table ``gpu_frontier_chip_2024``.

    Returns
    -------
    dict of str to (str, DataFrame, int)
        Meaning, products ready for trends, block length of the bootstrap. [year]
    """
    base = trends.usable(specifications)
    block = trends.BLOCK_YEARS
    single = base.assign(
        best=base.groupby(["manufacturer", "chip"], dropna=False)["fp32_gflops"].transform("max")
    )
    single = single[single["fp32_gflops"] == single["best"]]
    single = single.sort_values(["date_years", "id"], kind="stable").drop_duplicates(
        ["manufacturer", "chip"]
    )
    discrete = base["segment"].isin(("consumer", "workstation", "data_centre"))
    return {
        "base": ("boost clock, corrected, dated to the day or month", base, block),
        "base_clock": ("base clock instead of boost clock",
                       trends.usable(specifications, clock="base_clock_mhz"), block),
        "as_published": ("no correction, no exclusion",
                         trends.as_published(specifications), block),
        "with_year_only_dates": ("also products dated 1 January",
                                 trends.usable(specifications, year_only=True), block),
        "one_product_per_chip": ("the fastest product of each chip only", single, block),
        "discrete_only": ("consumer, workstation and data-centre boards only", base[discrete],
                          block),
        "single_die_only": ("without packages of several dies",
                            base[~base["chip"].isin(SEVERAL_DIES)], block),
        "unpaired_issue": ("one FP32 operation per lane for AMD from 2022 on",
                           _unpaired(base, specifications), block),
        "vector_rate_as_published": ("FP32 of the MI300 series as the list has it",
                                     _vector_rate_as_published(base), block),
        "one_maker": ("NVIDIA only", base[base["manufacturer"] == "NVIDIA"], block),
        "until_january_2024": ("products up to January 2024",
                               base[base["release_date"] <= DATE_OF_CHIP_DATASET], block),
        "blocks_of_one_year": ("bootstrap draws single years", base, 1),
        "blocks_of_five_years": ("bootstrap draws runs of five years", base, 5),
        "chip_dataset": ("Epoch AI's copy of the CHIP dataset, base clock",
                         _chips(chips), block),
        "chip_frontier_2024": ("best product of each year on the CHIP dataset of January 2024",
                               _frontier(frontier), block),
    }  # fmt: skip


def _unpaired(base, specifications):
    """FP32 halved where two operations per lane and cycle were counted, MI300 as published."""
    lanes = 2e-3 * base["shading_units"] * base["boost_clock_mhz"]
    paired = (
        (base["manufacturer"] == "AMD")
        & (base["year"] >= PAIRED_ISSUE_SINCE)
        & np.isclose(base["fp32_gflops"] / lanes, 2, rtol=0.01)
    )
    frame = base.assign(fp32_gflops=base["fp32_gflops"].where(~paired, base["fp32_gflops"] / 2))
    return trends.with_measures(frame, "boost_clock_mhz")


def _vector_rate_as_published(base):
    """The MI300 series with the FP32 rate of the list instead of its maker's."""
    rate = base["fp32_gflops"].where(
        base["chip"] != VECTOR_RATE_CHIP, base["fp32_gflops_published"]
    )
    return trends.with_measures(base.assign(fp32_gflops=rate), "boost_clock_mhz")


def _chips(chips):
    frame = chips[chips["exclusion"].isna()].assign(segment="consumer")
    return trends.with_measures(frame, "base_clock_mhz")


def _frontier(frontier):
    """The best product of each year; only the year is known, so the middle of it is taken."""
    frame = frontier.assign(
        id=frontier["product"],
        segment="consumer",
        release_date=pd.to_datetime(frontier["year"].astype(str) + "-07-01"),
    )
    return trends.with_measures(frame, "clock_mhz")


def table(specifications, chips, frontier, *, seed, replicates, claim_low, claim_high):
    """Doubling times and density share under every choice.

    Parameters
    ----------
    specifications, chips, frontier : DataFrame
        As in `variants`.
    seed, replicates : int
        Of the bootstrap.
    claim_low, claim_high : float
        The stated doubling time of performance per watt. [year]

    Returns
    -------
    DataFrame
        Table ``gpu_growth_sensitivity``.
    """
    rows = []
    for name, (meaning, frame, block) in variants(specifications, chips, frontier).items():
        for since in trends.SINCE_YEARS:
            part = trends.in_segment(frame, "all", since)
            for basis in trends.BASES:
                if name == "chip_frontier_2024" and basis == "products":
                    continue
                row = _row(part, basis, seed, replicates, block, (name, since, basis))
                rows.append([name, meaning, basis, since, *row])
    columns = ["variant", "meaning", "basis", "since_year"]
    for quantity in ("fp32_doubling_years", "density_share", "gflops_per_watt_doubling_years"):
        columns += [quantity, f"{quantity}_low", f"{quantity}_high"]
    columns += ["products_fp32", "products_factors", "products_watt"]
    out = pd.DataFrame(rows, columns=columns)
    time = out["gflops_per_watt_doubling_years"]
    out["claim"] = np.select(
        [time < claim_low, time > claim_high], ["faster", "slower"], default="inside"
    )
    low = out["gflops_per_watt_doubling_years_low"]
    high = out["gflops_per_watt_doubling_years_high"].fillna(np.inf)
    out["claim_within_interval"] = (low <= claim_high) & (high >= claim_low)
    return out


def _row(part, basis, seed, replicates, block, label):
    values, counts = [], []
    for kind, (_, complete) in trends.measures(part).items():
        chosen = trends.on_basis(complete, basis)
        result = trends.fit(kind, chosen, seed=seed, replicates=replicates,
                            label=("all", label[1], kind, basis), block_years=block)  # fmt: skip
        counts.append(len(chosen))
        if kind == "factors":
            share = result["draws"][1] / result["draws"][0]
            tails = [50 * (1 - trends.LEVEL), 50 * (1 + trends.LEVEL)]
            point = result["slope"][1] / result["slope"][0]
            values += [float(point), *map(float, np.nanpercentile(share, tails))]
        else:
            values += [
                float(growth.doubling_time(v))
                for v in (result["slope"][0], result["bootstrap"][1, 0], result["bootstrap"][0, 0])
            ]
    return values + counts
