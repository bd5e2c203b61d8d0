// On a phone tables are shown as cards, which would take their roles from screen readers.
import { each } from "./page.js";

const ROLES = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TFOOT: "rowgroup", TR: "row", TD: "cell" };

each("table.cards", (table) => {
  for (const part of [table, ...table.querySelectorAll("thead, tbody, tfoot, tr, td")]) part.setAttribute("role", ROLES[part.tagName]);
  table.querySelectorAll("thead th").forEach((head) => head.setAttribute("role", "columnheader"));
  table.querySelectorAll("tbody th, tfoot th").forEach((head) => head.setAttribute("role", "rowheader"));
});
