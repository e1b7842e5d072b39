"""What public data give beside the paper's figures."""

import numpy as np
import pandas as pd

from ai_lifecycle.errors import DataError
from ai_lifecycle.paper_figure_tables import accounting, fits
from ai_lifecycle.paper_figure_tables.redrawn import STEMS, one, tidy
from ai_lifecycle.paper_figures import embodied_share, utilisation

# Bars of figure 4 and the accounts they were taken from: model, scope, accounting.
PUBLIC_RUNS = {
    "BERT-NAS": ("evolved-transformer-nas", "search as Strubell et al. estimate it", "fixed"),
    "Evolved Transformer NAS": ("evolved-transformer-nas", "architecture search", "location"),
    "T5": ("t5-11b", "training run", "location"),
    "Meena": ("meena", "training run", "location"),
    "GShard-600B": ("gshard-600b", "training run", "location"),
    "Switch Transformer": ("switch-1500b", "training run", "location"),
    "GPT-3": ("gpt-3-175b", "training run", "fixed"),
}
# Smaller disclosures are in figures be2a and la_training_disclosures.
LEAST_TCO2E = 20
BOUNDARIES = {"accelerator": "A", "accelerator with PUE": "A+", "node": "N", "facility": "F"}
CURVE_POINTS = 61


def values(facts, public, clusters, carbon, known):
    """Values rebuilt from public data or from models, in the columns that the figures draw.

    Parameters
    ----------
    facts, public, clusters : DataFrame
        Tables of facts of the same names.
    carbon : DataFrame
        ``training_carbon``.
    known : dict of str to Constant
        All constants.

    Returns
    -------
    DataFrame
        Columns of ``paper_figures_values``.
    """
    fit = fits.utilisation_fit(facts)
    parts = [
        *_public(public),
        _training_runs(carbon),
        _later_runs(carbon),
        _embodied_of_runs(carbon, known),
        _net_power(facts),
        _ladder(facts),
        _curves(fit, facts),
        _clusters(facts, clusters),
    ]
    return tidy(parts)


def _public(public):
    drawn = public[public["quantity"] != "electricity"]
    for figure, panel in (("sa2", "a"), ("sa3", "d"), ("sa11", "a")):
        part = drawn[drawn["figure"] == figure]
        columns = ["series", "category", "x_value", "x_unit", "value", "low", "high", "unit"]
        yield part[[*columns, "source_key"]].assign(
            figure=STEMS[figure], panel=panel, origin="public"
        )


def _account(carbon, bar):
    model, scope, accounting_method = PUBLIC_RUNS[bar]
    found = carbon[(carbon["model_id"] == model) & (carbon["scope"] == scope)]
    if len(found) != 1:
        raise DataError(
            "no single account of this run",
            file="training_carbon.csv",
            key=f"{model}, {scope}",
            found=len(found),
            allowed="1",
        )
    row = found.iloc[0]
    return row, row[f"disclosed_{accounting_method}_tco2e"]


def _training_runs(carbon):
    rows = []
    for bar in PUBLIC_RUNS:
        row, emissions = _account(carbon, bar)
        rows.append(_bar("sa4", "b", "as its source prints it", bar, emissions, row["source_key"]))
    return pd.DataFrame(rows)


def _later_runs(carbon):
    used = {model for model, *_ in PUBLIC_RUNS.values()}
    own = carbon[
        (carbon["account"] == "own")
        & (carbon["functional_unit"] == "training run")
        & ~carbon["model_id"].isin(used)
    ]
    rows = []
    for row in own.sort_values("model_id", kind="stable").to_dict("records"):
        for method in ("location", "fixed"):
            emissions = row[f"disclosed_{method}_tco2e"]
            if emissions >= LEAST_TCO2E:
                label = f"{row['name']} ({BOUNDARIES.get(row['comparison_group'], '?')})"
                rows.append(_bar("sa4", "c", method, label, emissions, row["source_key"]))
    return pd.DataFrame(rows)


def _embodied_of_runs(carbon, known):
    """Disclosed operational carbon, and embodied carbon by the paper's assumptions."""
    rates = accounting.embodied_rate(known)
    reference = known["sustainable_ai.accelerators_of_reference_system"].value
    server = known["sustainable_ai.accelerators_of_usual_server"].value
    rows = []
    for bar in PUBLIC_RUNS:
        row, emissions = _account(carbon, bar)
        rows.append(_bar("sa5", "b", "operational, disclosed", bar, emissions, row["source_key"]))
        for count, words in ((reference, "reference system"), (server, "usual server")):
            embodied = [
                float(embodied_share.embodied_tco2e(row["accelerator_hours_h"], count, rate))
                for rate in rates
            ]
            series = f"embodied, {count:g} accelerators as in the {words}"
            made = _bar("sa5", "b", series, bar, embodied[0], row["source_key"], origin="model")
            rows.append(made | {"low": embodied[1], "high": embodied[2]})
    return pd.DataFrame(rows)


def _net_power(facts):
    table = fits.net_power(facts)
    return pd.DataFrame(
        [
            {
                **_bar("sa8", "a", "baseline x (1 - reduction)", half, row["product"], None),
                "low": row["low"],
                "high": row["high"],
                "unit": "1",
                "origin": "model",
                "source_key": "wu2022sustainable",
            }
            for half, row in table.iterrows()
        ]
    )


def _ladder(facts):
    labels, rungs = fits.ladder(facts)
    return pd.DataFrame(
        {
            "figure": STEMS["sa7"],
            "panel": "a",
            "series": "product of the printed gains",
            "category": labels.index,
            "value": rungs,
            "unit": "1",
            "origin": "model",
            "source_key": "wu2022sustainable",
        }
    )


def _curves(fit, facts):
    """The closed form of figure 9 between its first and last bar."""
    bars = facts.loc[facts["figure"] == "sa9", "x_value"] / 100
    used = np.linspace(bars.min(), bars.max(), CURVE_POINTS)
    embodied = utilisation.footprint_of_work(used, 0.0, fit["embodied"][0])
    operational = utilisation.footprint_of_work(used, fit["fixed"][0], fit["per_inverse"][0])
    offset = fit["offset_share"][0]
    curves = {
        "embodied": embodied,
        "operational, not offset": operational * (1 - offset),
        "operational, offset by solar": operational * offset,
        "total": embodied + operational,
    }
    common = {"figure": STEMS["sa9"], "panel": "a", "x_unit": "%", "unit": "1", "origin": "model"}
    return pd.concat(
        [
            pd.DataFrame({"series": name, "x_value": 100 * used, "value": curve}).assign(
                **common, source_key="wu2022sustainable"
            )
            for name, curve in curves.items()
        ]
    )


def _clusters(facts, clusters):
    used, share = fits.histogram(facts)
    paper = pd.DataFrame(
        {
            "series": "paper, workflows",
            "x_value": used,
            "value": 100 * np.cumsum(share),
            "origin": "digitised",
            "source_key": "wu2022sustainable",
        }
    )
    public = pd.DataFrame(
        {
            "series": clusters["cluster"],
            "x_value": clusters["gpu_utilisation_percent"],
            "value": clusters["quantile_percent"],
            "origin": "stand-in",
            "source_key": clusters["source_key"],
        }
    )
    common = {"figure": STEMS["sa10"], "panel": "b", "x_unit": "%", "unit": "%"}
    return pd.concat([paper, public]).assign(**common)


def _bar(figure, panel, series, category, value, source_key, origin="public"):
    return {
        "figure": STEMS[figure],
        "panel": panel,
        "series": series,
        "category": category,
        "value": value,
        "unit": "tCO2e",
        "origin": origin,
        "source_key": source_key,
    }


def lifecycle(facts, figure_4, known):
    """Figure 3a of "Beyond Efficiency": bars as read, and embodied carbon rebuilt.

    Operational carbon is the same in both, as read off figure 4 of "Sustainable AI"; embodied
    carbon is read off its figure 5, or follows from the ratio of the accounting model.
    """
    fit = fits.utilisation_fit(facts)
    ratio = accounting.embodied_over_operational(fit, known)
    rows = []
    for name, bar in (("LM", "Universal LM"), ("RM1", "DLRM-1 (taken as RM1)")):
        read = figure_4[figure_4["workload"] == name].set_index("component")
        phases = {
            "training": read.loc[["offline_training", "online_training"]],
            "inference": read.loc[["inference"]],
        }
        ends = {p: [r[c].sum() for c in ("value", "low", "high")] for p, r in phases.items()}
        embodied = one(facts, "sa5", "emissions", series="embodied", category=name)
        ends["embodied"] = [embodied["value"], embodied["low"], embodied["high"]]
        rows += [_phase("as read", bar, phase, e, "digitised") for phase, e in ends.items()]
        total = [a + b for a, b in zip(ends["training"], ends["inference"], strict=True)]
        made = [total[0] * ratio[0], total[1] * ratio[1], total[2] * ratio[2]]
        for phase in ("training", "inference"):
            rows.append(_phase("rebuilt", bar, phase, ends[phase], "digitised"))
        rows.append(_phase("rebuilt", bar, "embodied", made, "model"))
    rows += _rates(known)
    return tidy([pd.DataFrame(rows)])


def _phase(side, bar, phase, ends, origin):
    made = _bar("be3a", "a", phase, f"{bar}, {side}", ends[0], "wu2022sustainable", origin)
    return made | {"low": ends[1], "high": ends[2]}


def _rates(known):
    """Embodied carbon of one used hour over utilisation, at three lifetimes."""
    system = known["sustainable_ai.gpu_system_embodied"].value
    cpu = known["sustainable_ai.cpu_system_share"].value * system
    life, used = known["sustainable_ai.lifetime"], known["sustainable_ai.utilisation"]
    shares = np.linspace(used.low, used.high, CURVE_POINTS)
    rows = []
    for kind, kilograms, years in (
        *(("GPU system", system, y) for y in (life.low, life.value, life.high)),
        *(("CPU-only system", cpu, y) for y in (life.low, life.high)),
    ):
        rate = embodied_share.embodied_rate_kgco2e_per_h(kilograms, years, shares)
        series = f"{kind}, {years:g} years"
        for share, value in zip(shares, rate, strict=True):
            made = _bar("be3a", "b", series, None, float(value), "wu2022sustainable", "model")
            rows.append(made | {"x_value": 100 * share, "x_unit": "%", "unit": "kgCO2e/h"})
    return rows
