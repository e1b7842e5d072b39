"""Evidence: numbers as printed, places in documents, and what a result rests on."""

from decimal import Decimal

import pandas as pd
import pytest
from builds import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_lifecycle import sources, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.evidence import documents, links, looking, printed, results

SCHEMA = ROOT / "workflow/schemas/evidence.schema.yaml"
MARKDOWN = """# Card
| | Hours | Tonnes |
| :---- | :---: | ----- |
| Small 1B | 1.3k | 2,290 |
| **Large 70B** | **30.84M** | \\- |
Trained with a cumulative of **916k** GPU hours on H100-80GB.
All of it matched with renewable energy.
"""
HTML = (
    "<p>x</p>\n<table>\n<tr><td>a</td>\n<td>b</td></tr>\n"
    "<tr>\n<td><b>Small</b>\n</td>\n<td>2,040\n</td></tr>"
)
CSV = 'name,note,"mass [g]"\nfirst,"two\nlines",10\nsecond,,400\nsecond,other,1400\nshort\n'
YAML = 'a: &x {b: 1}\nlist:\n  - {when: "2022", value: 990.80}\n  - {when: "2023", value: 5}\n'
JSON = '{\n "m": {"Qwen/A-3B": {"active": 37.0}},\n "AR": {"v": 1}\n}'


def document(text, name="d"):
    return documents.Document(name, text.encode())


def look(kind, target, row=None, scale="1", name="d"):
    return links.Look(name, kind, row, target, Decimal(scale))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("8,930", ["8930"]),
        ("30.84M", ["30840000"]),
        ("7.0M h", ["7000000"]),
        ("up to 9T tokens", ["9000000000000"]),
        ("15 trillion tokens", ["15000000000000"]),
        ("~40T", ["40000000000000"]),
        ("15T+", ["15000000000000"]),
        ("**1,999 tons**", ["1999"]),
        ("3.14e+23", ["3.14e23"]),
        ("-33.9", ["-33.9"]),
        ("147K H100 hours", ["147000"]),
        ("A100-80GB, v1.2.3, 1,2", []),
        ("12,3456", []),
        ("-", []),
    ],
)
def test_numbers_are_read_as_printed(text, values):
    assert [value for value, *_ in printed.numbers(text)] == [Decimal(v) for v in values]


@pytest.mark.parametrize(
    ("ours", "there", "scale", "form"),
    [
        ("400", "400.0", "1", "as printed"),
        ("8930", "8,930", "1", "as printed"),
        ("370000", "370k", "1", "abbreviated"),
        ("80", "80000000000", "1e-9", "converted"),
        ("40.28", "88.8", "0.45359237", "rounded"),
        ("62.44", "62.44", "1", "as printed"),
        ("62.44", "62.45", "1", None),
        ("400", "1400", "1", None),
        ("400", "400 or 500", "1", None),
        ("400", "", "1", None),
        ("Qwen", "Qwen", "1", "as printed"),
        ("Qwen", " **qwen**", "1", "other spelling"),
        ("Chile", "Peru, Chile", "1", "one of a list"),
        ("Chil", "Chile", "1", None),
    ],
)
def test_a_figure_agrees_with_a_place_only_as_the_same_figure(ours, there, scale, form):
    assert printed.agreement(ours, there, Decimal(scale)) == form


def test_a_rounded_figure_is_off_by_half_its_last_digit_at_most():
    assert printed.agreement("0.37", "0.3749") == "rounded"
    assert printed.agreement("0.37", "0.3751") is None
    assert printed.agreement("5.5e+23", "5.54e23") == "rounded"
    assert printed.agreement("5.5e+23", "5.56e23") is None


def test_long_runs_of_digits_and_commas_take_no_time():
    """No pattern goes back over what it read; the limit is a hundredfold of what it takes."""
    assert printed.numbers("1" * 200_000 + "," * 200_000) == []
    assert printed.numbers("1," * 200_000) == []
    assert documents.plain("<" * 200_000) == "<" * 200_000


@pytest.mark.parametrize(
    ("text", "where", "sought", "outcome"),
    [
        (MARKDOWN, look("table", 2, "Small 1B"), "1300", ("found in other form", 4, "1.3k")),
        (MARKDOWN, look("table", 3, "Small 1B"), "2290", ("found", 4, "2,290")),
        (MARKDOWN, look("table", 2, "Large 70B"), "30840000", ("found in other form", 5, "30.84M")),
        (MARKDOWN, look("table", 3, "Large 70B"), "5", ("not found", 5, "")),
        (MARKDOWN, look("table", 2, "None 1B"), "5", ("not found", None, "")),
        (MARKDOWN, look("table", 2, "1B"), "1300", ("not found", None, "")),
        (MARKDOWN, look("words", "cumulative of # GPU hours"), "916000",
         ("found in other form", 6, "916k")),
        (MARKDOWN, look("words", "cumulative of # GPU days"), "916000", ("not found", None, "")),
        (MARKDOWN, look("words", "matched with renewable energy"), "market",
         ("found in other form", 7, "")),
        (MARKDOWN, look("words", "atched with"), "market", ("not found", None, "")),
        (HTML, look("table", 2, "Small"), "2040", ("found", 8, "2,040")),
        (CSV, look("csv", "mass [g]", {"name": "first"}), "10", ("found", 2, "10")),
        (CSV, look("csv", "mass [g]", {"name": "second"}), "400", ("found", 4, "400")),
        (CSV, look("csv", "mass [g]", {"name": "second", "note": "other"}), "400",
         ("not found", 5, "1400")),
        (CSV, look("csv", ["note", "mass [g]"], {"name": "second"}), "1400",
         ("found", 5, "1400")),
        (CSV, look("csv", "mass [g]", {"name": "short"}), "0", ("not found", None, "")),
        (CSV, look("csv", 1, {"name": "first"}), "first", ("found", 2, "first")),
        (CSV, look("heading", "note"), "note", ("found", 1, "note")),
        (YAML, look("tree", ["list", {"when": "2022"}, "value"]), "990.8", ("found", 3, "990.80")),
        (YAML, look("tree", ["list", {"when": "2024"}, "value"]), "5", ("not found", None, "")),
        (JSON, look("tree", ["m", "Qwen/A-3B", "active"], scale="1e9"), "37000000000",
         ("found in other form", 2, "37.0")),
        (JSON, look("tree", ["#AR"]), "AR", ("found", 3, "AR")),
        (JSON, look("tree", [{"v": "1"}, "v"]), "1", ("found", 3, "1")),
    ],
)  # fmt: skip
def test_looking_finds_the_line(text, where, sought, outcome):
    found = looking.look(document(text), where, sought)
    assert (found.result, found.line, found.printed) == outcome


def test_what_stands_there_is_kept_as_a_figure_or_a_name_never_as_a_sentence():
    text = "name,note\na," + "a long sentence " * 9 + "\n"
    found = looking.look(document(text), look("csv", "note", {"name": "a"}), "name")
    assert (found.result, found.printed) == ("not found", "")


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (b"\xff\xfe", "not UTF-8"),
        (b"x" * (documents.MOST_BYTES + 1), "too large"),
    ],
)
def test_a_document_that_is_none_is_refused(payload, words):
    with pytest.raises(DataError, match=words):
        documents.Document("d", payload)


def test_documents_are_read_and_never_run_or_expanded():
    bomb = "a: &a [x,x]\n" + "".join(
        f"{n}: &{n} [*{m},*{m}]\n" for m, n in zip("abcdefghijk", "bcdefghijkl", strict=True)
    )
    assert document(bomb).tree.id == "mapping"
    assert document("!!python/object/apply:os.system [exit]").tree.id == "sequence"
    with pytest.raises(DataError, match="neither JSON nor YAML"):
        _ = document("[}").tree
    for deep in ("[" * 1_000_000, "- " * 300_000 + "x"):
        with pytest.raises(DataError, match="too deep"):
            _ = document(deep).tree
    with pytest.raises(DataError, match="no such column"):
        document(CSV).column("weight", ",")
    with pytest.raises(DataError, match="not CSV"):
        document('a,b\n"' + "x" * (documents.MOST_CELL + 1)).records(",")


PIECES = st.sampled_from(
    ["|", "\n", ",", '"', "#", "<td>", "</tr>", "<tr>", "{", "}", "[", "]", ":", "- ", "&a ", "*a",
     "name", "1,234", "5M", "\x00", "\u2028", " ", "\\", "!!x", "\ufeff", "---"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_document_gives_a_result_or_a_message(text):
    for kind, target, row in (
        ("csv", "name", {"name": "5M"}),
        ("csv", 2, {"name": "name"}),
        ("heading", "name", None),
        ("table", 2, "name"),
        ("tree", ["name", {"name": "1,234"}, "#name"], None),
        ("words", "name # ", None),
        ("words", "name", None),
    ):
        for sought in ("5", "name"):
            try:
                found = looking.look(document(text), look(kind, target, row), sought)
            except DataError:
                continue
            assert found.result in results.RESULTS
            assert found.line is None or 1 <= found.line <= text.count("\n") + text.count("\r") + 1


# Results.

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
    at_hand = {"doc": MARKDOWN.encode()} if at_hand is None else at_hand
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
