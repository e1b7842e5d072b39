"""End of life by two methods, kept apart: pure kernels."""

import numpy as np

from ai_lifecycle.bounds import non_negative, positive, zero_to_one


def treatment_kgco2e(
    mass_kg, haul_km, haul_kgco2e_per_kg_km, treatment_kgco2e_per_kg, collected_share=1.0
):
    """Burden of collection, haul and treatment: end of life under the cut-off. [kg CO2e]

    Parameters
    ----------
    mass_kg : array_like, shape (...,)
        Mass of the product. [kg]
    haul_km : array_like, shape (...,)
        Distance to treatment. [km]
    haul_kgco2e_per_kg_km : array_like, shape (...,)
        Carbon of the haul. [kg CO2e/(kg km)]
    treatment_kgco2e_per_kg : array_like, shape (...,)
        Carbon of sorting, recycling up to the point of substitution, and landfill.
        [kg CO2e/kg]
    collected_share : array_like, shape (...,), default 1
        Share of the mass that is collected; the rest is outside the account. [1]

    Returns
    -------
    ndarray, shape (haul and treatment, ...)
        Haul and treatment. [kg CO2e]

    Raises
    ------
    ValueError
        If an argument is negative, or the share exceeds one.

    Notes
    -----
    Cut-off: what recycled material spares belongs to whoever uses it, so nothing is subtracted.

    Examples
    --------
    >>> treatment_kgco2e(24.0, 1000.0, 5.04e-5, 1.5062).round(2).tolist()
    [1.21, 36.15]
    """
    collected = non_negative("mass_kg", mass_kg) * zero_to_one("collected_share", collected_share)
    haul = (
        collected
        * non_negative("haul_km", haul_km)
        * non_negative("haul_kgco2e_per_kg_km", haul_kgco2e_per_kg_km)
    )
    treated = collected * non_negative("treatment_kgco2e_per_kg", treatment_kgco2e_per_kg)
    return np.stack(np.broadcast_arrays(haul, treated))


def avoided_burden_kgco2e(embodied_kgco2e, credit_share):
    """Credit for material that recycling spares elsewhere, as a number of its own. [kg CO2e]

    Parameters
    ----------
    embodied_kgco2e : array_like, shape (...,)
        Embodied carbon of the product. [kg CO2e]
    credit_share : array_like, shape (...,)
        Share of it that recovered material replaces. [1]

    Returns
    -------
    ndarray, shape (...,)
        Credit, zero or above; it is shown beside a footprint and never subtracted from it.
        [kg CO2e]

    Raises
    ------
    ValueError
        If an argument is out of bounds.
    """
    return non_negative("embodied_kgco2e", embodied_kgco2e) * zero_to_one(
        "credit_share", credit_share
    )


def yearly_embodied_kgco2e(
    embodied_kgco2e, first_life_years, extension_years=0.0, second_life_credit_kgco2e=0.0
):
    """Embodied carbon per year of service, with a longer life or a credit, not both. [kg CO2e/year]

    Parameters
    ----------
    embodied_kgco2e : array_like, shape (...,)
        Embodied carbon. [kg CO2e]
    first_life_years : array_like, shape (...,)
        Life as planned, above zero. [years]
    extension_years : array_like, shape (...,), default 0
        Years added by reuse, by the same or another owner. [years]
    second_life_credit_kgco2e : array_like, shape (...,), default 0
        Credit claimed for handing the asset on. [kg CO2e]

    Returns
    -------
    ndarray, shape (...,)
        Carbon per year. [kg CO2e/year]

    Raises
    ------
    ValueError
        If an argument is out of bounds; if both an extension and a credit are claimed, which
        counts one reuse twice; if the credit exceeds the asset.
    """
    embodied = non_negative("embodied_kgco2e", embodied_kgco2e)
    first = positive("first_life_years", first_life_years)
    extension = non_negative("extension_years", extension_years)
    credit = non_negative("second_life_credit_kgco2e", second_life_credit_kgco2e)
    if np.any((extension > 0) & (credit > 0)):
        raise ValueError("second_life_credit_kgco2e: a longer life or a credit, not both")
    if np.any(credit > embodied):
        raise ValueError("second_life_credit_kgco2e must not exceed embodied_kgco2e")
    return (embodied - credit) / (first + extension)
