"""The paper's accounting of embodied carbon, with the ranges of its stated assumptions."""

import numpy as np

from ai_lifecycle.paper_figure_tables import fits
from ai_lifecycle.paper_figure_tables.redrawn import STEMS
from ai_lifecycle.paper_figures import embodied_share, federated, utilisation


def embodied_rate(constants):
    """Embodied carbon of one used system-hour: middle, low, high. [kgCO2e/h]

    Parameters
    ----------
    constants : ai_lifecycle.constants.Constants
        All constants.
    """
    system = constants.value("sustainable_ai.gpu_system_embodied", unit="kgCO2e")
    life, used = (
        constants.known("sustainable_ai.lifetime", unit="year"),
        constants.known("sustainable_ai.utilisation", unit="1"),
    )
    pairs = ((life.value, used.value), (life.high, used.high), (life.low, used.low))
    return tuple(
        float(embodied_share.embodied_rate_kgco2e_per_h(system, years, share))
        for years, share in pairs
    )


def embodied_over_operational(fit, constants):
    """Ratio over the stated utilisation and lifetime, by the curve of figure 9. [1]

    The lifetime behind that curve is not stated; the middle of the stated range is taken, and
    the ratio scales with its inverse.
    """
    life, used = (
        constants.known("sustainable_ai.lifetime", unit="year"),
        constants.known("sustainable_ai.utilisation", unit="1"),
    )

    def ratio(share, years):
        embodied = utilisation.footprint_of_work(share, 0.0, fit["embodied"][0])
        operational = utilisation.footprint_of_work(share, fit["fixed"][0], fit["per_inverse"][0])
        return float(embodied / operational * life.value / years)

    corners = [ratio(u, y) for u in (used.low, used.high) for y in (life.low, life.high)]
    return ratio(used.value, life.value), min(corners), max(corners)


def read_ratios(facts):
    """Embodied over operational carbon as read off figure 5, with its ends. [1]"""
    value, low, high = fits.segments(facts, "sa5", "category")
    operational = [f[fits.OFFSET] + f[fits.REST] for f in (value, low, high)]
    return (
        value["embodied"] / operational[0],
        low["embodied"] / operational[2],
        high["embodied"] / operational[1],
    )


def implied_utilisation(ratio, fit):
    """Utilisation at which the curve of figure 9 gives a ratio. [1]"""
    return (fit["embodied"][0] / ratio - fit["per_inverse"][0]) / fit["fixed"][0]


def rows(facts, constants):
    """Results as rows of ``paper_figures_models``."""
    fit = fits.utilisation_fit(facts)
    middle, low, high = embodied_over_operational(fit, constants)
    yield (
        STEMS["be3a"],
        "embodied over operational, rebuilt",
        "utilisation and lifetime as stated",
        middle,
        low,
        high,
        "1",
        "c / (a u + b) of figure 9; range over 30 to 60 % and 3 to 5 years, middle 4 years",
    )
    ratios = read_ratios(facts)
    for name in ratios[0].index:
        ratio, least, most = (series[name] for series in ratios)
        yield (
            STEMS["sa5"],
            "embodied over operational, as read",
            name,
            ratio,
            least,
            most,
            "1",
            "segments of figure 5",
        )
        at = [float(implied_utilisation(r, fit)) for r in (ratio, most, least)]
        yield (
            STEMS["sa5"],
            "utilisation that figure 9 implies",
            name,
            *at,
            "1",
            "(c / ratio - b) / a",
        )
    yield from _systems(constants, float(ratios[0].mean()))
    yield from _federated(facts, constants)


def _systems(constants, ratio):
    rate = embodied_rate(constants)
    share = constants.value("sustainable_ai.cpu_system_share", unit="1")
    form = "system / (lifetime x utilisation)"
    yield (STEMS["be3a"], "embodied rate", "GPU system", *rate, "kgCO2e/h", form)
    yield (
        STEMS["be3a"],
        "embodied rate",
        "CPU-only system",
        *(share * r for r in rate),
        "kgCO2e/h",
        form,
    )
    grid = constants.value("us_grid.average_intensity_patterson", unit="kg/kWh")
    power = [
        float(
            embodied_share.implied_power_kw(
                r, ratio, constants.value("sustainable_ai.pue", unit="1"), grid
            )
        )
        for r in rate
    ]
    yield (
        STEMS["be3a"],
        "mean power of a system that the bars imply",
        "GPU system",
        *power,
        "kW",
        "rate / (mean ratio of figure 5 x PUE x US average intensity)",
    )


def _federated(facts, constants):
    """Hours behind the bars, were they at the US average intensity, which is not stated."""
    grid = constants.value("us_grid.average_intensity_patterson", unit="kg/kWh")
    bars, low, high = (f for f in fits.segments(facts, "sa11", "category"))
    powers = {
        "device": constants.value("federated.device_power", unit="W"),
        "router": constants.value("federated.router_power", unit="W"),
    }
    for kind, parts in (("device", ["compute"]), ("router", ["download", "upload"])):
        for name in bars.index:
            kilograms = [f.loc[name, parts].sum() for f in (bars, low, high)]
            hours = federated.hours_behind_emissions(np.array(kilograms), powers[kind], grid)
            yield (
                STEMS["sa11"],
                f"{kind}-hours behind the bar",
                name,
                *(float(h) for h in hours),
                "h",
                "emissions / (power x US average intensity); the paper states no intensity",
            )
