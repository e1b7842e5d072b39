"use strict";
/* The explorer: what the reader asks, the rows that answer, and where each number comes from. */
(() => {
  const data = report.data("explorer-data");
  if (!data) return;
  const { element, number, MISSING } = report;
  const ROWS = 25;
  const ledger = report.ledger(data);
  const form = document.getElementById("explorer-form");
  const body = document.getElementById("explorer-rows");
  const heads = [...document.querySelectorAll("#explorer-table th button[data-sort]")];
  const count = document.getElementById("explorer-count");
  const caption = document.getElementById("explorer-quantity");
  const previous = document.getElementById("explorer-previous");
  const next = document.getElementById("explorer-next");
  const chartWords = document.getElementById("explorer-chart-words");
  const target = document.getElementById("explorer-chart");
  const methods = new Map(data.methods.map(([name, words, meaning]) => [name, { words, meaning }]));
  const phases = new Map(data.phases);
  const unit = (method) => (method === "operating_margin" ? "CO₂" : "CO₂e");
  const units = document.querySelectorAll("#explorer-table th.number .mass");
  const state = { sort: "middle", descending: true, page: 0, shown: [] };

  function wanted() {
    const given = new FormData(form);
    const [method, phase] = [given.get("method"), given.get("phase")];
    return {
      words: given.get("search").toLowerCase().split(/\s+/).filter(Boolean),
      organisation: given.get("organisation"),
      hardware: given.get("hardware"),
      route: given.get("route"),
      from: Number(given.get("from")),
      to: Number(given.get("to")),
      disclosed: Number(given.get("disclosed")),
      method,
      phase: ledger.stage(method, phase),
      // A sum that the method does not have; what is shown is training.
      noSum: ledger.stage(method, phase) !== phase,
      sort: state.sort,
      descending: state.descending,
    };
  }

  function line(row, asked) {
    const [low, middle, high] = ledger.range(row, asked.method, asked.phase);
    const button = element(
      "button",
      { type: "button", "aria-expanded": "false", "aria-controls": `sources-${row.place}` },
      "Sources"
    );
    button.append(element("span", { class: "unseen" }, ` of ${row.name}`));
    const made = element(
      "tr",
      {},
      element("th", { scope: "row" }, row.name, " ", button),
      ...[low, middle, high].map((value) => element("td", { class: "number" }, number(value))),
      element("td", { class: "number" }, row.disclosed === null ? MISSING : `${Math.round(row.disclosed)} %`),
      element("td", { class: "text" }, row.organisation || MISSING),
      element("td", { class: "day" }, row.published),
      element("td", { class: "text" }, row.hardware || MISSING)
    );
    button.addEventListener("click", () => toggle(button, made, row));
    return made;
  }

  function toggle(button, after, row) {
    const open = document.getElementById(`sources-${row.place}`);
    button.setAttribute("aria-expanded", String(!open));
    if (open) open.remove();
    else after.after(detail(row, wanted()));
  }

  function detail(row, asked) {
    const stages = element("tbody");
    for (const [phase, words] of phases) {
      if (ledger.isSum(phase) && ledger.stage(asked.method, phase) !== phase) continue;
      const cells = ledger.range(row, asked.method, phase);
      stages.append(
        element("tr", {}, element("th", { scope: "row" }, words),
          ...cells.map((value) => element("td", { class: "number" }, number(value))))
      );
    }
    const heading = ["Stage", ...data.ends.map((end) => `${end} t ${unit(asked.method)}`)];
    const table = element("table", {},
      element("caption", {}, `${row.name}: ${stated(asked)}`),
      element("thead", {}, element("tr", {}, ...heading.map((h, i) =>
        element("th", { scope: "col", class: i ? "number" : null }, h)))),
      stages);
    const terms = element("dl");
    const say = (name, ...content) => terms.append(element("dt", {}, name), element("dd", {}, ...content));
    say("Functional unit", row.unit || MISSING);
    const [low, middle, high] = (data.central[asked.method] ?? []).map((column) => column[row.place]);
    if (middle !== undefined && middle !== null) {
      say("Made, with every factor at its central value",
        `${number(middle)} t; with all at the end that gives least, or most: ${number(low)} to ${number(high)} t`);
    }
    say("Rests on", `${share(row.disclosed)} disclosed, ${share(row.derived)} derived, ${share(row.prior)} assumed ` +
      "(shares of factors, weighted by emissions)");
    say("The developer prints", row.printed || MISSING);
    say("Energy of training from", row.route, ", ", element("a", { href: "#method-training_energy" }, "method"));
    say("Intensity of electricity", basis(row, asked.method) || MISSING);
    for (const [words, name, value, keys, locator, status, found] of data.evidence[row.id] ?? []) {
      say(`${name}: ${value}`, ...report.citations(keys.map((key) => data.keys[key])),
        `, ${locator} (${status}; ${words})`, found && `; evidence: ${found}`);
    }
    say("All sources", ...report.citations(row.keys), ". Each entry lists where in the source a number stands.");
    say("How it is computed",
      element("a", { href: "#method-lifecycle_ledger" }, "ledger"), ", ",
      element("a", { href: "#method-uncertainty" }, "ranges"), ", ",
      element("a", { href: "#method-embodied_carbon" }, "manufacture"), ", ",
      element("a", { href: "#method-inference_energy" }, "inference"));
    return element("tr", { class: "detail", id: `sources-${row.place}` },
      element("td", { colspan: "8" }, element("div", {}, table, terms)));
  }

  /** The method in words, and what it lacks. */
  function stated(asked) {
    const { words } = methods.get(asked.method);
    return ledger.stage(asked.method, "made") === "made" ? words : `${words}, operation alone; no sum by this method`;
  }

  const share = (percent) => (percent === null ? MISSING : `${number(percent)} %`);

  function basis(row, method) {
    const column = data.basis[method];
    return column ? column.words[column.rows[row.place]] : "";
  }

  function draw(asked) {
    const summed = asked.phase === "made" ? "made" : "made_and_served";
    const first = state.shown
      .map((row) => ({ row, name: row.name, series: {
        experimentation: ledger.range(row, asked.method, "experimentation"),
        training: ledger.range(row, asked.method, "training"),
        inference: summed === "made" ? null : ledger.range(row, asked.method, "inference"),
        sum: ledger.range(row, asked.method, summed),
      } }))
      .filter((model) => Object.values(model.series).some((range) => range && range[1] > 0))
      .slice(0, report.chart.MOST_MODELS);
    const said = `t ${unit(asked.method)}`;
    const hasSum = ledger.stage(asked.method, summed) === summed;
    report.chart.show(first, `${said}, ${methods.get(asked.method).words.toLowerCase()}`);
    const ends = `${data.ends[0]} to ${data.ends[2]}`;
    chartWords.textContent = first.length
      ? `${first.length === 1 ? "The first model of the table that has" : `The first ${first.length} models of the table that have`} ` +
        `a number: ${data.ends[1]} as a mark, ${ends} as a line, ` +
        `${said} on a logarithmic axis. At the top ${first[0].name}. ` +
        (hasSum ? `The sum is of ${phases.get(summed).toLowerCase()}. ` : "Stages in operation alone; no sum by this method. ") +
        "The table holds the same numbers; stage by stage they stand under Sources."
      : "No model of the table has a number by this method.";
  }

  function refresh() {
    const asked = wanted();
    state.shown = ledger.chosen(asked);
    const pages = Math.max(1, Math.ceil(state.shown.length / ROWS));
    state.page = Math.min(state.page, pages - 1);
    const start = state.page * ROWS;
    const visible = state.shown.slice(start, start + ROWS);
    body.replaceChildren(...visible.map((row) => line(row, asked)));
    const known = state.shown.filter((row) => ledger.range(row, asked.method, asked.phase)[1] !== null).length;
    count.textContent = `${state.shown.length} of ${ledger.rows.length} models, ${known} with a number by this method` +
      (asked.noSum ? ", which gives no sum: training is shown" : "") +
      (visible.length ? `; rows ${start + 1} to ${start + visible.length}` : "") +
      (asked.from && asked.to && asked.from > asked.to
        ? `; no year is both from ${asked.from} and to ${asked.to}: the first comes after the last` : "");
    for (const place of units) place.textContent = unit(asked.method);
    caption.textContent = `${asked.noSum ? "No sum by this method; shown is the operation of training" : phases.get(asked.phase)}. ${methods.get(asked.method).words}: ${methods.get(asked.method).meaning}.`;
    for (const head of heads) {
      const sorted = head.dataset.sort === state.sort;
      head.parentElement.setAttribute("aria-sort", !sorted ? "none" : state.descending ? "descending" : "ascending");
    }
    // A button that took the focus keeps it, so it is only said to be of no use.
    previous.setAttribute("aria-disabled", String(state.page === 0));
    next.setAttribute("aria-disabled", String(state.page >= pages - 1));
    draw(asked);
  }

  function turn(pages) {
    const last = Math.max(0, Math.ceil(state.shown.length / ROWS) - 1);
    const page = Math.min(Math.max(state.page + pages, 0), last);
    if (page === state.page) return;
    state.page = page;
    refresh();
  }

  function file() {
    const asked = wanted();
    const mass = asked.method === "operating_margin" ? "tco2" : "tco2e";
    const header = ["model_id", "model", "organisation", "published", "hardware", "domain", "phase", "accounting_method",
      ...data.ends.map((end) => `${end.replaceAll(" ", "_")}_${mass}`),
      "disclosed_percent", "derived_percent", "assumed_percent", "energy_route", "source_key"];
    const lines = state.shown.map((row) => [row.id, row.name, row.organisation,
      row.published === MISSING ? "" : row.published, row.hardware, row.domain, asked.phase, asked.method,
      ...ledger.range(row, asked.method, asked.phase), row.disclosed, row.derived, row.prior, row.route,
      row.keys.join(";")]);
    report.download(report.csv([header, ...lines]), `ledger_${asked.method}_${asked.phase}.csv`);
  }

  form.addEventListener("input", () => {
    state.page = 0;
    refresh();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => {
    Object.assign(state, { sort: "middle", descending: true, page: 0 });
    refresh();
  }));
  for (const head of heads) {
    head.disabled = false;
    head.addEventListener("click", () => {
      const again = state.sort === head.dataset.sort;
      state.descending = again ? !state.descending : head.dataset.first === "descending";
      state.sort = head.dataset.sort;
      state.page = 0;
      refresh();
    });
  }
  previous.addEventListener("click", () => turn(-1));
  next.addEventListener("click", () => turn(1));
  document.getElementById("explorer-download").addEventListener("click", file);
  refresh();
  report.chart.start(target, report.data("explorer-chart-data")).then(() => {
    draw(wanted());
    document.documentElement.dataset.ready = "yes";
  });
})();
