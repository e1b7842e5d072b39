"""Fits in logarithms: parameters by least squares, bootstrap, leave-one-group-out."""

import numpy as np
from scipy import optimize

from ai_lifecycle.bounds import positive_or_missing
from ai_lifecycle.inference.token_energy import energy_per_token_j

# A bootstrap sample may lack a group altogether; then no coefficient can be fitted to it.
DRAWS_PER_REPLICATE = 1000
LARGE_ERROR_QUANTILE = 0.9
CONVERGED = 1e-12
MOST_EVALUATIONS = 5000
# The search for the routing factor begins no nearer to one: there its softplus is flat.
LEAST_LOG_ROUTING = 0.1


def token_parameters(log_parameters, group, routed):
    """Coefficients of each row. Parameters in order: memory, routing, compute by group.

    Parameters
    ----------
    log_parameters : ndarray, shape (2 + groups,)
        Logarithms of memory energy [J/GB], routing factor [1], compute energy
        [J/(1e9 parameters)] by group.
    group : ndarray of int, shape (row,)
        GPU and precision of each row.
    routed : ndarray of bool, shape (row,)
        Whether a row is a mixture of experts.

    Returns
    -------
    tuple of ndarray, shape (row,)
        compute, memory and routing factor.
    """
    values = np.exp(log_parameters)
    memory = np.full(len(group), values[0])
    factor = np.where(routed, values[1], 1.0)
    return values[2:][group], memory, factor


def fit_tokens(energy_j, active_gparam, weights_gb, batch, cache, group, routed, groups, start):
    """Logarithms of the parameters that leave the least squared log-residuals.

    Parameters
    ----------
    energy_j : ndarray, shape (row,)
        Measured energy per token. [J]
    active_gparam, weights_gb, batch, cache : ndarray, shape (row,)
        As `energy_per_token_j`.
    group, routed : ndarray, shape (row,)
        As `token_parameters`.
    groups : int
        How many coefficients of compute there are.
    start : ndarray, shape (2 + groups,)
        Where to begin. A group without rows stays there.

    Returns
    -------
    ndarray, shape (2 + groups,)

    Raises
    ------
    ValueError
        If an energy is not above zero, or the search does not converge.

    Notes
    -----
    MINPACK's Levenberg-Marquardt, which uses no BLAS. The logarithm of the routing factor is
    searched through a softplus, which keeps the factor above one.
    """
    target = np.log(positive_or_missing("energy_j", energy_j))
    fixed = (active_gparam, weights_gb, batch, cache)

    def residuals(inner):
        return predicted_log(_outer(inner), *fixed, group, routed) - target

    free = np.r_[[True, bool(np.any(routed))], np.isin(np.arange(groups), group)]
    begin = _inner(start)

    def reduced(part):
        inner = begin.copy()
        inner[free] = part
        return residuals(inner)

    found = optimize.least_squares(reduced, begin[free], method="lm", xtol=CONVERGED,
                                   ftol=CONVERGED, gtol=CONVERGED,
                                   max_nfev=MOST_EVALUATIONS)  # fmt: skip
    if not found.success:
        raise ValueError(f"energy_j: fit did not converge ({found.message})")
    inner = begin.copy()
    inner[free] = found.x
    return _outer(inner)


def _inner(outer):
    inner = np.array(outer, dtype=float)
    inner[1] = np.log(np.expm1(max(inner[1], LEAST_LOG_ROUTING)))
    return inner


def _outer(inner):
    outer = np.array(inner, dtype=float)
    outer[1] = np.log1p(np.exp(inner[1]))
    return outer


def predicted_log(log_parameters, active_gparam, weights_gb, batch, cache, group, routed):
    """Logarithm of the energy per token that parameters predict. [ln J]

    Parameters
    ----------
    log_parameters : ndarray
        Logarithms of the parameters of the fit.
    active_gparam, weights_gb, batch, cache : array_like, shape (row,)
        Active parameters [1e9], weights read [GB], requests at once [1], cache read [GB].
    group, routed : array_like, shape (row,)
        Group of hardware and precision; whether experts are routed.
    """
    compute, memory, factor = token_parameters(log_parameters, group, routed)
    return np.log(
        energy_per_token_j(active_gparam, weights_gb, batch, cache, compute, memory, factor)
    )


def fit_linear(target, columns):
    """Coefficients of a linear form by least squares, without BLAS.

    Parameters
    ----------
    target : ndarray, shape (row,)
    columns : ndarray, shape (row, coefficient)

    Returns
    -------
    ndarray, shape (coefficient,)

    Raises
    ------
    ValueError
        If the columns do not determine the coefficients.

    Notes
    -----
    Gram-Schmidt on the columns: a few columns, sums only.
    """
    basis, upper = [], np.eye(columns.shape[1])
    for j in range(columns.shape[1]):
        rest = columns[:, j].astype(float)
        size = np.sqrt((rest**2).sum())
        for _ in range(2):
            for i, direction in enumerate(basis):
                along = (direction * rest).sum() / (direction**2).sum()
                upper[i, j] += along
                rest = rest - along * direction
        if not np.sqrt((rest**2).sum()) > 1e-9 * size:
            raise ValueError("columns do not determine the coefficients")
        basis.append(rest)
    solution = np.array([(b * target).sum() / (b**2).sum() for b in basis])
    for j in reversed(range(len(solution))):
        solution[j] -= (upper[j, j + 1 :] * solution[j + 1 :]).sum()
    return solution


def errors(predicted, observed):
    """How far predictions are off, row by row summed up.

    Parameters
    ----------
    predicted, observed : ndarray, shape (row,)
        Both above zero, same unit.

    Returns
    -------
    dict
        rows; r2_log [1]; median and 90th percentile of the absolute relative error [1];
        within_factor_two [1]; median_ratio of predicted to observed [1]; sigma_log [1], the root
        mean square of the log-residuals.
    """
    ratio = positive_or_missing("predicted", predicted) / positive_or_missing("observed", observed)
    log = np.log(ratio)
    spread = np.log(observed) - np.log(observed).mean()
    total = (spread**2).sum()
    return {
        "rows": len(ratio),
        "r2_log": float(1 - (log**2).sum() / total) if total > 0 else np.nan,
        "median_error": float(np.median(np.abs(ratio - 1))),
        "p90_error": float(np.quantile(np.abs(ratio - 1), LARGE_ERROR_QUANTILE)),
        "within_factor_two": float((np.abs(log) <= np.log(2)).mean()),
        "median_ratio": float(np.median(ratio)),
        "sigma_log": float(np.sqrt((log**2).mean())),
    }


def left_out(fit, predict, groups, rows):
    """Predictions of each group by the fit to all others.

    Parameters
    ----------
    fit : callable
        Boolean rows to parameters.
    predict : callable
        Parameters and boolean rows to predictions of those rows.
    groups : ndarray, shape (row,)
        What is left out together.
    rows : int

    Returns
    -------
    ndarray, shape (row,)
    """
    prediction = np.full(rows, np.nan)
    for name in sorted(set(groups)):
        out = np.asarray(groups == name)
        prediction[out] = predict(fit(~out), out)
    return prediction


def bootstrap(fit, clusters, *, replicates, seed, determined):
    """Parameters refitted to clusters drawn with replacement.

    Parameters
    ----------
    fit : callable
        Row numbers (with repeats) to parameters.
    clusters : ndarray, shape (row,)
        What is drawn together: configurations of one model are not independent.
    replicates, seed : int
        Philox generator.
    determined : callable
        Row numbers to whether they determine all parameters; draws that do not are drawn again.

    Returns
    -------
    ndarray, shape (replicate, parameter)

    Raises
    ------
    ValueError
        If no draw determines the parameters.
    """
    generator = np.random.Generator(np.random.Philox(seed))
    names = sorted(set(clusters))
    members = [np.flatnonzero(clusters == name) for name in names]
    drawn = []
    for _ in range(replicates):
        for _ in range(DRAWS_PER_REPLICATE):
            chosen = generator.integers(0, len(names), len(names))
            rows = np.concatenate([members[i] for i in chosen])
            if determined(rows):
                break
        else:
            raise ValueError("clusters: no draw determines all parameters")
        drawn.append(fit(rows))
    return np.array(drawn)
