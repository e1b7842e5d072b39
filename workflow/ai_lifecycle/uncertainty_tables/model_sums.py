"""Sums over models of what making them emitted, draw by draw, whatever their order."""

import math

import numpy as np
import pandas as pd

from ai_lifecycle.uncertainty import sampling, summaries

EVERY_YEAR = "all years"
SHARED, INDEPENDENT = "shared draws", "as if independent"
STATISTICS = ("mean", "p05", "p50", "p95")
COLUMNS = ("publication_year", "draws", "models", *(f"{name}_tco2e" for name in STATISTICS),
           "width_90_factor")  # fmt: skip
# Whole numbers of this add up to the same in any order and any blocks; a fraction of a milligram.
GRAIN_TCO2E = 2.0**-32
MOST_TCO2E = 2.0**62 * GRAIN_TCO2E


class Sums:
    """Sums of some models by year of publication.

    Parameters
    ----------
    years : dict of str to int or None
        Year of each model that counts, from `ledger_models.years_of`; None counts in the sum of
        all years alone.
    seed : int
    """

    def __init__(self, years, seed):
        self.years, self.seed = years, seed
        # By year and how the draws are taken: models, and the sum in grains. [GRAIN_TCO2E]
        self.found = {}

    def add(self, model_id, draws):
        """One more model. Shuffled in an order of its own it is independent of all others."""
        if model_id not in self.years:
            return
        words = sampling.key_words(self.seed, "order of independent sums", model_id)
        order = np.random.Generator(np.random.Philox(key=words[:2])).permutation(len(draws))
        grains = np.rint(draws / GRAIN_TCO2E).astype(np.int64)
        for year in years_counted(self.years[model_id]):
            for how, array in ((SHARED, grains), (INDEPENDENT, grains[order])):
                self._put(year, how, 1, array)

    def join(self, found):
        """Sums of other models, as in `found`."""
        for (year, how), (count, grains) in found.items():
            self._put(year, how, count, grains)

    def _put(self, year, how, count, grains):
        known = self.found.setdefault((year, how), [0, np.zeros(len(grains), np.int64)])
        known[0] += int(count)
        known[1] += grains
        if not 0 <= known[1].min() <= known[1].max() < MOST_TCO2E / GRAIN_TCO2E:
            raise ValueError("draws must be no less than zero and their sum not beyond its grains")

    def table(self, means):
        """As declared for ``ledger_sums``.

        Parameters
        ----------
        means : dict of str to float
            Mean of each model that was added; others may stand there. [t CO2e]
        """
        rows = []
        for (year, how), (count, grains) in self.found.items():
            marks = summaries.exact(grains * GRAIN_TCO2E)
            # The rounded sum of all does not depend on their order.
            marks[0] = math.fsum(
                mean
                for name, mean in means.items()
                if name in self.years and year in years_counted(self.years[name])
            )
            rows.append({
                "publication_year": year, "draws": how, "models": count,
                **dict(zip(COLUMNS[3:-1], marks, strict=True)),
                "width_90_factor": marks[3] / marks[1],
            })  # fmt: skip
        frame = pd.DataFrame(rows, columns=COLUMNS)
        return frame.sort_values(["publication_year", "draws"], kind="stable").reset_index(
            drop=True
        )


def years_counted(year):
    """Sums that a model of a year, or of none, stands in."""
    return (EVERY_YEAR,) if year is None else (str(year), EVERY_YEAR)
