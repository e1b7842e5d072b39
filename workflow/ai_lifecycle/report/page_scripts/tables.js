"use strict";
/* Tables are built when they are opened; the ten findings show their figures small. */
(() => {
  const { element } = report;

  /** Rows of a table from its data: texts said once, references as links. */
  function rows(data) {
    return data.rows.map((row) => {
      const line = element("tr");
      row.forEach((place, column) => {
        const text = data.texts[place];
        const cited = data.cites.includes(column) && text !== report.MISSING;
        const content = cited ? report.citations(text.split(";")) : [text];
        const head = column === 0;
        line.append(element(head ? "th" : "td",
          head ? { scope: "row" } : { class: cited ? "text" : data.css[column] }, ...content));
      });
      return line;
    });
  }

  for (const details of document.querySelectorAll("details[data-table]")) {
    const fill = () => {
      const body = details.querySelector("tbody");
      if (body.rows.length) return;
      const data = report.data(`data-${details.dataset.table}`);
      body.append(...rows(data));
      details.querySelector(".scroll").hidden = false;
    };
    details.addEventListener("toggle", () => details.open && fill());
  }

  /** A link to something in a closed part opens it. */
  function reveal() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let part = target; part; part = part.parentElement) {
      if (part.tagName === "DETAILS") part.open = true;
    }
    if (target) target.scrollIntoView();
  }
  window.addEventListener("hashchange", reveal);
  reveal();

  for (const link of document.querySelectorAll("a[data-figure]")) {
    const drawn = document.querySelector(`img[data-figure="${CSS.escape(link.dataset.figure)}"]`);
    if (drawn) link.append(element("img", { src: drawn.getAttribute("src"), alt: "" }));
  }
})();
