"""Priors and predictive distributions that have not seen the models they are left without."""

import numpy as np
import pandas as pd

from ai_lifecycle import constants
from ai_lifecycle.backtest import prediction
from ai_lifecycle.backtest_tables import observations
from ai_lifecycle.training import energy_evidence as kernel
from ai_lifecycle.training import operational
from ai_lifecycle.training_tables import energy_accounts, energy_priors, energy_pue, energy_routes
from ai_lifecycle.uncertainty import sampling

COMPUTE_AND_DATE, HARDWARE, HOURS, REGION = (
    "compute and date", "hardware and count", "hours", "region",
)  # fmt: skip
LEVELS = (COMPUTE_AND_DATE, HARDWARE, HOURS, REGION)
FACTORS = ("which", "utilisation", "power", "overhead", "pue", "work", "place", "convention")
ACCELERATOR, BACKTEST = "accelerator", "backtest"
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)


def points(seed, exponent):
    """Scrambled Sobol points of all factors, the same for every model.

    Parameters
    ----------
    seed : int
        Seed of the build.
    exponent : int
        Power of two of the number of points.

    Returns
    -------
    ndarray, shape (draw, factor)
    """
    drawn = sampling.sobol_uniforms(
        seed, FACTORS, [BACKTEST] * len(FACTORS), range(len(FACTORS)), BACKTEST, exponent
    )
    return drawn.T


class Method:
    """What the method says of a model when given models are not there.

    Parameters
    ----------
    models : DataFrame
        ``models``, indexed by model_id.
    rows : DataFrame
        From ``observations.evidence``, with ``group``.
    own : DataFrame
        From ``energy_accounts.own_accounts``.
    accelerators : DataFrame
        ``training_accelerators`` indexed by accelerator.
    pue : tuple
        From ``energy_pue.read``.
    path : path
        Table of constants.
    points : ndarray, shape (draw, factor)
        From `points`, columns as in `FACTORS`.
    """

    def __init__(self, models, rows, own, accelerators, pue, path, points):
        self.rows, self.path = rows, path
        self.points = dict(zip(FACTORS, points.T, strict=True))
        self.runs = energy_priors.independent_runs(models, accelerators)
        self.nodes = energy_priors.node_runs(own, models.reset_index(), accelerators)
        self.share = _ends(constants.known("training.accelerator_power_share", path, unit="1"))
        self.neighbours = int(constants.value("backtest.accelerator_neighbours", path, unit="1"))
        self.organisations, self._disclosers = models["organisation"], {}
        self._pue(own, pue)
        self._hardware(models, accelerators)
        self._priors, self._kept, self._by_date = {}, {}, {}
        self.date_of = rows["date_year"].to_dict()
        self.flop_of = rows["flop"].to_dict()
        placed = rows[rows["grid_kg_per_kwh"].notna()]
        ratio = placed["printed_kg_per_kwh"] / placed["grid_kg_per_kwh"]
        self.grids = list(zip(placed.index, placed["grid_kg_per_kwh"], ratio, strict=True))

    def _pue(self, own, pue):
        """Operator and year give the PUE, or the survey and others; never the model's own."""
        self.printed = own[own["pue"].notna()]
        blank = own.reindex(self.rows.index).assign(pue=np.nan)
        known = energy_pue.chosen(self.rows, blank, *pue, self.path)
        nobody = self.rows.assign(organisation=None, accelerator_family=None)
        date = energy_pue.chosen(nobody, blank, *pue, self.path)
        names = ["pue_low", "pue", "pue_high"]
        self.pue = {False: known[names].to_numpy(float), True: date[names].to_numpy(float)}
        self.unknown = {
            False: known["pue_origin"].eq("prior").to_numpy(),
            True: date["pue_origin"].eq("prior").to_numpy(),
        }
        self.place_of = {model_id: at for at, model_id in enumerate(self.rows.index)}

    def pue_of(self, model_id, by_date, without):
        """PUE of a model, the prior of the disclosers refitted without some models. [1]

        Parameters
        ----------
        model_id : str
        by_date : bool
            Whether only the year is known.
        without : frozenset of str

        Returns
        -------
        ndarray, shape (3,)
        """
        at = self.place_of[model_id]
        ends = self.pue[by_date][at]
        if not self.unknown[by_date][at]:
            return ends
        hidden = without & frozenset(self.printed.index)
        if hidden not in self._disclosers:
            others = self.printed[~self.printed.index.isin(list(hidden))]
            self._disclosers[hidden] = energy_pue.of_disclosers(
                others, self.organisations, self.path
            )
        return energy_pue.beside_disclosers(ends, self._disclosers[hidden])

    def _hardware(self, models, accelerators):
        """Peak, rated power and family of every model of the catalogue, by date."""
        empty = dict.fromkeys(("energy_mwh", "energy_low_mwh", "energy_high_mwh", "power_w",
                               "power_low_w", "power_high_w", "pue_own"), np.nan)  # fmt: skip
        flat = models.assign(**empty)
        self.families = sorted(set(accelerators["family"]))
        priors = self._table(self.families, self.runs, self.nodes)
        ones = pd.DataFrame(1.0, models.index, ["pue_low", "pue", "pue_high"])
        listed = energy_routes.Evidence(flat, accelerators, priors, ones, self.path)
        self.peak, self.rated = listed.peak, listed.rated_w.T
        self.hours = listed.hours_h.T
        self.row_of = {model_id: at for at, model_id in enumerate(models.index)}
        self.family = pd.Index(self.families).get_indexer(models["accelerator_family"])
        self.fitted_on = {
            family: frozenset().union(
                *(frame.index[frame["accelerator_family"] == family]
                  for frame in (self.runs, self.nodes)))
            for family in self.families
        }  # fmt: skip
        self.date = observations.year_of(models["publication_date"]).to_numpy(float)
        whole = ~np.isnan(self.peak) & ~np.isnan(self.rated).any(axis=1) & ~np.isnan(self.date)
        self.usable = whole & models["accelerator_family"].notna().to_numpy()

    def _table(self, families, runs, nodes):
        tpus = [family for family in families if family.startswith(energy_pue.CHIP)]
        return energy_priors.table(runs, nodes, families, tpus, self.path)

    def priors(self, without):
        """Utilisation and node power of every family of accelerators, refitted without models.

        Parameters
        ----------
        without : frozenset of str

        Returns
        -------
        ndarray, shape (family, 2, 3)
            Families as in `families`; utilisation and node power; low, value and high.
        """
        if without not in self._priors:
            parts = [self._refitted(family, without & self.fitted_on[family])
                     for family in self.families]  # fmt: skip
            self._priors[without] = np.stack(parts)
        return self._priors[without]

    def _refitted(self, family, without):
        key = (family, without)
        if key not in self._kept:
            runs, nodes = (
                frame[(frame["accelerator_family"] == family) & ~frame.index.isin(list(without))]
                for frame in (self.runs, self.nodes)
            )
            ends = self._table([family], runs, nodes).set_index("quantity")
            quantities = [energy_priors.UTILISATION, energy_priors.NODE_POWER]
            self._kept[key] = ends.loc[quantities, ["low", "value", "high"]].to_numpy(float)
        return self._kept[key]

    def possible(self, row, level):
        """Whether an observation has the evidence of a level."""
        at = self.row_of[row.model_id]
        by_hours = not np.isnan(self.hours[at]).any() and not np.isnan(self.rated[at]).any()
        by_compute = not np.isnan(self.flop_of[row.model_id])
        whole = by_compute and not np.isnan(self.peak[at]) and not np.isnan(self.rated[at]).any()
        if level == COMPUTE_AND_DATE:
            return bool(by_compute and not np.isnan(self.date_of[row.model_id]))
        if level == HARDWARE:
            return bool(whole)
        if level == HOURS:
            return bool(by_hours)
        return bool(row.quantity == observations.EMISSIONS and (by_hours or whole))

    def route(self, row, level):
        """Level at which the energy of an observation is worked."""
        if level != REGION:
            return level
        return HOURS if self.possible(row, HOURS) else HARDWARE

    def is_arithmetic(self, row, level):
        """Hours times an assumed power, held against itself."""
        return self.route(row, level) == HOURS and row.rests_on == energy_accounts.ARITHMETIC

    def predict(self, row, level, without):
        """Predictive distribution of one observation.

        Parameters
        ----------
        row : namedtuple
            Of ``observations.observed``: model_id, quantity, boundary, holds_pue, rests_on.
        level : str
            One of `LEVELS`.
        without : frozenset of str
            Models that nothing fitted may rest on; the model itself among them.

        Returns
        -------
        ordered : ndarray, shape (draw,)
            Logarithms of MWh or tCO2e.
        quantiles : ndarray, shape (share,)
            Logarithms at `SHARES`.
        """
        route = self.route(row, level)
        near = self._near(row.model_id, route, without)
        ends = self.priors(without)[self.family[near]]
        places, ratios = self._places(row, level, without)
        pue = np.ones(3)
        if row.holds_pue:
            pue = self.pue_of(row.model_id, route == COMPUTE_AND_DATE, without)
        known = (row.model_id, row.quantity, row.boundary, row.holds_pue, row.rests_on, level)
        key = (*known, *(array.tobytes() for array in (near, ends, pue, places, ratios)))
        if key not in self._kept:
            energy = self._energy(row, route, near, ends) * self._drawn("pue", pue)
            if row.quantity == observations.EMISSIONS:
                intensity = prediction.picked(self.points["place"], places)
                intensity = intensity * prediction.picked(self.points["convention"], ratios)
                energy = operational.emissions_tco2e(energy, intensity)
            ordered = prediction.sorted_log(energy)
            self._kept[key] = (ordered, prediction.log_quantiles(ordered, SHARES))
        return self._kept[key]

    def _near(self, model_id, route, without):
        """Rows of the catalogue whose hardware the model may have been trained on."""
        if route != COMPUTE_AND_DATE:
            return np.array([self.row_of[model_id]])
        if model_id not in self._by_date:
            gap = np.abs(self.date - self.date_of[model_id])
            order = np.argsort(np.where(self.usable, gap, np.inf), kind="stable")
            self._by_date[model_id] = order[: int(self.usable.sum())].tolist()
        hidden = {self.row_of[name] for name in without}
        found = []
        for at in self._by_date[model_id]:
            if at not in hidden:
                found.append(at)
                if len(found) == self.neighbours:
                    break
        return np.array(found)

    def _places(self, row, level, without):
        """Intensities of the grid, and of what is printed over it, that others disclosed."""
        if row.quantity != observations.EMISSIONS:
            return np.ones(1), np.ones(1)
        mine = {name: grid for name, grid, _ in self.grids}[row.model_id]
        others = [(grid, ratio) for name, grid, ratio in self.grids if name not in without]
        ratios = np.unique([ratio for _, ratio in others if not np.isnan(ratio)])
        if level == REGION:
            return np.array([mine]), ratios
        return np.unique([grid for grid, _ in others]), ratios

    def _energy(self, row, route, near, ends):
        """Draws of the energy at the boundary of the disclosure, but for a PUE. [MWh]"""
        which = prediction.picked(self.points["which"], np.arange(len(near)))
        rated = self.rated[near][which].T
        utilisation, node = ends[which].transpose(1, 2, 0)
        power = prediction.triangular(self.points["power"], *rated)
        power = power * self._overhead(row, node)
        if route == HOURS:
            hours = self._drawn("work", self.hours[near[0]])
            energy = operational.energy_from_hours_mwh(hours, power)
        else:
            share = prediction.triangular(self.points["utilisation"], *utilisation)
            flop = self.flop_of[row.model_id]
            energy = kernel.energy_from_compute_mwh(flop, self.peak[near][which], share, power)
        return energy

    def _overhead(self, row, node):
        """Power at the boundary of the disclosure over the rated power."""
        if row.boundary != ACCELERATOR:
            return prediction.triangular(self.points["overhead"], *node)
        if row.rests_on == energy_accounts.ARITHMETIC:
            return 1.0
        return self._drawn("overhead", self.share)

    def _drawn(self, factor, ends):
        return prediction.triangular(self.points[factor], *ends)


def _ends(constant):
    return np.array(energy_priors.stated(constant).ends)
