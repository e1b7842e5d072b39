"""Held against what others print from the same inputs; expected numbers and source stand here.

ACT's examples are also in test_embodied.py, Gemini's prompt in test_inference.py, training runs
in test_training.py.
"""

import pytest
from builds import ROOT

from ai_lifecycle import facts, units
from ai_lifecycle.embodied import fabrication, footprints
from ai_lifecycle.embodied_tables import facts_read

FACTS = ROOT / "data" / "facts"
ACT_YIELD = 0.875
# carbon_intensity/source.json of ACT, 820 g/kWh.
COAL_KG_PER_KWH = 0.820


@pytest.fixture(scope="module")
def hardware():
    paths = {name: FACTS / f"{name}.csv" for name in facts_read.TABLES}
    return facts_read.read(paths, references=ROOT / "data/references.bib")


@pytest.fixture(scope="module")
def at_node(hardware):
    """Our row of one of ACT's factors."""
    frame = hardware["hardware_fab_factors"].set_index(["factor", "technology"])["value"]

    def of(factor, technology):
        return float(frame[(factor, technology)])

    return of


# ACT: alugupta/ACT at 755bd52, output of exps/; facebookresearch/ACT at abc9fbb, act/tests/ ----


def test_act_fairphone_3_other_circuits(at_node):
    """exps/fairphone3 prints 5.691643885714286 kg for 20 circuits; integration_tests.py too."""
    areas_mm2 = (0.85, 1.2, 1.2, 35, 0.89, 0.08, 0.25, 18, 11.6, 1.44, 12.96, 1.61, 6.3, 26.88,
                 0.77, 11.36, 7, 8.69, 11, 9.6)  # fmt: skip
    per_area = fabrication.fab_carbon_kgco2e_per_cm2(
        at_node("fab_energy_per_area", "28nm"),
        COAL_KG_PER_KWH,
        at_node("gas_per_area_95", "28nm"),
        at_node("materials_per_area", "28nm"),
    )
    area = sum(areas_mm2) / units.SQUARE_MILLIMETRES_PER_SQUARE_CENTIMETRE
    dies = fabrication.die_kgco2e(area, per_area, ACT_YIELD, "no")
    packages = fabrication.parts_kgco2e(len(areas_mm2), at_node("packaging_per_circuit", "all"))
    assert float(dies + packages) == pytest.approx(5.691643885714286, rel=1e-12)


@pytest.mark.parametrize(
    ("node", "grid", "gases_99_too", "energy_g", "gases_g", "with_yield_g"),
    [
        # test_default_logic_model: 14 nm, Taiwan, 97 % abatement as the mean of 95 and 99 %.
        ("14nm", 0.583, True, 699.6, 162.5, 1556.685714285714),
        # test_logic_model_integration: 10 nm, coal, 95 % abatement.
        ("10nm", COAL_KG_PER_KWH, False, 1209.5, 240.0, 2228.0),
    ],
)
def test_act_carbon_per_area(at_node, node, grid, gases_99_too, energy_g, gases_g, with_yield_g):
    """basic_tests.py prints energy, gases and the sum with 500 g of materials over the yield."""
    energy = at_node("fab_energy_per_area", node)
    gases = at_node("gas_per_area_95", node)
    if gases_99_too:
        gases = (gases + at_node("gas_per_area_99", node)) / 2
    assert 1000 * energy * grid == pytest.approx(energy_g, rel=1e-12)
    assert 1000 * gases == pytest.approx(gases_g, rel=1e-12)
    per_area = fabrication.fab_carbon_kgco2e_per_cm2(
        energy, grid, gases, at_node("materials_per_area", node)
    )
    one = float(fabrication.die_kgco2e(1.0, per_area, ACT_YIELD, "no"))
    assert 1000 * one == pytest.approx(with_yield_g, rel=1e-12)


@pytest.mark.parametrize(
    ("technology", "family", "fab_yield", "grams"),
    [
        ("ddr4_10nm", "dram", ACT_YIELD, 222.8571428571429),
        ("BarraCuda", "hdd", 1.0, 13.71),
        ("nand_10nm", "flash", 0.9, 30 / 0.9),
    ],
)
def test_act_memory_and_storage(at_node, technology, family, fab_yield, grams):
    """basic_tests.py prints 3 GB of each."""
    carbon = fabrication.memory_kgco2e(3, at_node("memory_per_gb", technology), family, family)
    assert 1000 * float(carbon) / fab_yield == pytest.approx(grams, rel=1e-12)


@pytest.mark.parametrize(
    ("part", "assessed_kg", "act_kg"),
    [
        ("part 8x3.84TB SSD", 3373, 1476.9942857142858),
        ("part 400GB SSD", 64.1, 62.75),
        ("part 12x32GB DRAM", 533, 328.6285714285714),
        ("part 2x CPU", 47, 23.143405714285716),
    ],
)
def test_act_lies_below_the_assessment_it_prints_beside_it(hardware, part, assessed_kg, act_kg):
    """exps/dellr740 prints both: its parts reach 44 to 98 % of Dell's assessment of the R740."""
    frame = hardware["hardware_product_footprints"]
    ours = frame[frame["product"].str.startswith("Dell PowerEdge R740")].set_index("quantity")
    assert ours.loc[part, "value"] == assessed_kg
    gap = float(footprints.relative_gap(act_kg, assessed_kg))
    assert -0.57 < gap < -0.02


# HGX H100: product carbon footprint summary of NVIDIA, 1,312 kg cradle to gate -----------------


def test_hgx_h100_by_phase_and_component(hardware):
    """91 % materials, 8.6 % assembly, 0.4 % transport; of materials 42, 25, 18 and 15 %."""
    frame = hardware["hardware_product_footprints"]
    board = frame[frame["product"] == "NVIDIA HGX H100 8-GPU baseboard"]
    board = board.set_index("quantity")["value"]
    phases = board[
        ["share of materials and components", "share of assembly", "share of transport"]
    ].to_numpy(float)
    kilograms = footprints.phases_kgco2e([1312.0], [phases], 0.02)[0]
    assert kilograms == pytest.approx([1193.92, 112.832, 5.248], abs=1e-9)
    assert kilograms.sum() == pytest.approx(1312, abs=1e-9)
    within = board[board.index.str.startswith("share within materials")]
    parts = footprints.phases_kgco2e([kilograms[0]], [within.to_numpy(float)], 0.02)[0]
    named = dict(zip(within.index.str.removeprefix("share within materials of "), parts,
                     strict=True))  # fmt: skip
    assert {name: round(part) for name, part in named.items()} == {
        "integrated circuits": 298,
        "memory": 501,
        "thermal components": 215,
        "other": 179,
    }
    # 501 kg over eight modules of 80 GB: the factor of HBM that it implies.
    assert named["memory"] / (8 * 80) == pytest.approx(0.784, abs=5e-4)


def test_hgx_h100_bottom_up_lies_below_what_is_published(hardware):
    """Eight times the parts: 1,115 kg (772 to 1,861) against 1,312; parts without factor absent."""
    from ai_lifecycle import constants
    from ai_lifecycle.embodied_tables import bottom_up

    row = facts_read.accelerator(hardware, "NVIDIA H100 SXM5 80GB")
    parts, missing, reason = bottom_up.of_accelerator(
        hardware, row, constants.load(ROOT / "data/constants.csv")
    )
    assert reason is None
    assert missing
    low, value, high = (
        8 * sum(part[f"{end}_kgco2e"] for part in parts) for end in ("low", "value", "high")
    )
    assert (low, value, high) == pytest.approx((772, 1115, 1861), abs=1)
    assert low < 1312 < high


# Gemini: median text prompt, 0.24 Wh, by component -------------------------------------------


def test_gemini_components_as_disclosed():
    """Elsworth et al. 2025: 0.14 accelerator, 0.06 host, 0.02 idle, 0.02 overhead, 0.24 Wh."""
    frame = facts.read(
        FACTS / "inference_disclosures.csv", "inference_disclosures",
        references=ROOT / "data/references.bib",
    )  # fmt: skip
    rows = frame[frame["source_key"] == "elsworth2025"].set_index("quantity")["value"]
    parts = ["accelerator_energy", "host_energy", "idle_energy", "overhead_energy"]
    assert rows[parts].to_list() == [0.14, 0.06, 0.02, 0.02]
    assert rows[parts].sum() == pytest.approx(0.24)
    assert rows["energy"] == 0.24
