"use strict";
/* The ledger in memory: its rows, which of them pass the filters, and in which order. */
report.ledger = (data) => {
  const text = (column, place) => column.words[column.rows[place]];
  const models = data.models;
  const rows = models.id.map((id, place) => ({
    id,
    place,
    name: models.name[place],
    organisation: text(models.organisation, place),
    members: models.organisation.of[models.organisation.rows[place]].map((member) => models.organisation.members[member]),
    published: models.published[place],
    hardware: text(models.hardware, place),
    domain: text(models.domain, place),
    route: text(models.route, place),
    unit: text(models.unit, place),
    printed: text(models.printed, place),
    disclosed: models.disclosed[place],
    derived: models.derived[place],
    prior: models.prior[place],
    keys: models.keys[place].map((key) => data.keys[key]),
    sought: [models.name[place], id, text(models.organisation, place), text(models.domain, place)]
      .join("\n")
      .toLowerCase(),
  }));

  /** [low, middle, high] in t, each null where there is none. */
  function range(row, method, phase) {
    const columns = data.values[method]?.[phase];
    return columns ? columns.map((column) => column[row.place]) : [null, null, null];
  }

  /** The stage shown: a method that has no sum shows training in its stead. */
  function stage(method, phase) {
    const has = data.values[method] ?? {};
    return phase in has || !isSum(phase) ? phase : "training";
  }

  const isSum = (phase) => phase.startsWith("made");

  function passes(row, wanted) {
    const year = Number(row.published.slice(0, 4));
    return (
      wanted.words.every((word) => row.sought.includes(word)) &&
      (!wanted.organisation || row.members.includes(wanted.organisation)) &&
      (!wanted.hardware || row.hardware === wanted.hardware) &&
      (!wanted.route || row.route === wanted.route) &&
      (!wanted.from || year >= wanted.from) &&
      (!wanted.to || year <= wanted.to) &&
      (!wanted.disclosed || row.disclosed >= wanted.disclosed)
    );
  }

  /** What a row is sorted by; missing is null. */
  function key(row, wanted) {
    const ends = { low: 0, middle: 1, high: 2 };
    if (wanted.sort in ends) return range(row, wanted.method, wanted.phase)[ends[wanted.sort]];
    const value = row[wanted.sort];
    return value === report.MISSING || value === "" ? null : value;
  }

  function order(a, b) {
    return typeof a === "number" ? a - b : a.localeCompare(b, "en");
  }

  /** Rows that pass, sorted; missing comes last either way, equals keep the ledger's order. */
  function chosen(wanted) {
    const kept = rows.filter((row) => passes(row, wanted)).map((row) => [key(row, wanted), row]);
    const sign = wanted.descending ? -1 : 1;
    kept.sort(([a, first], [b, second]) => {
      if (a === null || b === null) return (a === null) - (b === null) || first.place - second.place;
      return sign * order(a, b) || first.place - second.place;
    });
    return kept.map(([, row]) => row);
  }

  return { rows, range, stage, isSum, chosen };
};
