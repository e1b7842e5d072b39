"use strict";
/* What the scripts of the page share: elements, numbers and cells as a reader sees them. */
window.report = (() => {
  const MISSING = "—";
  const plain = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 3 });
  const raised = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

  /** An element; texts become text and never markup. */
  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined) made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  }

  /** A number to three significant digits. */
  function number(value) {
    if (value === null || value === undefined) return MISSING;
    if (value !== 0 && Math.abs(value) < 1e-4) {
      const [mantissa, exponent] = value.toExponential(2).split("e");
      const power = [...exponent].map((sign) => raised[sign] ?? "").join("");
      return `${Number(mantissa)} × 10${power}`;
    }
    return plain.format(value).replaceAll(",", "\u202f").replace("-", "−");
  }

  /** Links to bibliography entries on this page. */
  function citations(keys) {
    const links = [];
    for (const key of keys) {
      if (links.length) links.push(", ");
      const known = document.getElementById(`ref-${key}`);
      links.push(known ? element("a", { href: `#ref-${key}` }, key) : key);
    }
    return links;
  }

  /** One cell of a CSV file; a spreadsheet takes no text for a formula. */
  function cell(value) {
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return String(value);
    const inert = /^[=+\-@\t\r\n|]/.test(value) ? `'${value}` : value;
    return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
  }

  function csv(rows) {
    return rows.map((row) => row.map(cell).join(",")).join("\n") + "\n";
  }

  /** Hand a text to the reader as a file. */
  function download(text, name) {
    const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    element("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }

  /** The data that stand in an element of the page; null if there is none. */
  function data(id) {
    const found = document.getElementById(id);
    return found && JSON.parse(found.textContent);
  }

  for (const part of document.querySelectorAll("[data-needs-script]")) part.hidden = false;
  for (const part of document.querySelectorAll("[data-without-script]")) part.hidden = true;

  return { MISSING, element, number, citations, csv, download, data };
})();
