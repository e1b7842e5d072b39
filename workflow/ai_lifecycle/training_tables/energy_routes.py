"""The three routes to the IT energy of a training, each for every model that allows it."""

import numpy as np

from ai_lifecycle import constants
from ai_lifecycle.training import energy_evidence as kernel
from ai_lifecycle.training import operational
from ai_lifecycle.training_tables import energy_priors as prior_of

DISCLOSED, HOURS, COMPUTE = (
    "disclosed energy", "hours x power", "FLOP / (peak x MFU) x power",
)  # fmt: skip
ROUTES = (DISCLOSED, HOURS, COMPUTE)
RUNS = ("training run", "fine-tuning")
LOW, VALUE, HIGH = range(3)


class Evidence:
    """Arrays over models that the routes read; ends on the first axis (low, value, high).

    Parameters
    ----------
    models : DataFrame
        ``models`` joined with the own accounts, indexed by model_id.
    accelerators : DataFrame
        ``training_accelerators`` indexed by accelerator.
    priors : DataFrame
        ``training_priors``.
    pue : DataFrame
        From ``energy_pue.chosen``.
    path : path
        Table of constants.
    """

    def __init__(self, models, accelerators, priors, pue, path):
        self.models, self.accelerators = models, accelerators
        family = models["accelerator_family"]
        self.is_tpu = family.fillna("").str.startswith("TPU").to_numpy(bool)
        self.rated_w = self._rated()
        self.peak = models["accelerator"].map(accelerators["peak_tflops"]).to_numpy(float)
        self.peak = self.peak * prior_of.TERA
        self.node = prior_of.by_family(priors, prior_of.NODE_POWER, family)
        host = {
            "rated": constants.known("node.power_over_rated_accelerators", path, unit="1"),
            "measured": constants.known("node.power_over_measured_accelerators", path, unit="1"),
            "tpu": constants.known("node.tpu_machine_over_chip", path, unit="1"),
        }
        self.sources = {name: row.source_key for name, row in host.items()}
        rated, measured, tpu = (_stated(row) for row in host.values())
        self.node = np.where(np.isnan(self.node), rated, self.node)
        self.over_measured = np.where(self.is_tpu, tpu, measured)
        self.share = _stated(constants.known("training.accelerator_power_share", path, unit="1"))
        self.goodput = _stated(constants.known("training.goodput", path, unit="1"))
        self.idle = _stated(constants.known("training.execution_idle_factor", path, unit="1"))
        self.utilisation = prior_of.by_family(priors, prior_of.UTILISATION, family)
        self.hours_h = ends_of(models, "accelerator_hours_low_h", "accelerator_hours_h",
                             "accelerator_hours_high_h")  # fmt: skip
        self.pue = np.stack([pue[name].to_numpy(float) for name in ("pue_low", "pue", "pue_high")])
        self.flop = ends_of(models, "training_flop_low", "training_flop", "training_flop_high")
        self._speculative(constants.value("training.speculative_factor", path, unit="1"))
        self._step()

    def _speculative(self, factor):
        """What the catalogue calls speculative is an assumption with a range, whoever listed it."""
        own = self.models["accelerator_hours_origin"].fillna("").eq("disclosed")
        self.speculative = (self.models["confidence"].fillna("").eq("speculative") & ~own).to_numpy(
            bool
        )
        self.hours_h = np.where(self.speculative, _wider(self.hours_h, factor), self.hours_h)
        self.flop = np.where(self.speculative, _wider(self.flop, factor), self.flop)

    def _rated(self):
        """Rated power with the spread over the variants that a name may mean. [W]"""
        ends = ["rated_power_low_w", "rated_power_w", "rated_power_high_w"]
        table = dict(zip(self.accelerators.index, self.accelerators[ends].to_numpy(float),
                         strict=True))  # fmt: skip
        out = []
        for name, others in zip(self.models["accelerator"],
                                self.models["accelerator_alternatives"], strict=True):  # fmt: skip
            if not isinstance(name, str):
                out.append((np.nan,) * 3)
                continue
            others = others.split(";") if isinstance(others, str) else []
            low, _, high = np.array([table[each] for each in (name, *others)]).T
            out.append((np.nanmin(low) if not np.isnan(low).all() else np.nan, table[name][VALUE],
                        np.nanmax(high) if not np.isnan(high).all() else np.nan))  # fmt: skip
        return np.array(out, dtype=float).T.reshape(3, -1)

    def _step(self):
        """Where the row states the utilisation of its steps, that one is taken."""
        listed = self.models["utilisation_listed"].to_numpy(float)
        self.fitted = self.utilisation
        self.is_step = ~np.isnan(listed)
        self.utilisation = np.where(self.is_step, listed, self.utilisation)
        self.basis = np.where(self.is_step, kernel.STEP, kernel.WHOLE_RUN)
        self.goodput = np.where(self.is_step, self.goodput, 1.0)
        self.idle = np.where(self.is_step, self.idle, 1.0)

    def node_power_w(self):
        """Node power per accelerator from the rated power, with its range. [W]"""
        return self.rated_w * self.node


def _wider(ends, factor):
    """At each end the farther of the one listed and the value times or over the factor."""
    low, value, high = ends
    return np.stack([np.minimum(low, value / factor), value, np.maximum(high, value * factor)])


def _column(ends):
    return np.asarray(ends, dtype=float).reshape(3, 1)


def ends_of(frame, low, value, high):
    """Three ends; a missing end is the value."""
    middle = frame[value].to_numpy(float)
    ends = [frame[name].to_numpy(float) for name in (low, high)]
    low, high = (np.where(np.isnan(end), middle, end) for end in ends)
    return np.stack([np.minimum(low, middle), middle, np.maximum(high, middle)])


def _filled(array, possible):
    """One in place of what is not used, so that kernels need not know of gaps."""
    return np.where(possible, array, 1.0)


def disclosed(evidence):
    """IT energy from a disclosed energy, and what overhead it took.

    Returns
    -------
    possible : ndarray of bool, shape (model,)
    it_mwh : ndarray, shape (3, model)
    overhead : ndarray, shape (3, model)
        One where none is due.
    """
    models = evidence.models
    where = models["energy_boundary"].fillna("unknown").to_numpy(str)
    energy = ends_of(models, "energy_low_mwh", "energy_mwh", "energy_high_mwh")
    holds = models["energy_holds_pue"].eq(True).to_numpy(bool)
    known = np.isin(where, ("accelerator", *kernel.CONTAINS_OVERHEAD))
    own_pue = models["pue_own"].notna().to_numpy(bool)
    possible = known & ~np.isnan(energy[VALUE]) & ((where != "accelerator") | ~holds | own_pue)
    alone = possible & (where == "accelerator")
    assumed = models["energy_rests_on"].eq("assumed power").to_numpy(bool)
    overhead = np.where(assumed, evidence.node, evidence.over_measured)
    overhead = np.where(alone, overhead, 1.0)
    # Node energy with PUE is the facility's.
    boundary = np.where(holds & ~alone, "facility", np.where(possible, where, "IT"))
    built = np.where(possible & (boundary == "facility"), evidence.pue[::-1], 1.0)
    # Accelerators with PUE: the discloser's factor comes out before the host goes in.
    stripped = np.where(alone & holds, energy / evidence.pue[VALUE], energy)
    it_mwh = kernel.it_energy_mwh(_filled(stripped, possible), boundary, overhead, built)
    return possible, np.where(possible, it_mwh, np.nan), overhead


def hours_power_w(evidence, *, own_power=True):
    """Power of the route by hours, before any overhead.

    Returns
    -------
    given : ndarray of bool, shape (model,)
        Whether the account discloses it.
    power_w : ndarray, shape (3, model)
        As disclosed, at its boundary; else the rated power of the accelerator. [W]
    """
    models = evidence.models
    where = models["power_boundary"].fillna("unknown").to_numpy(str)
    power = ends_of(models, "power_low_w", "power_w", "power_high_w")
    given = own_power & np.isin(where, ("accelerator", "node", "IT")) & ~np.isnan(power[VALUE])
    return given, np.where(given, power, evidence.rated_w)


def hours(evidence, *, own_power=True):
    """IT energy from accelerator-hours and power, and what overhead it took.

    Parameters
    ----------
    evidence : Evidence
    own_power : bool
        Whether a power that the account discloses is used; else rated power throughout.

    Returns
    -------
    possible, it_mwh, overhead
        As `disclosed`.
    """
    models = evidence.models
    where = models["power_boundary"].fillna("unknown").to_numpy(str)
    given, base = hours_power_w(evidence, own_power=own_power)
    rated = np.isin(where, "accelerator") & models["power_assumed"].eq(True).to_numpy(bool)
    alone = given & (where == "accelerator")
    overhead = np.where(alone & ~rated, evidence.over_measured, evidence.node)
    overhead = np.where(given & ~alone, 1.0, overhead)
    possible = ~np.isnan(evidence.hours_h[VALUE]) & ~np.isnan(base[VALUE])
    boundary = np.where(given & ~alone, "node", "accelerator")
    energy = operational.energy_from_hours_mwh(
        _filled(evidence.hours_h, possible), _filled(base, possible)
    )
    it_mwh = kernel.it_energy_mwh(energy, boundary, overhead)
    return possible, np.where(possible, it_mwh, np.nan), overhead


def compute(evidence, *, own_utilisation=True):
    """IT energy and accelerator-hours from the compute of the run.

    Parameters
    ----------
    evidence : Evidence
    own_utilisation : bool
        Whether a utilisation that the row states is used; else that of the family throughout.

    Returns
    -------
    possible : ndarray of bool, shape (model,)
    it_mwh, hours_h : ndarray, shape (3, model)
    """
    models = evidence.models
    domains = models["domain"].fillna("").str.split(";")
    idle_domain = domains.map(
        lambda names: any(name in prior_of.NOT_BY_COMPUTE for name in names)
    ).to_numpy(bool)
    possible = ~np.isnan(evidence.flop[VALUE]) & ~np.isnan(evidence.peak)
    possible &= ~np.isnan(evidence.rated_w[VALUE]) & ~np.isnan(evidence.utilisation[VALUE])
    possible &= models["functional_unit"].isin(RUNS).to_numpy(bool) & ~idle_domain
    flop, peak = _filled(evidence.flop, possible), _filled(evidence.peak, possible)
    # The highest utilisation and goodput give the least energy.
    if own_utilisation:
        share, good = evidence.utilisation, evidence.goodput
        idle, basis = evidence.idle, evidence.basis
    else:
        share, good, idle, basis = evidence.fitted, 1.0, 1.0, kernel.WHOLE_RUN
    share = _filled(share[::-1], possible)
    good = np.broadcast_to(good, share.shape)[::-1]
    power = _filled(evidence.node_power_w(), possible)
    energy = kernel.energy_from_compute_mwh(flop, peak, share, power, idle, basis)
    taken = kernel.hours_from_compute_h(flop, peak, share, good, basis)
    return possible, np.where(possible, energy, np.nan), np.where(possible, taken, np.nan)


def _stated(constant):
    return _column(prior_of.stated(constant).ends)
