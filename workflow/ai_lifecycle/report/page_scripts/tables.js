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

  /** A link to something in a closed part opens it; one to a heading or reference what belongs to it. */
  function reveal() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let part = target; part; part = part.parentElement) {
      if (part.tagName === "DETAILS") part.open = true;
    }
    const below = target?.tagName === "LI" ? target.querySelector("details") : target?.nextElementSibling;
    if (/^(H\d|LI)$/.test(target?.tagName) && below?.tagName === "DETAILS") below.open = true;
    if (target) target.scrollIntoView();
  }
  window.addEventListener("hashchange", reveal);
  reveal();

  /* Figures stand in noscript elements; each is drawn when it comes near, all before printing. */
  const waiting = new Map();
  for (const still of document.querySelectorAll("noscript[data-figure]")) {
    waiting.set(still.dataset.figure, still);
  }
  const parser = new DOMParser();
  const pictures = new Map();

  function picture(name) {
    if (!pictures.has(name)) {
      const made = parser.parseFromString(waiting.get(name).textContent, "text/html").querySelector("img");
      pictures.set(name, document.adoptNode(made));
    }
    return pictures.get(name);
  }

  function draw(place) {
    if (place.dataset.drawn) return;
    place.dataset.drawn = "yes";
    if (place.tagName === "A") place.append(element("img", { src: picture(place.dataset.figure).src, alt: "" }));
    else place.replaceChildren(picture(place.dataset.figure));
  }

  const places = [...document.querySelectorAll(".picture[data-figure], a[data-figure]")]
    .filter((place) => waiting.has(place.dataset.figure));
  const near = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) if (isIntersecting) draw(target);
  }, { rootMargin: "600px" });
  for (const place of places) near.observe(place);
  window.addEventListener("beforeprint", () => places.forEach(draw));
})();
