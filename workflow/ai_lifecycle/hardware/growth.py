"""Growth of accelerators: an identity of four factors, shares of log growth, doubling times.

Peak FP32 throughput is written as transistor density x die area x clock x residual, where the
residual is what remains: floating-point operations per transistor and cycle. The identity holds
exactly, so logarithms of the factors add up to the logarithm of the throughput, and so do the
slopes of their trends.
"""

import numpy as np
from scipy import special

FACTORS = ("transistor_density", "die_area", "clock", "residual")


def _positive(**arrays):
    out = []
    for name, values in arrays.items():
        values = np.asarray(values, dtype=float)
        if np.any(~(values > 0)):
            raise ValueError(f"{name} must be positive and known")
        out.append(values)
    return out


def factors(fp32_gflops, transistors_million, die_area_mm2, clock_mhz):
    """The four factors whose product is the FP32 throughput.

    Parameters
    ----------
    fp32_gflops : array_like, shape (product,)
        Peak single-precision throughput, not tensor units. [GFLOP/s]
    transistors_million : array_like, shape (product,)
        Transistors on the dies that do the work. [1e6]
    die_area_mm2 : array_like, shape (product,)
        Area of the same dies. [mm2]
    clock_mhz : array_like, shape (product,)
        Clock of the dies. [MHz]

    Returns
    -------
    ndarray, shape (factor, product)
        In the order of `FACTORS`: density [1e6/mm2], area [mm2], clock [MHz], residual
        [FLOP per cycle and thousand transistors].

    Raises
    ------
    ValueError
        If any value is missing, zero or negative.

    Notes
    -----
    ``GFLOPS = (T/A) * A * f * GFLOPS/(T*f)``. With T in millions and f in MHz the residual counts
    operations per cycle and per thousand transistors.

    Examples
    --------
    >>> factors(200.0, 100.0, 50.0, 1000.0)[:, None].ravel().tolist()
    [2.0, 50.0, 1000.0, 0.002]
    """
    gflops, transistors, area, clock = _positive(
        fp32_gflops=fp32_gflops,
        transistors_million=transistors_million,
        die_area_mm2=die_area_mm2,
        clock_mhz=clock_mhz,
    )
    return np.stack([transistors / area, area, clock, gflops / (transistors * clock)])


def log_shares(first, last):
    """Share of each factor in the logarithm of total growth. [1]

    Parameters
    ----------
    first, last : array_like, shape (factor, ...)
        Factors at the two ends, in the same units. [any]

    Returns
    -------
    ndarray, shape (factor, ...)
        ``log(last/first) / log(prod(last)/prod(first))``; sums to one over factors.

    Raises
    ------
    ValueError
        If any factor is not positive, or the product did not change.
    """
    first, last = _positive(first=first, last=last)
    growth = np.log2(last / first)
    total = growth.sum(axis=0)
    if np.any(total == 0):
        raise ValueError("first and last have the same product: shares are undefined")
    return growth / total


def best_of_each_group(group, value, tie):
    """Positions of the largest value of each group.

    Parameters
    ----------
    group : array_like of int, shape (product,)
        Release year. [year]
    value : array_like, shape (product,)
        What is compared. [any]
    tie : array_like, shape (product,)
        Decides between equal values: the smallest wins, whatever the order of the rows.

    Returns
    -------
    ndarray of int, shape (group,)
        One position per group present, groups ascending.
    """
    group, value, tie = np.asarray(group), np.asarray(value, dtype=float), np.asarray(tie)
    order = np.lexsort((np.unique(tie, return_inverse=True)[1], -value, group))
    first = np.r_[True, group[order][1:] != group[order][:-1]] if len(order) else order
    return order[first]


def record_setters(date_years, value, tie):
    """Positions of products that beat everything released before them.

    Parameters
    ----------
    date_years : array_like, shape (product,)
        Release date. [year]
    value, tie : array_like, shape (product,)
        As in `best_of_each_group`.

    Returns
    -------
    ndarray of int
        Positions in order of release.
    """
    date, value, tie = (np.asarray(a) for a in (date_years, value, tie))
    order = np.lexsort((np.unique(tie, return_inverse=True)[1], -value.astype(float), date))
    best = np.maximum.accumulate(value[order])
    return order[np.r_[True, best[1:] > best[:-1]]]


def trend(date_years, log2_value):
    """Least-squares line of a base-2 logarithm on the date.

    Parameters
    ----------
    date_years : array_like, shape (product,)
        Release date as a decimal year. [year]
    log2_value : array_like, shape (..., product)
        Base-2 logarithms. [1]

    Returns
    -------
    slope, standard_error, r_squared : ndarray, shape (...)
        Doublings per year [1/year], its classical standard error [1/year], and the share of
        variance explained [1].

    Raises
    ------
    ValueError
        With fewer than three products, or no spread of dates.
    """
    date = np.asarray(date_years, dtype=float)
    log2_value = np.asarray(log2_value, dtype=float)
    if date.size < 3 or np.ptp(date) == 0:
        raise ValueError("date_years needs three products with different dates")
    x = date - date.mean()
    y = log2_value - log2_value.mean(axis=-1, keepdims=True)
    slope = (x * y).sum(axis=-1) / (x * x).sum()
    residual = y - slope[..., None] * x
    variance = (residual**2).sum(axis=-1) / (date.size - 2)
    total = (y * y).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        r_squared = 1 - (residual**2).sum(axis=-1) / total
    return slope, np.sqrt(variance / (x * x).sum()), r_squared


def classical_interval(slope, standard_error, n_products, level):
    """Interval of a slope if residuals were independent and normal. [1/year]

    Parameters
    ----------
    slope, standard_error : array_like
        From `trend`. [1/year]
    n_products : int
        Products in the fit. [1]
    level : float
        Coverage, such as 0.95. [1]

    Returns
    -------
    low, high : ndarray
    """
    reach = special.stdtrit(n_products - 2, 0.5 + level / 2) * np.asarray(standard_error)
    return slope - reach, slope + reach


def year_block_draws(n_years, block_years, replicates, generator):
    """How often each year stands in each circular block-bootstrap sample.

    Parameters
    ----------
    n_years : int
        Consecutive years. [1]
    block_years : int
        Length of a block of consecutive years drawn together. [year]
    replicates : int
        Samples. [1]
    generator : numpy.random.Generator

    Returns
    -------
    ndarray of float, shape (replicate, year)
        Each row sums to `n_years`.

    Raises
    ------
    ValueError
        If a block is longer than the series or shorter than a year.
    """
    if not 1 <= block_years <= n_years:
        raise ValueError("block_years must lie between one and n_years")
    n_blocks = -(-n_years // block_years)
    starts = generator.integers(0, n_years, size=(replicates, n_blocks))
    years = (starts[..., None] + np.arange(block_years)) % n_years
    years = years.reshape(replicates, -1)[:, :n_years]
    draws = np.zeros((replicates, n_years))
    np.add.at(draws, (np.arange(replicates)[:, None], years), 1.0)
    return draws


def bootstrap_slopes(date_years, log2_value, year_position, draws):
    """Slopes of the trend in samples of whole blocks of years.

    Products of a year share chips, processes and makers, and neighbouring years are alike; so
    whole runs of years are drawn, with all their products.

    Parameters
    ----------
    date_years : array_like, shape (product,)
        Release date. [year]
    log2_value : array_like, shape (series, product)
        Base-2 logarithms. [1]
    year_position : array_like of int, shape (product,)
        Position of each product's year in `draws`. [1]
    draws : ndarray, shape (replicate, year)
        From `year_block_draws`. [1]

    Returns
    -------
    ndarray, shape (series, replicate)
        Slopes; NaN for a sample with a single date. [1/year]
    """
    date = np.asarray(date_years, dtype=float)
    x = date - date.mean()
    y = np.atleast_2d(np.asarray(log2_value, dtype=float))
    n_years = draws.shape[1]

    def per_year(values):
        return np.bincount(year_position, weights=values, minlength=n_years)

    n, sx, sxx = (np.einsum("ry,y->r", draws, per_year(v)) for v in (np.ones_like(x), x, x * x))
    spread = sxx - sx**2 / np.where(n > 0, n, 1)
    slopes = np.full((len(y), len(draws)), np.nan)
    usable = spread > 1e-9
    for row, series in enumerate(y):
        sy = np.einsum("ry,y->r", draws, per_year(series))
        sxy = np.einsum("ry,y->r", draws, per_year(x * series))
        slopes[row, usable] = ((sxy - sx * sy / np.where(n > 0, n, 1))[usable]) / spread[usable]
    return slopes


def doubling_time(slope):
    """Time in which the trend doubles; NaN where it does not grow. [year]

    Parameters
    ----------
    slope : array_like
        Doublings per year. [1/year]

    Examples
    --------
    >>> float(doubling_time(0.5))
    2.0
    """
    slope = np.asarray(slope, dtype=float)
    return np.divide(1.0, slope, out=np.full(slope.shape, np.nan), where=slope > 0)
