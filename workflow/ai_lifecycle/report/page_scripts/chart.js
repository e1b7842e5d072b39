"use strict";
/* The chart of the explorer: stages of the first models shown, each with its range. */
report.chart = (() => {
  const MOST_MODELS = 12;
  const LANES = 48;
  let drawn = null;

  /** TeX between dollars would be set as a formula; a name is a name. */
  function label(name, longest) {
    const short = name.length > longest ? `${name.slice(0, longest - 1)}…` : name;
    return short.replaceAll("$$", "$\u200b$").replaceAll("\\(", "\\\u200b(").replaceAll("\\[", "\\\u200b[");
  }

  async function start(target, item) {
    const views = await Bokeh.embed.embed_item(item, target.id);
    const model = views.roots?.[0]?.model ?? Bokeh.documents[0].roots()[0];
    drawn = { model, document: model.document, target };
  }

  /** A name twice would fall together: the second has a mark that is not seen. */
  function distinct(labels) {
    const seen = new Map();
    return labels.map((text) => {
      const before = seen.get(text) ?? 0;
      seen.set(text, before + 1);
      return text + "\u200b".repeat(before);
    });
  }

  /** Powers of ten from low to high; over two of them and fewer 1, 2 and 5 of each, labels apart. */
  function ticks(low, high) {
    const [first, last] = [Math.round(Math.log10(low)), Math.round(Math.log10(high))];
    const steps = last - first <= 2 ? [1, 2, 5] : [1];
    const made = [];
    for (let power = first; power <= last; power += 1) {
      made.push(...steps.map((step) => Number(`${step}e${power}`)).filter((value) => value <= high));
    }
    return made;
  }

  /**
   * Draw models.
   * @param {{name: string, series: Object<string, number[]>}[]} models first at the top
   * @param {string} quantity what the axis says
   */
  function show(models, quantity) {
    if (!drawn) return;
    const named = (name) => drawn.document.get_model_by_name(name);
    const narrow = window.innerWidth < 600;
    const labels = distinct(models.map((model) => label(model.name, narrow ? 16 : 34)));
    const ends = [];
    for (const series of ["experimentation", "training", "inference", "sum"]) {
      const columns = { model: [], low: [], middle: [], high: [], words: [] };
      models.forEach((model, place) => {
        const range = model.series[series];
        if (!range || !(range[0] > 0) || !(range[1] > 0) || !(range[2] > 0)) return;
        columns.model.push(labels[place]);
        columns.low.push(range[0]);
        columns.middle.push(range[1]);
        columns.high.push(range[2]);
        columns.words.push(
          `${label(model.name, 60)}, ${series}: ${report.number(range[1])} ` +
            `(${report.number(range[0])} to ${report.number(range[2])})`
        );
        ends.push(range[0], range[2]);
      });
      named(series).data = columns;
      named(`legend_${series}`).visible = columns.model.length > 0;
    }
    named("models").factors = [...labels].reverse();
    named("bottom_axis").axis_label = quantity;
    if (ends.length) {
      const low = 10 ** Math.floor(Math.log10(Math.min(...ends)));
      const high = 10 ** Math.ceil(Math.log10(Math.max(...ends)));
      const end = Math.max(high, low * 10);
      named("emissions").setv({ start: low, end });
      named("ticks").ticks = ticks(low, end);
    }
    drawn.model.height = 120 + LANES * Math.max(models.length, 1);
  }

  /* A canvas neither shrinks to the paper nor is it drawn again for it: a picture of it does. */
  window.addEventListener("beforeprint", () => {
    const view = drawn && [...Bokeh.index.roots][0];
    if (!view) return;
    const src = view.export("png", true).canvas.toDataURL();
    drawn.target.after(report.element("img", { src, class: "printed", alt: drawn.target.ariaLabel }));
  });
  window.addEventListener("afterprint", () => document.querySelector("img.printed")?.remove());

  return { MOST_MODELS, start, show };
})();
