"""What the tools are given and gave: cases, inputs, published parameters, pinned outputs."""

import pandas as pd

from ai_lifecycle.errors import DataError

AS_IT_COMES, OUR_BATCH = "as it comes", "at our batch"
BARE_AREAS, NO_MEMORY = "areas without yield", "without memory"
ANY = "any"
# Inputs are as printed; our tables may hold the same number with more digits.
AS_PRINTED = 0.002


class Given:
    """Cases with their inputs, the parameters of published formulas, the outputs of packages.

    Parameters
    ----------
    cases, inputs, parameters, outputs : DataFrame
        Tables ``tool_cases``, ``tool_inputs``, ``tool_parameters``, ``tool_outputs``.

    Raises
    ------
    DataError
        If a table names a case that there is not, or states a thing twice.
    """

    def __init__(self, cases, inputs, parameters, outputs):
        self.cases = cases.set_index("case", drop=False)
        for name, table in (("tool_inputs", inputs), ("tool_outputs", outputs)):
            unknown = sorted(set(table["case"]) - set(self.cases.index))
            if unknown:
                raise DataError("no such case", file=f"data/facts/{name}.csv", column="case",
                                found=unknown[0], allowed=self.cases.index)  # fmt: skip
        self._inputs = _indexed(inputs, ["case", "quantity"], "tool_inputs")
        self._parameters = _indexed(
            parameters, ["tool", "applies_to", "quantity"], "tool_parameters"
        )
        self._outputs = _indexed(
            outputs, ["case", "tool", "variant", "quantity"], "tool_outputs"
        )  # fmt: skip
        self.outputs = outputs

    def of_kind(self, kind):
        """Cases of a kind, in order."""
        chosen = self.cases[self.cases["kind"] == kind].sort_index(kind="stable")
        return list(chosen.itertuples(index=False))

    def input(self, case, quantity):
        """Value of an input."""
        return float(self._inputs.loc[(case, quantity), "value"])

    def parameter(self, tool, applies_to, quantity, unit):
        """Value that a tool publishes, for a subject or for any, in a unit.

        Raises
        ------
        DataError
            If it has another unit.
        """
        row = self._parameters.loc[self._key(tool, applies_to, quantity)]
        if row["unit"] != unit:
            raise DataError("parameter has another unit", file="data/facts/tool_parameters.csv",
                            key=f"{tool} {quantity}", found=row["unit"], allowed=unit)  # fmt: skip
        return float(row["value"])

    def has_parameter(self, tool, applies_to, quantity):
        """Whether the tool publishes it for exactly this subject."""
        return (tool, applies_to, quantity) in self._parameters.index

    def sources(self, tool):
        """Source keys of what a tool publishes."""
        keys = self._parameters.loc[tool, "source_key"]
        return ";".join(sorted({key for cell in keys for key in cell.split(";")}))

    def output(self, case, tool, variant, quantity):
        """Row that a package gave, or none."""
        key = (case, tool, variant, quantity)
        return self._outputs.loc[key] if key in self._outputs.index else None

    def demand_same(self, case, quantity, ours, where):
        """Refuse an input of the tools that is not what our tables hold.

        Raises
        ------
        DataError
            If they differ by more than printing: the pinned outputs are then of other inputs.
        """
        given = self.input(case, quantity)
        if not abs(given - ours) <= AS_PRINTED * abs(ours):
            raise DataError(f"the tools were given another input than {where} holds; correct it "
                            "and run make compare-tools", file="data/facts/tool_inputs.csv",
                            column=quantity, key=case, found=given,
                            allowed=f"{ours:g}")  # fmt: skip

    def _key(self, tool, applies_to, quantity):
        own = (tool, applies_to, quantity)
        return own if own in self._parameters.index else (tool, ANY, quantity)


def _indexed(table, keys, name):
    twice = table.loc[table.duplicated(keys), keys]
    if len(twice):
        raise DataError("stated twice", file=f"data/facts/{name}.csv", column=", ".join(keys),
                        found=", ".join(twice.iloc[0]))  # fmt: skip
    return table.set_index(keys).sort_index(kind="stable")


def three(value):
    """Low, value, high of one number, or of three."""
    return (value, value, value) if isinstance(value, int | float) else tuple(value)


def of_output(row):
    """Low, value, high that a package gave."""
    low, high = row["low"], row["high"]
    value = float(row["value"])
    return (value if pd.isna(low) else float(low), value, value if pd.isna(high) else float(high))
