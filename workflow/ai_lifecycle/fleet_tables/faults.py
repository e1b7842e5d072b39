"""Faults of the chip counts: found by rules and counted, nothing removed."""

import numpy as np
import pandas as pd

from ai_lifecycle.fleet_cleaning.chip_counts import ALL_OWNERS

COLUMNS = ["dataset", "subject", "fault", "where", "hours_or_rows", "treatment", "effect",
           "source"]  # fmt: skip
DATASET = "Epoch AI chip counts"
SOURCE = "epoch_chip_counts, the rows themselves"
SERIES = ["manufacturer", "owner", "accelerator_type"]
PLACE = ["manufacturer", "accelerator_type", "quarter_start"]
QUANTILES = ["units_p05", "units_median", "units_p95"]
# Counts are whole; a total of power over a count may miss the rated power by one unit's worth.
SLACK_UNITS = 1.0
# How well the median over rounded counts tells the factor of a type.
FACTOR_TOLERANCE = 1e-4


def quality(counts, used, names, last_quarter):
    """Rows of table ``fleet_data_quality``.

    Parameters
    ----------
    counts, used : DataFrame
        Tables ``accelerator_counts`` and ``fleet_accelerators_used``.
    names : DataFrame
        Facts ``fleet_accelerators``.
    last_quarter : Timestamp
        Last quarter that all makers hold whole.

    Returns
    -------
    DataFrame
        Faults found; checks that found none say so.
    """
    rows = [
        *_order(counts),
        *_owners(counts, last_quarter),
        *_power(counts, used),
        *_scope(counts, last_quarter),
        *_names(counts, names),
    ]
    return pd.DataFrame([[DATASET, *row, SOURCE] for row in rows], columns=COLUMNS)


def falls(counts):
    """Rows with a smaller count than a quarter before, in any quantile."""
    return (_steps(counts) < 0).any(axis=1)


def steps_out_of_order(counts):
    """Rows whose rise over a quarter is not ordered as its quantiles are."""
    step = _steps(counts).fillna(0.0)
    return (step["units_p05"] > step["units_median"]) | (step["units_median"] > step["units_p95"])


def quantiles_out_of_order(counts):
    """Rows whose 5th percentile, median and 95th percentile are not in order."""
    return (counts["units_p05"] > counts["units_median"]) | (
        counts["units_median"] > counts["units_p95"]
    )


def quarters_left_out(counts):
    """Quarters missing inside a series, or between its end and its maker's last quarter."""
    quarter = counts["quarter_start"].dt.to_period("Q").map(lambda q: q.ordinal)
    held = quarter.groupby([counts[name] for name in SERIES]).agg(["min", "count"])
    last = quarter.groupby(counts["manufacturer"]).max()
    expected = last.loc[held.index.get_level_values(0)].to_numpy() - held["min"] + 1
    return int((expected - held["count"]).sum())


def owners_above_maker(counts):
    """Rows of owners that exceed the maker's total in some quantile."""
    owned, total = _split(counts)
    both = owned.join(total.add_suffix("_maker"), on=PLACE)
    return pd.concat([both[q] > both[f"{q}_maker"] for q in QUANTILES], axis=1).any(axis=1)


def power_inconsistent(counts):
    """Owners' rows whose total rated power misses units times rated power by over a unit."""
    gap = counts["total_rated_power_w"] - counts["units_median"] * counts["rated_power_w"]
    return gap.abs() > SLACK_UNITS * counts["rated_power_w"]


def equivalents_inconsistent(counts):
    """Rows whose H100 equivalents miss units times one factor a type, rounding apart."""
    factor = counts["h100_equivalents_median"] / counts["units_median"]
    kind = [counts["manufacturer"], counts["accelerator_type"]]
    one = factor.groupby(kind).transform("median")
    gap = counts["h100_equivalents_median"] - one * counts["units_median"]
    slack = SLACK_UNITS * np.maximum(one, 1.0)
    return gap.abs() > slack + FACTOR_TOLERANCE * counts["h100_equivalents_median"]


def _steps(counts):
    ordered = counts.sort_values([*SERIES, "quarter_start"], kind="stable")
    return ordered.groupby(SERIES)[QUANTILES].diff().reindex(counts.index)


def _split(counts):
    owned = counts[counts["owner"] != ALL_OWNERS]
    total = counts[counts["owner"] == ALL_OWNERS].set_index(PLACE)[QUANTILES]
    return owned, total


def _order(counts):
    disordered = steps_out_of_order(counts)
    still = (_steps(counts) == 0).all(axis=1)
    return [
        ["all", "no fault: cumulative counts never fall", "units", int((~falls(counts)).sum()),
         "none", "none"],
        ["all", "no fault: 5th percentile, median and 95th percentile are in order", "units",
         int((~quantiles_out_of_order(counts)).sum()), "none", "none"],
        ["all", f"no fault: quarters left out inside a series: {quarters_left_out(counts)}",
         "quarter_start", len(counts), "none", "none"],
        ["all", "quarterly_quantiles: the rise of a quantile over a quarter is no quantile of the "
         "quarter's sales; here the rises are out of order", "units", int(disordered.sum()),
         "ranges are of cumulative counts only; none is given for a quarter's additions",
         "a low path may add more in a quarter than the high one"],
        ["types no longer sold", "never_retired: cumulative counts stand still and never shrink",
         "units", int(still.sum()), "units leave by a curve of survival",
         "without one the installed base is everything ever sold"],
    ]  # fmt: skip


def _owners(counts, last_quarter):
    above = owners_above_maker(counts)
    owned, total = _split(counts)
    named = owned.groupby(PLACE)["units_median"].sum()
    end = named[named.index.get_level_values("quarter_start") == last_quarter]
    makers = total.loc[end.index, "units_median"]
    share = (end.groupby("manufacturer").sum() / makers.groupby("manufacturer").sum()).round(3)
    words = ", ".join(f"{name} {100 * value:.1f} %" for name, value in share.items())
    worst = (end / makers).max()
    return [
        ["Amazon", "owner_above_maker: counts of the one owner exceed the maker's total in some "
         "quantile", "units", int(above.sum()),
         "kept: two runs of one simulation; totals are the maker's, the owner's own rows stand",
         f"at most {100 * (worst - 1):.1f} % of a median in the last quarter"],
        ["all owners", "owners_below_maker: medians of owners do not add up to the maker's total",
         "units", len(end), "a remainder without range: others and not attributed",
         f"named by owner at the end: {words}"],
    ]  # fmt: skip


def _power(counts, used):
    wrong = power_inconsistent(counts)
    owned = counts["owner"] != ALL_OWNERS
    both = used[used["rated_power_elsewhere_w"].notna()]
    unequal = both[both["rated_power_w"] != both["rated_power_elsewhere_w"]]
    words = ", ".join(
        f"{r.accelerator_type} {r.rated_power_w:g} here, {r.rated_power_elsewhere_w:g} there"
        for r in unequal.itertuples(index=False)
    )
    lacking = used[used["rated_power_elsewhere_w"].isna()]["accelerator_type"]
    return [
        ["owners", "no fault: total rated power is units times one rating a type, to within the "
         "rounding of a unit", "total_rated_power_w", int((owned & ~wrong).sum()), "none", "none"],
        ["all", "no fault: H100 equivalents are units times one factor a type, rounding "
         "apart", "h100_equivalents_median",
         int((~equivalents_inconsistent(counts)).sum()), "none", "none"],
        ["types", "rated_power_differs: another rated power than hardware_accelerators",
         "rated_power_w", len(unequal), "that of the counts is used throughout", words],
        ["types", "rated_power_unchecked: hardware_accelerators holds none", "rated_power_w",
         len(lacking), "that of the counts is used", ", ".join(lacking)],
        ["makers' totals", "no_power: rated power stands in the owners' files only",
         "total_rated_power_w", int((counts["owner"] == ALL_OWNERS).sum()),
         "units times rated power of the type", "none"],
    ]  # fmt: skip


def _scope(counts, last_quarter):
    first = counts.groupby("manufacturer")["counted_from"].min()
    late = counts["counted_from"] > first.min()
    words = ", ".join(f"{name} {day.year}" for name, day in first.items())
    beyond = counts["quarter_start"] > last_quarter
    short = counts.groupby("manufacturer")["quarter_start"].max()
    ended = ", ".join(sorted(short.index[short < short.max()]))
    return [
        ["makers", "counted_from: counts begin in different years, and at zero", "counted_from",
         int(late.sum()), "kept as published",
         f"units sold before are in no number; from: {words}"],
        ["makers", "incomplete: quarter marked as resting on part of a fiscal quarter",
         "incomplete", int(counts["incomplete"].sum()), "in this table, in no sum",
         "series end a quarter earlier"],
        [ended, "ends_early: no row for the last quarter of the others", "quarter_start",
         int(beyond.sum()), f"all series end with the quarter of {last_quarter.date()}",
         "rows after that quarter are in no sum"],
    ]  # fmt: skip


def _names(counts, names):
    twofold = names.groupby(["manufacturer", "accelerator_type"])["published_type"].nunique()
    pairs = twofold.index[twofold > 1]
    found = pd.MultiIndex.from_frame(counts[["manufacturer", "accelerator_type"]]).isin(pairs)
    return [
        [", ".join(kind for _, kind in pairs), "two_names: one type is named differently in the "
         "maker's and the owners' file", "published_type", int(np.sum(found)), "one name",
         "H200 is in both; the split is not published"],
    ]  # fmt: skip
