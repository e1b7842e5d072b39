"""Which input of a row is integrated, and what it multiplies."""

import pytest

from ai_lifecycle.lifecycle import stages
from ai_lifecycle.uncertainty import lifecycle_draws
from ai_lifecycle.uncertainty_tables import integrated

# Any values do that may also be doubled, and for which no cell is nothing.
GIVEN = {name: 0.3 + 0.005 * place for place, name in enumerate(lifecycle_draws.NAMES)}
GIVEN |= dict.fromkeys(("node_overhead", "pue", "host_factor", "idle_factor", "serving_pue"), 1.2)
GIVEN["experimentation_multiplier"] = 2.0


@pytest.mark.parametrize("name", integrated.FACTORS)
def test_a_factor_that_may_be_integrated_multiplies_its_cells_and_no_other(name):
    """Else what is left of the row would still hold the draws of what is integrated."""
    before = lifecycle_draws.cells_tco2e(GIVEN)
    after = lifecycle_draws.cells_tco2e(GIVEN | {name: 2 * GIVEN[name]})
    phases, parts = integrated.FACTORS[name]
    for p, phase in enumerate(stages.PHASES):
        for q, part in enumerate(stages.PARTS):
            times = 2 if phase in phases and part in parts else 1
            assert before[p, q] > 0
            assert after[p, q] == pytest.approx(times * before[p, q], rel=1e-12), (phase, part)
