"use strict";
/* The lineage: lists that are searched by name, each entry built when it is opened. */
(() => {
  const data = report.data("lineage-data");
  if (!data) return;
  const { element } = report;

  function named(place) {
    const link = data.links[place];
    return link ? element("a", { href: `#${link}` }, data.names[place]) : data.names[place];
  }

  function groups(entry) {
    const terms = element("dl");
    for (const [heading, places] of entry[2]) {
      const names = places.flatMap((place, number) => (number ? [", ", named(place)] : [named(place)]));
      terms.append(element("dt", {}, heading), element("dd", {}, ...names));
    }
    return terms;
  }

  function line(entry) {
    const details = element("details", {},
      element("summary", {}, entry[0], " ", element("span", { class: "meta" }, entry[1])));
    details.addEventListener("toggle", () => {
      if (details.open && !details.querySelector("dl")) details.append(groups(entry));
    });
    return element("li", {}, details);
  }

  for (const name of ["artifacts", "origins"]) {
    const list = document.getElementById(`lineage-${name}`);
    const field = document.getElementById(`lineage-${name}-search`);
    const told = document.getElementById(`lineage-${name}-told`);
    const lines = data[name].map((entry) => [`${entry[0]} ${entry[1]}`.toLowerCase(), line(entry)]);
    const search = () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      const found = lines.filter(([text]) => words.every((word) => text.includes(word)));
      list.replaceChildren(...found.map(([, item]) => item));
      told.textContent = `${found.length} of ${lines.length}`;
    };
    field.addEventListener("input", search);
    search();
  }
})();
