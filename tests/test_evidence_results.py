"""Evidence: what a result rests on, how it is pinned, and the links that are shipped."""

import pandas as pd
import pytest
from builds import ROOT

from ai_lifecycle import sources, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.evidence import links, results

SCHEMA = ROOT / "workflow/schemas/evidence.schema.yaml"
CARD = "# Card\n| | Hours | Tonnes |\n| - | - | - |\n| Small 1B | 1.3k | 2,290 |\n"
CATALOGUE = {"doc": ("set", "00")}
LINKS = {
    "names": {"rows": {"m": "Small 1B"}},
    "links": [
        {
            "table": "model_active_parameters",
            "where": {"source_key": ["card"]},
            "given": {"row": {"from": "model_id", "names": "rows"}},
            "document": "doc",
            "look": "table",
            "row": "{row}",
            "facts": {"value": 2},
        }
    ],
}


def fact(value="1300", key="card", status="primary", model="m"):
    row = {"model_id": model, "quantity": "active_parameters", "value": value, "unit": "1",
           "source_key": key, "locator": "line 4", "status": status, "note": ""}  # fmt: skip
    return links.Fact("model_active_parameters", model, "value", value, "1", row)


def table(*facts, at_hand=None, established=None, content=LINKS, citations=("card",)):
    known = results.pinned("nowhere") if established is None else established
    at_hand = {"doc": CARD.encode()} if at_hand is None else at_hand
    return results.table(
        {"model_active_parameters": list(facts)}, content, CATALOGUE, at_hand, set(citations), known
    )


@pytest.fixture
def pins(tmp_path):
    """Results pinned from a run with the document at hand."""
    results.pin(table(fact()), tmp_path / "evidence.csv")
    return tmp_path / "evidence.csv"


def test_a_linked_fact_is_looked_for():
    row = table(fact()).iloc[0]
    assert (row["result"], row["line"], row["printed"], row["form"]) == (
        "found in other form", 4, "1.3k", "abbreviated")  # fmt: skip
    assert row["look"] == "table row Small 1B; cell 2"


def test_a_pinned_result_serves_without_its_document_and_says_so(pins):
    known = results.pinned(pins)
    online, offline = table(fact(), established=known), table(fact(), at_hand={}, established=known)
    pd.testing.assert_frame_equal(online, offline)


@pytest.mark.parametrize("changed", [{"value": "1400"}, {"model": "n"}])
def test_a_changed_fact_has_no_pinned_result(pins, changed):
    content = {**LINKS, "names": {"rows": {"m": "Small 1B", "n": "Small 1B"}}}
    row = table(
        fact(**changed), at_hand={}, established=results.pinned(pins), content=content
    ).iloc[0]
    assert (row["result"], row["reason"]) == ("not checkable", results.NOT_REACHED)
    assert pd.isna(row["line"])


def test_another_document_or_another_look_has_no_pinned_result(pins):
    known = results.pinned(pins)
    other = {"names": LINKS["names"], "links": [{**LINKS["links"][0], "facts": {"value": 3}}]}
    assert table(fact(), at_hand={}, established=known, content=other)["result"][0] == (
        "not checkable"
    )
    known["document_sha256"] = "11"
    assert table(fact(), at_hand={}, established=known)["result"][0] == "not checkable"


def test_a_document_that_gives_another_result_than_the_pinned_one_is_an_error(pins):
    known = results.pinned(pins)
    known["line"] = 5
    with pytest.raises(DataError, match="another result than the pinned one"):
        table(fact(), established=known)


def test_pins_that_were_changed_are_not_served(pins):
    pins.write_text(pins.read_text().replace("1.3k", "1.4k"))
    with pytest.raises(DataError, match="not what was pinned"):
        results.pinned(pins)


def test_pinning_keeps_what_is_out_of_reach(pins):
    known = results.pinned(pins)
    kept = results.with_pinned(table(fact(), at_hand={}), known)
    pd.testing.assert_frame_equal(kept, table(fact(), established=known))
    lost = results.with_pinned(table(fact("1400"), at_hand={}), known)
    assert lost["result"][0] == "not checkable"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"key": "paper"}, results.NOT_CATALOGUED),
        ({"model": "unknown"}, results.NO_PLACE),
        ({"key": "paper", "status": "derived"}, results.NO_DOCUMENT["derived"]),
        ({"key": "paper", "status": "judgement"}, results.NO_DOCUMENT["judgement"]),
        ({"key": "paper", "status": "digitised"}, results.NO_DOCUMENT["digitised"]),
    ],
)
def test_a_fact_without_a_link_says_why(given, reason):
    row = table(fact(**given)).iloc[0]
    assert (row["result"], row["reason"]) == ("not checkable", reason)


def test_the_look_that_says_most_counts():
    wrong = {**LINKS["links"][0], "facts": {"value": 3}}
    for order in ([wrong, LINKS["links"][0]], [LINKS["links"][0], wrong]):
        row = table(fact(), content={**LINKS, "links": order}).iloc[0]
        assert row["result"] == "found in other form"


def test_counts_add_up():
    frame = table(fact(), fact("5", model="n"), fact(key="paper", model="o"))
    counts = results.summary(frame).iloc[-1]
    assert counts["facts"] == 3 == counts["found_in_other_form"] + counts["not_checkable"]
    assert counts["not_linked"] == counts["not_catalogued"] == 1


def test_a_link_to_no_document_is_refused():
    content = {**LINKS, "links": [{**LINKS["links"][0], "document": "dok"}]}
    with pytest.raises(DataError, match="no known document"):
        table(fact(), content=content)
    content = {**LINKS, "links": [{**LINKS["links"][0], "row": "{nothing}"}]}
    with pytest.raises(DataError, match="names no column"):
        table(fact(), content=content)


# The file of links, and what is pinned.


@pytest.fixture(scope="module")
def content():
    return links.read(ROOT / "data/evidence.yaml", SCHEMA)


@pytest.fixture(scope="module")
def facts(content):
    paths = [*sorted((ROOT / "data/facts").glob("*.csv")), ROOT / "data/constants.csv"]
    return {p.stem: links.facts(p, p.stem, content["tables"][p.stem]) for p in paths}


def test_every_table_of_facts_is_listed(content, facts):
    assert set(content["tables"]) == set(facts)
    assert {link["table"] for link in content["links"]} <= set(facts)


def test_every_link_leads_from_some_fact(content, facts):
    idle = list(content["links"])
    for fact_ in (f for found in facts.values() for f in found):
        idle = [k for k in idle if not links.looks_for(fact_, {**content, "links": [k]})]
    assert idle == []


def test_a_key_that_does_not_tell_rows_apart_is_refused():
    spec = {"key": ["source_key"], "facts": ["value"]}
    with pytest.raises(DataError, match="does not tell rows apart"):
        links.facts(ROOT / "data/facts/training_compute.csv", "training_compute", spec)
    spec = {"key": ["id"], "facts": ["valu"]}
    with pytest.raises(DataError, match="no such column"):
        links.facts(ROOT / "data/constants.csv", "constants", spec)


def test_an_unknown_key_in_the_file_of_links_is_refused(tmp_path):
    path = tmp_path / "evidence.yaml"
    path.write_text("tables: {t: {key: [a], facts: []}}\nlinks:\n- {tabel: t}\n")
    with pytest.raises(DataError, match="tabel"):
        links.read(path, SCHEMA)


def test_every_linked_fact_has_a_pinned_result(content, facts):
    """Without the documents, and so for whoever builds offline."""
    from ai_lifecycle.evidence import packages

    catalogue = sources.catalogue(ROOT / "data/sources.yaml")
    files = {file.id: (key, file.sha256) for key, d in catalogue.items() for file in d.files}
    files |= {name: (name, digest) for name, (digest, _) in packages.read().items()}
    pinned = results.pinned(ROOT / "data/frozen/evidence.csv")
    frame = results.table(facts, content, files, {}, set(), pinned)
    loose = frame[frame["reason"] == results.NOT_REACHED]
    assert loose[["fact_table", "row_key", "value"]].to_numpy().tolist() == []
    assert len(frame[frame["look"].notna()]) == len(pinned) > 500


def test_the_rule_takes_the_receipts_of_every_linked_dataset(content, facts):
    import re

    catalogue = sources.catalogue(ROOT / "data/sources.yaml")
    files = {file.id: key for key, dataset in catalogue.items() for file in dataset.files}
    looks = [k for found in facts.values() for f in found for k in links.looks_for(f, content)]
    linked = {files[k.document] for k in looks if k.document in files}
    text = (ROOT / "workflow/rules/evidence.smk").read_text()
    listed = re.search(r"EVIDENCE_DATASETS = \[(.*?)\]", text, flags=re.DOTALL)[1]
    assert sorted(linked) == sorted(re.findall(r'"(\w+)"', listed))


@pytest.mark.mirror
def test_documents_of_the_mirror_give_the_pinned_results(content, facts, mirror):
    from ai_lifecycle.store import relative_path

    catalogue = sources.catalogue(ROOT / "data/sources.yaml")
    every = [(key, file) for key, dataset in catalogue.items() for file in dataset.files]
    files = {file.id: (key, file.sha256) for key, file in every}
    at_hand = {
        file.id: (mirror / relative_path(file.url)).read_bytes()
        for key, file in every
        if (mirror / relative_path(file.url)).is_file()
        and key not in ("eia930_2022", "electricity_maps_hourly")
    }
    from ai_lifecycle.evidence import packages

    for name, (digest, listing) in packages.read().items():
        files[name], at_hand[name] = (name, digest), listing
    pinned = results.pinned(ROOT / "data/frozen/evidence.csv")
    without = results.table(facts, content, files, {}, set(), pinned)
    with_ = results.table(facts, content, files, at_hand, set(), pinned)
    pd.testing.assert_frame_equal(with_, without)
    assert tables.check(with_, "evidence") is with_


# The rule, without the documents.


def published(folder, table_changed=None, change=None):
    """Tables of the rule, offline; one table of facts may be changed first."""
    import importlib
    import sys

    sys.path.insert(0, str(ROOT / "workflow/scripts"))
    script = importlib.import_module("evidence")
    folder.mkdir()
    names = ("corporate_ghg", "hardware_accelerators", "training_disclosures")
    paths = [ROOT / f"data/facts/{name}.csv" for name in names]
    if table_changed:
        (folder / "facts").mkdir()
        path = next(p for p in paths if p.stem == table_changed)
        (folder / "facts" / path.name).write_text(change(path.read_text(encoding="utf-8")))
        paths = [folder / "facts" / path.name if p == path else p for p in paths]
    receipt = folder / "receipts" / "llama_cards.json"
    receipt.parent.mkdir()
    receipt.write_text('{"dataset": "llama_cards", "route": "frozen", "files": []}')
    script.main(
        [str(p) for p in paths],
        ROOT / "data/evidence.yaml",
        SCHEMA,
        ROOT / "data/sources.yaml",
        [str(receipt)],
        folder / "evidence.csv",
        folder / "evidence_summary.csv",
        pinned=ROOT / "data/frozen/evidence.csv",
        refreeze=False,
    )
    return (folder / "evidence.csv").read_text(encoding="utf-8").splitlines()


def test_a_changed_fact_changes_its_row_of_evidence_and_no_other(tmp_path, capsys):
    before = published(tmp_path / "before")
    assert "llama_cards: not reached; pinned results serve" in capsys.readouterr().out
    assert "1 linked facts have no pinned result" not in capsys.readouterr().out
    for table_, old, new, result in (
        # A linked fact: what was found was the old figure.
        ("training_disclosures", "llama-2-7b,training run,emissions,31.22,",
         "llama-2-7b,training run,emissions,31.221,", "not checkable"),
        # A fact that the locked package states is looked for at once.
        ("hardware_accelerators", "Foundries,14,495,", "Foundries,14,496,", "not found"),
        # A fact without a link.
        ("corporate_ghg", ",51000000,tCO2e", ",51000001,tCO2e", "not checkable"),
    ):  # fmt: skip
        after = published(
            tmp_path / table_, table_, lambda text, old=old, new=new: text.replace(old, new, 1)
        )
        changed = [new for old, new in zip(before, after, strict=True) if old != new]
        assert len(changed) == 1
        assert changed[0].startswith(f"{table_},")
        assert f",{result}," in changed[0]
