"""One value of a file: as written, as a number with its range or as a name of our tables."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Given:
    """One value that the file gives.

    Parameters
    ----------
    key : str
        Dotted path, as in ``training.energy_mwh``.
    text : str
        As written.
    value : float, str or datetime.date
        A name stands as in our tables.
    low, high : float or None
        Ends of the range; `value` where a single number is given, None where it is no number.
    unit : str
        Of the number; ``1`` if dimensionless, empty where it is none.
    alternatives : tuple of str
        Variants that the name of an accelerator leaves open.
    area : str or None
        For a place: its area in the annual averages of Electricity Maps.
    line : int
        Line of the file.
    """

    key: str
    text: str
    value: object
    low: float | None = None
    high: float | None = None
    unit: str = ""
    alternatives: tuple = ()
    area: str | None = None
    line: int = 0

    @property
    def ends(self):
        """Low, value and high. [unit]"""
        return self.low, self.value, self.high
