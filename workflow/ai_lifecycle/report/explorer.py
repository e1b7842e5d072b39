"""The ledger as the report's explorer reads it: compact columns, every text said once."""

import re
from itertools import product

import pandas as pd

from ai_lifecycle import source_groups
from ai_lifecycle.report import shown

METHODS = {
    "location_lifecycle": (
        "Location average, life cycle",
        "annual average of the place's grid, fuel supply and plants included; manufacture included",
    ),
    "location_direct": (
        "Location average, direct",
        "the same with what leaves the stacks only; manufacture included",
    ),
    "market": (
        "Market-based",
        "after contracts, where the developer discloses it; manufacture included",
    ),
    "hourly_matched": (
        "Hourly matched",
        "net of carbon-free energy matched hour by hour, where disclosed; manufacture included",
    ),
    "operating_margin": (
        "Operating margin",
        "CO2 of the plants that answer a change of demand; operation alone, never summed with CO2e",
    ),
}
PHASES = {
    "experimentation": "Experimentation",
    "training": "Training",
    "inference": "Inference",
    "made": "Made: experimentation and training",
    "made_and_served": "Made and served: all three",
}
STAGES = ("experimentation", "training", "inference")
ENDS = ("p05", "p50", "p95")
PERCENTILES = ("5th percentile", "median", "95th percentile")
CENTRAL = ("low", "value", "high")
DIGITS = 4
# Methods page that says how an energy of this route is computed.
ROUTES = {
    "disclosed energy": "disclosed energy",
    "hours x power": "hours × power",
    "FLOP / (peak x MFU) x power": "computation ÷ utilised throughput × power",
    "disclosed emissions only": "nothing: disclosed emissions alone",
}
# Accounting of the figures that developers print.
PRINTED = {
    "location": "by location",
    "market": "after contracts",
    "fixed": "at a fixed intensity",
    "unknown": "accounting not stated",
}
EVIDENCE = {
    "training_disclosures": "account of training",
    "training_compute": "training compute",
    "training_places": "place of training",
    "model_active_parameters": "active parameters",
}
# Scopes of training_disclosures that name whose account a row is, where it is not the developer's.
BY_OTHERS = re.compile(r" as (?:.* authors|.* et al\.|a model card|.* repository) ")
# A comma in quotation marks or brackets is part of a name.
MEMBER = re.compile(r'(?:"[^"]*"|\([^)]*\)|[^,])+')


def packed(models, quantiles, basis, facts, checked=None, *, groups=None, authors=None):
    """All that the explorer shows, as lists that JSON can carry.

    Parameters
    ----------
    models : DataFrame
        ``ledger_models``.
    quantiles : DataFrame
        ``ledger_quantiles``. Rows whose part is "all" are read, and for the operating margin those
        of operation.
    basis : DataFrame
        ``ledger_basis``.
    facts : dict of str to DataFrame
        Facts by table, all cells as text, with model_id, source_key, locator and status.
    checked : DataFrame, optional
        ``evidence``: which document states which fact.
    authors : dict of str to str, optional
        Who wrote the source of each key, in a few words.
    groups : mapping of str to list of str, optional
        Sources of each group, as `source_groups.members` gives them.

    Returns
    -------
    dict
    """
    made = models[models["system_boundary"] == "made"].sort_values("model_id", kind="stable")
    served = models[models["system_boundary"] == "made_and_served"].set_index("model_id")
    ids = list(made["model_id"])
    cited = served["source_key"].reindex(ids).fillna(made.set_index("model_id")["source_key"])
    cited = [source_groups.spelt_out(text, groups or {}) for text in cited]
    keys = sorted({key for text in cited for key in text.split(";")})
    place = {key: number for number, key in enumerate(keys)}
    evidence, extra = _evidence(facts, checked, set(ids), place, authors or {})
    return {
        "ends": list(PERCENTILES),
        "methods": [[name, *words] for name, words in METHODS.items()],
        "phases": [[name, words] for name, words in PHASES.items()],
        "models": {
            "id": ids,
            "name": list(made["name"]),
            "organisation": _with_members(_said_once(made["organisation"])),
            "published": [shown.cell(d, {"dtype": "date"}) for d in made["publication_date"]],
            "hardware": _said_once(made["accelerator"]),
            "domain": _said_once(made["domain"]),
            "route": _said_once(made["route"].map(lambda r: ROUTES.get(r, r))),
            "unit": _said_once(made["functional_unit"]),
            "disclosed": _percent(made["share_disclosed"]),
            "derived": _percent(made["share_derived"]),
            "prior": _percent(made["share_prior"]),
            "printed": _said_once(pd.Series([_printed(r) for r in made.to_dict("records")])),
            "keys": [[place[key] for key in text.split(";")] for text in cited],
        },
        "values": _values(quantiles, ids),
        "central": _central(made, ids),
        "basis": _basis(basis, ids),
        "evidence": evidence,
        "keys": keys + extra,
    }


def plain(ledger, most):
    """What stands in the page for a reader without scripts, and the choices of the form.

    Parameters
    ----------
    ledger : dict
        As `packed` returns.
    most : int
        Rows: the models that made most, by location average.
    """
    models = ledger["models"]
    ranges = ledger["values"].get("location_lifecycle", {}).get("made", [[], [], []])
    known = [place for place, value in enumerate(ranges[1]) if value is not None]
    known.sort(key=lambda place: (-ranges[1][place], place))

    def said(name, place):
        return models[name]["words"][models[name]["rows"][place]] or shown.MISSING

    years = sorted({text[:4] for text in models["published"]} - {shown.MISSING})
    return {
        "rows": [
            {
                "name": models["name"][place],
                "organisation": said("organisation", place),
                "published": models["published"][place],
                "hardware": said("hardware", place),
                "range": [shown.number(end[place]) for end in ranges],
                "disclosed": _percent_words(models["disclosed"][place]),
                "cites": [ledger["keys"][key] for key in models["keys"][place]],
            }
            for place in known[:most]
        ],
        "count": len(models["id"]),
        "ends": ledger["ends"],
        "methods": [
            {"name": name, "words": words, "meaning": meaning}
            for name, words, meaning in ledger["methods"]
            if name in ledger["values"]
        ],
        "phases": [{"name": name, "words": words} for name, words in ledger["phases"]],
        "years": years,
        "choices": {
            name: [word for word in models[name]["words"] if word] for name in ("hardware", "route")
        }
        | {"organisation": models["organisation"]["members"]},
    }


def _printed(row):
    """What the developer prints, in words; empty without a figure."""
    figures = [
        f"{shown.number(row[f'disclosed_{name}_tco2e'])} t ({words})"
        for name, words in PRINTED.items()
        if pd.notna(row[f"disclosed_{name}_tco2e"])
    ]
    limits = [str(row[f"disclosed_{c}"]) for c in ("scope", "boundary")
              if pd.notna(row[f"disclosed_{c}"])]  # fmt: skip
    return "; ".join([" and ".join(figures), *limits]) if figures else ""


def _said_once(column):
    """Distinct texts, and for each row the place of its text."""
    texts = column.fillna("").astype(str)
    words = sorted(set(texts))
    place = {word: number for number, word in enumerate(words)}
    return {"words": words, "rows": [place[text] for text in texts]}


def members(text):
    """Organisations that a cell names, split at its commas.

    >>> members('Meta AI,"SambaNova Systems, Inc",Initiative (EPFL, ETH)')
    ['Meta AI', 'SambaNova Systems, Inc', 'Initiative (EPFL, ETH)']
    """
    names = (part.strip().strip('"') for part in MEMBER.findall(text))
    return [name for name in names if name]


def _with_members(column):
    """Texts said once, and for each text the places of its members in their list."""
    split = [members(text) for text in column["words"]]
    names = sorted({name for names in split for name in names}, key=lambda n: (n.casefold(), n))
    place = {name: number for number, name in enumerate(names)}
    return column | {"members": names, "of": [[place[n] for n in names] for names in split]}


def _percent(shares):
    return [None if pd.isna(share) else round(100 * float(share), 1) for share in shares]


def _percent_words(percent):
    return shown.MISSING if percent is None else f"{percent:.0f} %"


def _number(value):
    return None if pd.isna(value) else float(f"{value:.{DIGITS}g}")


def _values(quantiles, ids):
    """For each method and phase three lists over models; a phase without a number is left out."""
    made = {}
    for phase, method in product(PHASES, METHODS):
        part = "operation" if method == "operating_margin" else "all"
        rows = quantiles[(quantiles["phase"] == phase) & (quantiles["part"] == part)]
        of_phase = rows.set_index("model_id").reindex(ids)
        if len(rows):
            columns = [f"{method}_{end}_t" for end in ENDS]
            if of_phase[columns[1]].notna().any():
                numbers = [[_number(v) for v in of_phase[c]] for c in columns]
                made.setdefault(method, {})[phase] = numbers
    return made


def _central(made, ids):
    """For each method what the ledger gives for the making at its three ends [tCO2e]."""
    rows = made.set_index("model_id").reindex(ids)
    found = {}
    for method in METHODS:
        columns = [f"{method}_{end}_tco2e" for end in CENTRAL]
        if set(columns) <= set(rows) and rows[columns[1]].notna().any():
            found[method] = [[_number(v) for v in rows[c]] for c in columns]
    return found


def _basis(basis, ids):
    """For each method what the intensity is, or why there is none, in words."""
    made = {}
    for method in METHODS:
        rows = basis[basis["accounting_method"] == method].set_index("model_id").reindex(ids)
        texts = [_basis_words(row) for row in rows.to_dict("records")]
        made[method] = _said_once(pd.Series(texts, dtype=object))
    return made


def _basis_words(row):
    if pd.isna(row["value_kg_per_kwh"]):
        return "" if pd.isna(row["reason"]) else f"no intensity: {row['reason']}"
    low, value, high = (shown.number(row[f"{e}_kg_per_kwh"]) for e in ("low", "value", "high"))
    parts = [f"{value} kg/kWh ({low} to {high}), {row['evidence']}"]
    parts += [str(row[c]) for c in ("place", "basis") if pd.notna(row[c])]
    return "; ".join(parts)


def _evidence(facts, checked, ids, place, authors):
    """For each model the facts about it: words, name, number, keys, locator, status, evidence."""
    extra, known, made = [], dict(place), {}
    results = _results(checked)
    for table, words in EVIDENCE.items():
        for row in facts[table].to_dict("records") if table in facts else ():
            if row["model_id"] not in ids:
                continue
            keys = row["source_key"].split(";")
            for key in keys:
                if key not in known:
                    known[key] = len(known)
                    extra.append(key)
            quantity, value = row.get("quantity", "area"), row.get("value", row.get("area"))
            found = results.get((table, row["model_id"], quantity, value), "")
            made.setdefault(row["model_id"], []).append(
                [
                    _account(row, words, [authors[key] for key in keys if authors.get(key)]),
                    *_fact(row),
                    [known[k] for k in keys],
                    row["locator"],
                    row["status"],
                    found,
                ]
            )
    return made, extra


def _results(checked):
    """What the check of evidence gave, in words, by table, model, quantity and value."""
    if checked is None:
        return {}
    rows = checked[checked["fact_table"].isin(list(EVIDENCE))].to_dict("records")
    return {
        (r["fact_table"], r["row_key"].split(" | ")[0], r["quantity"], r["value"]): _result(r)
        for r in rows
    }


def _result(row):
    if row["result"] == "not checkable":
        return "" if pd.isna(row["reason"]) else f"not checked: {row['reason']}"
    place = f"line {int(row['line'])} of {row['document']}" if pd.notna(row["line"]) else ""
    form = f" ({row['form']}: {row['printed']})" if row["result"] == "found in other form" else ""
    return f"{row['result']}{form}{', ' if place else ''}{place}"


def _account(row, words, authors=()):
    """Whose account a row of evidence is, or what it is about; and who wrote the source."""
    scope = row.get("scope")
    if not isinstance(scope, str):
        return words
    is_others = BY_OTHERS.search(scope)
    whose = f" printed by {' and '.join(authors)}" if authors else ""
    return ("account by others than the developer" if is_others else words) + whose


def _fact(row):
    """Name and value of a fact."""
    if "quantity" in row:
        limits = [row[c] for c in ("scope", "accounting") if pd.notna(row.get(c))]
        unit = "" if row["unit"] == "1" else f" {row['unit']}"
        words = row["quantity"].replace("_", " ")
        name = ", ".join(["PUE" if words == "pue" else words, *limits])
        return name, shown.number(row["value"]) + unit
    return "place", "" if pd.isna(row["place"]) else row["place"]
