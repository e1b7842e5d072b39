"""Emission factors of one authority's fuels, chosen from the table of facts."""

import numpy as np

from ai_lifecycle.errors import DataError
from ai_lifecycle.grid import FOSSIL, FUELS

CONVENTIONS = ("direct", "life_cycle", "ipcc_median")


class Factors:
    """Factors from the table ``grid_emission_factors``.

    Parameters
    ----------
    facts : DataFrame
        The table of facts.
    year : int
        Year of the generation data; factors of authorities and fleet must be of that year.

    Raises
    ------
    DataError
        When a factor stands twice.
    """

    def __init__(self, facts, year):
        self.year = year
        self._known = {}
        for position, row in enumerate(facts.itertuples(index=False), start=2):
            key = (row.scope, row.fuel, row.quantity, int(row.year))
            if key in self._known:
                raise DataError(
                    "factor stands twice",
                    file="data/facts/grid_emission_factors.csv",
                    row=position,
                    found=" ".join(map(str, key)),
                )
            self._known[key] = (row.value, row.basis)

    def one(self, scope, fuel, quantity):
        """Value [g/kWh] and basis of one factor; of the data's year, or of any year if generic."""
        found = self._find(scope, fuel, quantity)
        if found is None:
            raise DataError(
                "no such emission factor",
                file="data/facts/grid_emission_factors.csv",
                found=f"{scope} {fuel} {quantity}",
                allowed={" ".join(map(str, key[:3])) for key in self._known},
            )
        return found

    def _find(self, scope, fuel, quantity):
        years = [k[3] for k in self._known if k[:3] == (scope, fuel, quantity)]
        if scope not in ("generic", "Europe") and fuel != "solar":
            years = [y for y in years if y == self.year]
        return self._known[(scope, fuel, quantity, max(years))] if years else None

    def direct(self, authority, fuel):
        """Direct factor of a fuel in an authority, the US fleet's where the authority has none.

        Returns
        -------
        value : float
            [g/kWh]
        basis : str
            ``CO2e``, or ``CO2`` for the fleet's.
        """
        if fuel not in FOSSIL:
            return self.one("generic", fuel, "direct")
        return self._find(authority, fuel, "direct") or self.one("US", fuel, "direct")

    def of(self, authority, convention):
        """Factors of all `FUELS` in an authority.

        Parameters
        ----------
        authority : str
        convention : str
            ``direct``; ``life_cycle``: direct plus upstream for fossil fuels, medians for the
            rest; ``ipcc_median``: medians for all.

        Returns
        -------
        ndarray, shape (fuel,)
            [g/kWh]

        Raises
        ------
        ValueError
            If `convention` is unknown.
        """
        if convention not in CONVENTIONS:
            raise ValueError(f"convention: {convention!r} is not one of {CONVENTIONS}")
        return np.array([self._one_fuel(authority, fuel, convention) for fuel in FUELS])

    def _one_fuel(self, authority, fuel, convention):
        if convention == "direct":
            return self.direct(authority, fuel)[0]
        if convention == "ipcc_median" or fuel not in FOSSIL:
            return self.one("generic", fuel, "life_cycle_median")[0]
        return self.direct(authority, fuel)[0] + self.one("generic", fuel, "upstream")[0]

    def basis(self, authority):
        """``CO2e``, or ``mixed`` when any fossil factor of the authority is of CO2 alone."""
        kinds = {self.direct(authority, fuel)[1] for fuel in FOSSIL}
        return "CO2e" if kinds == {"CO2e"} else "mixed"
