"""Corporate emissions by scope and category: one vintage chosen, the others kept as marks."""

import pandas as pd

from ai_lifecycle import facts
from ai_lifecycle.errors import DataError

TONNES_PER_MEGATONNE = 1e6
TABLE = "corporate_ghg"
KEY = ["company", "year", "scope", "method", "category", "boundary", "vintage"]
CAPITAL_GOODS = "category 2"
# Sums of rounded categories miss printed totals by less than this.
SAME_WITHIN = 1e-3


def read(path, *, references, as_of=None):
    """``corporate_ghg``, read strictly.

    Raises
    ------
    DataError
        As `facts.read`; a figure that stands twice; a scope 2 figure without method; categories
        of one report and year that exceed its scope 3.
    """
    frame = facts.read(path, TABLE, references=references, as_of=as_of)
    twice = frame.duplicated(KEY)
    if twice.any():
        raise DataError("figure stands twice", file=path, row=int(frame.index[twice][0]) + 2)
    naked = (frame["scope"] == "scope 2") & (frame["method"] == "none")
    if naked.any():
        raise DataError(
            "scope 2 needs its method",
            file=path,
            row=int(frame.index[naked][0]) + 2,
            column="method",
            found="none",
            allowed="location, market",
        )
    _check_categories(frame, path)
    return frame


def _check_categories(frame, path):
    scope_3 = frame[(frame["scope"] == "scope 3") & (frame["method"] != "location")]
    for (company, year, vintage), rows in scope_3.groupby(
        ["company", "year", "vintage"], sort=True
    ):
        total = rows.loc[rows["category"] == "all", "value"]
        parts = rows.loc[rows["category"] != "all", "value"].sum()
        # Printed categories are rounded to thousands.
        if len(total) and parts > total.iloc[0] * 1.001 + 1:
            raise DataError(
                "categories exceed their scope 3",
                file=path,
                key=f"{company} {year} {vintage}",
                found=parts,
                allowed=f"at most {total.iloc[0]:g}",
            )


def vintage_rank(vintages):
    """Year that a vintage's name begins with; what was reported first comes first."""
    return vintages.str.extract(r"^(\d{4})", expand=False).fillna("0").astype(int)


def latest(rows):
    """The row of the latest vintage, or None."""
    if rows.empty:
        return None
    order = vintage_rank(rows["vintage"]).sort_values(kind="stable").index
    return rows.loc[order[-1]]


def bars(frame):
    """Parts of the two bars of every company and year, and marks beside them.

    Parameters
    ----------
    frame : DataFrame
        From `read`.

    Returns
    -------
    DataFrame
        As declared for ``be5a_corporate_emissions``. Scope 3 stands on the market bar alone:
        disclosers apply market instruments inside it, so it does not belong on the other.
    """
    years = range(int(frame["year"].min()), int(frame["year"].max()) + 1)
    out = []
    for company in sorted(frame["company"].unique()):
        own = frame[frame["company"] == company]
        fiscal = bool(own["fiscal_year"].iloc[0])
        for year in years:
            rows = own[own["year"] == year]
            parts = [*_location(rows), *_market(rows)]
            parts += [mark for mark in _earlier(rows) if _differs(mark, parts)]
            if not parts:
                parts = [_part("market", "no figure")]
            out += [{"company": company, "year": year, "fiscal_year": fiscal, **p} for p in parts]
    table = pd.DataFrame(out)[COLUMNS]
    return table.astype({"year": "int64"}).reset_index(drop=True)


COLUMNS = [
    "company",
    "year",
    "fiscal_year",
    "bar",
    "part",
    "value_mtco2e",
    "base_mtco2e",
    "boundary",
    "vintage",
    "source_key",
    "status",
]


def _part(bar, part, fact=None, value=None, base=None, status=None):
    megatonnes = None
    if fact is not None:
        megatonnes = (fact["value"] if value is None else value) / TONNES_PER_MEGATONNE
    return {
        "bar": bar,
        "part": part,
        "value_mtco2e": float("nan") if megatonnes is None else megatonnes,
        "base_mtco2e": float("nan") if base is None else base,
        **{
            name: None if fact is None else fact[name]
            for name in ("boundary", "vintage", "source_key")
        },
        "status": status or (None if fact is None else fact["status"]),
    }


def _pick(rows, scope, method=None, category="all", vintage=None):
    found = rows[(rows["scope"] == scope) & (rows["category"] == category)]
    if method is not None:
        found = found[found["method"] == method]
    if vintage is not None:
        found = found[found["vintage"] == vintage]
    return latest(found)


def _stack(bar, named):
    """Parts one upon another."""
    base = 0.0
    for part, fact, value, status in named:
        piece = _part(bar, part, fact, value, base, status)
        base += piece["value_mtco2e"]
        yield piece


def _location(rows):
    scope_2 = _pick(rows, "scope 2", "location")
    if scope_2 is None:
        return
    named = [("scope 2", scope_2, None, None)]
    scope_1 = _pick(rows, "scope 1")
    if scope_1 is not None:
        named.insert(0, ("scope 1", scope_1, None, None))
    yield from _stack("location", named)
    total = _pick(rows, "total", "location")
    if total is not None:
        yield _part("location", "printed location total", total)


def _market(rows):
    scope_2, scope_3 = _pick(rows, "scope 2", "market"), _pick(rows, "scope 3", "market")
    if scope_2 is None or scope_3 is None:
        total = _pick(rows, "total", "market")
        if total is not None:
            full = rows[(rows["scope"] == "total") & (rows["boundary"] == "full")]
            chosen = latest(full) if len(full) else total
            yield from _stack("market", [("total not split", chosen, None, None)])
        return
    named = [("scope 2", scope_2, None, None)]
    scope_1 = _pick(rows, "scope 1")
    if scope_1 is not None:
        named.insert(0, ("scope 1", scope_1, None, None))
    capital = _pick(rows, "scope 3", None, CAPITAL_GOODS, scope_3["vintage"])
    if capital is None:
        capital = _pick(rows, "scope 3", None, CAPITAL_GOODS)
    if capital is None:
        named.append(("scope 3 not split", scope_3, None, None))
    else:
        rest = scope_3["value"] - capital["value"]
        named.append(("capital goods", capital, None, None))
        named.append(("other scope 3", scope_3, rest, "derived"))
    yield from _stack("market", named)


def _earlier(rows):
    """Sums of earlier vintages, where a vintage holds all that the bar holds."""
    ranked = sorted(set(rows["vintage"]), key=lambda name: vintage_rank(pd.Series([name]))[0])
    for vintage in ranked:
        own = rows[rows["vintage"] == vintage]
        for bar, sums in (("location", _location_sum(own)), ("market", _market_sum(own))):
            if sums is None:
                continue
            fact, value = sums
            if _is_latest(rows, bar, vintage):
                continue
            yield _part(bar, "earlier vintage", fact, value, status="derived")


def _differs(mark, parts):
    """Whether an earlier sum is another number than the bar shows."""
    tops = [
        part["base_mtco2e"] + part["value_mtco2e"]
        for part in parts
        if part["bar"] == mark["bar"] and part["base_mtco2e"] == part["base_mtco2e"]
    ]
    return abs(mark["value_mtco2e"] / max(tops) - 1) > SAME_WITHIN


def _location_sum(own):
    one, two = _pick(own, "scope 1"), _pick(own, "scope 2", "location")
    return None if one is None or two is None else (two, one["value"] + two["value"])


def _market_sum(own):
    total = own[(own["scope"] == "total") & (own["method"] == "market")]
    total = total[total["boundary"] != "operations and part of scope 3"]
    if len(total):
        return total.iloc[0], total["value"].iloc[0]
    parts = [
        _pick(own, "scope 1"),
        _pick(own, "scope 2", "market"),
        _pick(own, "scope 3", "market"),
    ]
    if any(part is None for part in parts):
        return None
    return parts[-1], sum(part["value"] for part in parts)


def _is_latest(rows, bar, vintage):
    """Whether the bar itself is of this vintage."""
    if bar == "location":
        chosen = _pick(rows, "scope 2", "location")
    else:
        chosen = _pick(rows, "scope 3", "market")
        if chosen is None:
            full = rows[(rows["scope"] == "total") & (rows["boundary"] == "full")]
            chosen = latest(full)
    return chosen is None or chosen["vintage"] == vintage
