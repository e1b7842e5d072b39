"""The catalogue of models: one row a model over our disclosures and Epoch AI's table."""

import numpy as np
import pandas as pd

from ai_lifecycle import tables, units
from ai_lifecycle.errors import DataError
from ai_lifecycle.model_catalogue import contradictions, epoch_rows, names
from ai_lifecycle.training_tables import disclosures as border

TERA = 1e12
CONTRADICTED = "hours_contradict_compute"
HOURS = ["accelerator_hours_h", "accelerator_hours_low_h", "accelerator_hours_high_h",
         "accelerator_hours_origin"]  # fmt: skip
# What a disclosure lacks is taken from its row in Epoch AI's table.
FILLED = ["publication_date", "parameters"]
TAKEN = ["country", "domain", "task", "base_model", "accelerator_count", "training_hours_h",
         "active_parameters", "active_parameters_origin", "training_tokens",
         "training_tokens_origin", "training_flop", "training_flop_low", "training_flop_high",
         "training_flop_origin", "compute_from_hardware", "utilisation_listed",
         "numerical_format", "confidence", "fault"]  # fmt: skip


def from_epoch(frame, active, mapped, accelerators):
    """Epoch AI's rows in the columns of the catalogue.

    Parameters
    ----------
    frame : DataFrame
        ``epoch_models``.
    active : DataFrame
        ``model_active_parameters``.
    mapped, accelerators : DataFrame
        From ``names.read_accelerators``.

    Returns
    -------
    DataFrame
        All rows, with hours_refused and hours_contradict_compute besides.
    """
    ids = frame["epoch_id"].map(names.slug)
    year = frame["publication_date"].dt.year.astype(str)
    ids = ids.where(~ids.duplicated(keep=False), ids + "-" + year)
    if ids.duplicated().any():
        raise DataError("two models have one identifier", column="epoch_id",
                        found=ids[ids.duplicated().idxmax()])  # fmt: skip
    stated = ids.map(active.set_index("model_id")["value"]).to_numpy(float)
    out = frame.assign(
        model_id=ids,
        catalogue="epoch",
        functional_unit=np.where(frame["base_model"].isna(), "training run", "fine-tuning"),
        part_of=None,
        accelerator_listed=frame["hardware"],
        accelerator_count=frame["hardware_quantity"],
        compute_from_hardware=_held(frame["compute_method"], "Hardware"),
        utilisation_listed=frame["utilisation"],
        source_key="epoch_models",
    ).drop(columns="accelerator_hours_h")
    place = names.located(frame["hardware"], "epoch", mapped)
    parts = [place, epoch_rows.hours(frame), epoch_rows.compute(frame),
             epoch_rows.parameters(frame, stated)]  # fmt: skip
    out = out.drop(columns=[c for part in parts for c in part if c in out])
    out = pd.concat([out, *parts], axis=1)
    out["accelerator_family"] = _family(out["accelerator"], accelerators)
    peak = out["accelerator"].map(accelerators["peak_tflops"]).to_numpy(float) * TERA
    most = peak * out["accelerator_hours_h"].to_numpy(float) * units.SECONDS_PER_HOUR
    out[CONTRADICTED] = out["training_flop"].to_numpy(float) > most
    return out


def _held(cells, word):
    return cells.fillna("").str.split(";").map(lambda parts: word in parts).to_numpy(bool)


def _family(accelerator, accelerators):
    return accelerator.map(accelerators["family"]).astype(object).where(accelerator.notna(), None)


def from_disclosures(catalogue, facts, mapped, accelerators):
    """Our disclosures in the columns of the catalogue: the model's own account of each.

    Parameters
    ----------
    catalogue, facts : DataFrame
        From ``training_tables.disclosures.read``.
    mapped, accelerators : DataFrame
        From ``names.read_accelerators``.

    Returns
    -------
    DataFrame
        One row a model.
    """
    accounts = border.accounts(facts)
    own = accounts.reindex(pd.MultiIndex.from_frame(catalogue[["model_id", "scope"]]))
    place = names.located(catalogue["accelerator"], "disclosure", mapped)
    hours = own["accelerator_hours"].to_numpy(float)
    out = pd.DataFrame(
        {
            **{name: catalogue[name] for name in ("model_id", "name", "organisation",
               "publication_date", "functional_unit", "parameters", "source_key")},
            "catalogue": "disclosure",
            "part_of": None,
            "accelerator_listed": catalogue["accelerator"],
            "accelerator_hours_h": hours,
            "accelerator_hours_low_h": own["accelerator_hours_low"].to_numpy(float),
            "accelerator_hours_high_h": own["accelerator_hours_high"].to_numpy(float),
            "accelerator_hours_origin": np.where(np.isnan(hours), None, "disclosed"),
        }
    )  # fmt: skip
    out[list(place)] = place
    out["accelerator_family"] = _family(out["accelerator"], accelerators)
    return out


def _active(out, active):
    """A fact where one states it; disclosures without a row in the other table: else dense."""
    stated = active.set_index("model_id")["value"]
    sparse = out["model_id"].isin(stated.index)
    alone = out["active_parameters_origin"].isna() | out["model_id"].map(stated).notna()
    given = out["parameters"].notna()
    value = out["parameters"].mask(sparse, out["model_id"].map(stated))
    out["active_parameters"] = out["active_parameters"].astype(float).mask(alone, value)
    words = np.select(
        [~given, sparse & value.isna(), sparse], ["missing", "unclear", "stated"], "equal to total"
    )
    origin = out["active_parameters_origin"].astype(object)
    out["active_parameters_origin"] = origin.where(~alone, words)
    return out


def joined(disclosed, listed, relations, active):
    """One row a model: disclosures with what Epoch AI's row adds, and Epoch AI's other rows.

    Parameters
    ----------
    disclosed, listed : DataFrame
        From `from_disclosures` and `from_epoch`.
    relations : DataFrame
        From ``names.read_models``.
    active : DataFrame
        ``model_active_parameters``.

    Returns
    -------
    DataFrame
        Sorted by model_id.
    """
    same = relations[relations["relation"] == "same"].set_index("model_id")["other_id"]
    rows = listed.set_index("epoch_id").reindex(disclosed["model_id"].map(same))
    rows.index = disclosed.index
    both = disclosed["model_id"].isin(same.index)
    out = disclosed.copy()
    out["catalogue"] = np.where(both, "both", "disclosure")
    for name in FILLED:
        out[name] = out[name].where(out[name].notna(), rows[name])
    for name in TAKEN:
        out[name] = rows[name]
    lacking = out["accelerator_hours_h"].isna() & rows["accelerator_hours_h"].notna()
    lacking &= out["functional_unit"] == "training run"
    other = contradictions.hours_contradict_developer(
        out["accelerator_hours_h"], rows["accelerator_hours_h"]
    )
    out[contradictions.DEVELOPER] = other
    out["fault"] = contradictions.named(out["fault"], other, contradictions.DEVELOPER)
    for name in HOURS:
        out[name] = out[name].where(~lacking, rows[name])
    unknown = out["accelerator"].isna() & rows["accelerator"].notna()
    for name in ("accelerator", "accelerator_match", "accelerator_alternatives",
                 "accelerator_family", "accelerator_listed"):  # fmt: skip
        out[name] = out[name].where(~unknown, rows[name])
    out["source_key"] = out["source_key"].astype(object) + np.where(both, ";epoch_models", "")
    out = _active(out, active)
    rest = listed[~listed["epoch_id"].isin(set(same))]
    clash = set(rest["model_id"]) & set(out["model_id"])
    rest = rest.assign(model_id=[f"{i}-epoch" if i in clash else i for i in rest["model_id"]])
    frame = pd.concat([out, rest], ignore_index=True)
    frame["part_of"] = _parts(frame, listed, relations)
    frame["compute_from_hardware"] = frame["compute_from_hardware"].eq(True)
    for name in ("hours_refused", CONTRADICTED, contradictions.DEVELOPER):
        frame[name] = frame[name].eq(True)
    return frame.sort_values("model_id", kind="stable").reset_index(drop=True)


def _parts(frame, listed, relations):
    """Family or project that a row is a part of: the two must not be added up."""
    members = relations[relations["relation"] == "member"]
    ids = dict(zip(listed["epoch_id"], listed["model_id"], strict=True))
    whole = {
        ids[row.other_id] if row.other_catalogue == "epoch" else row.other_id: row.model_id
        for row in members.itertuples(index=False)
    }
    return [whole.get(model_id) for model_id in frame["model_id"]]


def divided(frame, known):
    """Rows with enough data for the catalogue, and the others with what they lack.

    A disclosure always stays. A row of Epoch AI alone needs one known accelerator and either
    compute of the run or accelerator-hours that do not contradict it.

    Parameters
    ----------
    frame : DataFrame
        From `joined` and ``contradictions.refuse_compute``.
    known : sequence of str
        Accelerators that our tables know.

    Returns
    -------
    models, left_out : DataFrame
        As declared for ``models`` and ``models_left_out``.
    """
    reasons = [_lacks(row, known) if row["catalogue"] == "epoch" else "" for row in
               frame.to_dict("records")]  # fmt: skip
    out = np.array([bool(reason) for reason in reasons])
    left = frame.loc[out, ["model_id", "name", "catalogue", "accelerator_listed"]].assign(
        stage="catalogue", reason=[reason for reason in reasons if reason]
    )
    models = frame[~out]
    twice = models["model_id"].duplicated()
    if twice.any():
        raise DataError("model stands twice in the catalogue", column="model_id",
                        found=models["model_id"][twice.idxmax()])  # fmt: skip
    columns = list(tables.declaration("models"))
    return (
        models[columns].reset_index(drop=True),
        left[list(tables.declaration("models_left_out"))].reset_index(drop=True),
    )


def _lacks(row, known):
    """Words for what keeps a row out; empty if nothing does."""
    faults = []
    if row["name"] != row["epoch_id"]:
        faults.append("name listed twice")
    if pd.isna(row["publication_date"]):
        faults.append("no date")
    flop, hours = pd.notna(row["training_flop"]), pd.notna(row["accelerator_hours_h"])
    if not flop and not hours:
        faults.append(_no_work(row))
    if row[CONTRADICTED]:
        faults.append("hours contradict compute: more operations than the accelerators can do")
    if pd.isna(row["accelerator_listed"]):
        faults.append("no hardware")
    elif ";" in row["accelerator_listed"]:
        faults.append("several accelerators without their shares")
    elif pd.isna(row["accelerator"]):
        near = ", ".join(names.nearest(row["accelerator_listed"], known))
        faults.append(f"unknown accelerator (nearest: {near})")
    return "; ".join(faults)


def _no_work(row):
    if row[contradictions.TOO_SMALL]:
        return ("compute too small for its accelerators: under a minute at their peak, "
                "and no hours")  # fmt: skip
    if row["hours_refused"]:
        return "hours stated twice, over a factor of two apart, and no compute"
    if pd.notna(row["base_model"]):
        return "no hours, and no compute of the fine-tuning without its base model"
    return "neither compute nor hours"


def quality(frame):
    """Faults of Epoch AI's rows that show only beside our tables; rows of a quality table."""
    listed = frame[frame["catalogue"] != "disclosure"]
    several = listed["accelerator_listed"].fillna("").str.contains(";", regex=False)
    unknown = listed["accelerator_listed"].notna() & ~several & listed["accelerator"].isna()
    assumed = listed["accelerator_match"].isin(["variant not stated", "nearest variant"])
    contradicted = listed[CONTRADICTED]
    small, other = listed[contradictions.TOO_SMALL], listed[contradictions.DEVELOPER]
    rows = [
        [f"{contradictions.TOO_SMALL}: under a minute of the listed accelerators at their dense "
         "peak, or under a thousandth of what their hours hold",
         "compute, hours, hardware", int(small.sum()),
         "the compute is refused; hours are used where stated",
         "without hours the model is left out"],
        [f"{contradictions.DEVELOPER}: over "
         f"{contradictions.HOURS_TOLERANCE:.0%} from the hours that the developer states",
         "hours, quantity, chip-hours", int(other.sum()),
         "the developer's are taken", "column accelerator_hours_origin says disclosed"],
        [f"{CONTRADICTED}: more operations than accelerator-hours at the dense peak allow",
         "hours, compute, hardware", int(contradicted.sum()),
         "left out where nothing else is known of the model", "one of the three must be wrong"],
        ["hours_refused: two statements of accelerator-hours over a factor of two apart",
         "hours, quantity, chip-hours", int(listed["hours_refused"].sum()),
         "neither is used", "compute is used instead where stated"],
        ["variant_not_stated: the name fits several variants, or a variant that no table holds",
         "Training hardware", int(assumed.sum()),
         "the variant of accelerator_names; the others widen the range of power",
         "column accelerator_match"],
        ["unknown_accelerator: a name that our tables of hardware do not know",
         "Training hardware", int(unknown.sum()), "left out with the nearest names",
         "fewer models, mostly on consumer cards"],
    ]  # fmt: skip
    out = pd.DataFrame(
        [["Epoch AI models", "models", *row, "epoch_models beside our tables"] for row in rows],
        columns=["dataset", "subject", "fault", "where", "hours_or_rows", "treatment", "effect",
                 "source"],
    )  # fmt: skip
    return out[out["hours_or_rows"] > 0].reset_index(drop=True)
