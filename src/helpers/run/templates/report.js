// Long tables can be sorted by a header and filtered by a word, and a table that fits is no stop of the keyboard
// and no landmark. Without this script the page is complete.
(() => {
  "use strict";
  const LONG = 12;
  const { filter, rows, decimal } = document.currentScript.dataset;

  const number = text => {
    const found = text.replace(/\u2212/g, "-").match(/-?\d[\d.,]*/);
    if (!found) return NaN;
    return parseFloat(found[0].split(decimal).map(part => part.replace(/[.,]/g, "")).join("."));
  };

  // Headers that go over one column, in the order of the columns.
  const headers = head => {
    const [above, below] = head.rows;
    const under = below ? [...below.cells] : [];
    return [...above.cells].flatMap(cell => (cell.colSpan > 1 ? under.splice(0, cell.colSpan) : [cell]));
  };

  const compare = (at, numeric) => (one, other) => {
    const [a, b] = [one, other].map(row => row.cells[at].textContent.trim());
    if (!numeric) return a.localeCompare(b, document.documentElement.lang);
    const [x, y] = [number(a), number(b)];
    return isNaN(x) - isNaN(y) || (isNaN(x) ? 0 : x - y);
  };

  const sortable = table => {
    const body = table.tBodies[0];
    headers(table.tHead).forEach((header, at) => {
      const button = document.createElement("span"); // a real button is not printed on every page of a table
      button.setAttribute("role", "button");
      button.tabIndex = 0;
      button.className = "sort";
      button.append(...header.childNodes);
      header.append(button);
      button.addEventListener("keydown", event => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          button.click();
        }
      });
      button.addEventListener("click", () => {
        const down = header.getAttribute("aria-sort") === "ascending";
        table.tHead.querySelectorAll("[aria-sort]").forEach(one => one.removeAttribute("aria-sort"));
        header.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = [...body.rows].sort(compare(at, header.classList.contains("number")));
        body.append(...(down ? rows.reverse() : rows));
      });
    });
  };

  const filterable = (table, number) => {
    const label = document.createElement("label");
    const input = document.createElement("input");
    input.type = "search";
    input.id = `filter-${number}`;
    label.htmlFor = input.id;
    label.textContent = filter;
    input.setAttribute("aria-describedby", table.caption.id);
    const left = document.createElement("output"); // said aloud when it changes
    const holder = document.createElement("p");
    holder.className = "filter";
    holder.append(label, " ", input, " ", left);
    table.closest(".region").before(holder);
    input.addEventListener("input", () => {
      const sought = input.value.trim().toLocaleLowerCase();
      const all = [...table.tBodies[0].rows];
      for (const row of all) {
        row.hidden = ![...row.cells].some(cell => cell.textContent.toLocaleLowerCase().includes(sought));
      }
      left.textContent = sought && `${all.filter(row => !row.hidden).length} / ${all.length} ${rows}`;
    });
  };

  const fitting = new ResizeObserver(seen => seen.forEach(({ target }) => {
    const scrolls = target.scrollWidth > target.clientWidth;
    target.tabIndex = scrolls ? 0 : -1;
    target.setAttribute("role", scrolls ? "region" : "group");
  }));
  document.querySelectorAll("main .region").forEach(region => fitting.observe(region));

  [...document.querySelectorAll("main .region table")]
    .filter(table => table.tHead && table.tBodies[0].rows.length >= LONG)
    .forEach((table, number) => {
      sortable(table);
      filterable(table, number);
    });
})();
