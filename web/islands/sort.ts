import { mount } from "./mount.ts";

type Order = { column: number; rising: boolean };

const orders = new Map<string, Order>();

function value(row: HTMLTableRowElement, column: number): string {
  const cell = row.cells[column];
  return cell?.dataset["sort"] ?? cell?.querySelector("time")?.dateTime ?? cell?.textContent?.trim() ?? "";
}

function figure(text: string): number {
  return /^-?[\d\s\u00a0\u202f.,]+%?$/.test(text) ? Number(text.replace(/[^\d.,-]/g, "").replace(",", ".")) : NaN;
}

function compare(left: string, right: string): number {
  const [a, b] = [figure(left), figure(right)];
  if (!Number.isNaN(a) && !Number.isNaN(b)) return a - b;
  return left.localeCompare(right, document.documentElement.lang, { numeric: true });
}

function apply(table: HTMLTableElement, order: Order): void {
  const body = table.tBodies[0];
  if (!body) return;
  const sign = order.rising ? 1 : -1;
  const rows = [...body.rows];
  const wanted = [...rows].sort((a, b) => sign * compare(value(a, order.column), value(b, order.column)));
  if (wanted.some((row, place) => row !== rows[place])) body.append(...wanted);
  for (const [place, head] of [...(table.tHead?.rows[0]?.cells ?? [])].entries()) {
    if (place === order.column) head.setAttribute("aria-sort", order.rising ? "ascending" : "descending");
    else head.removeAttribute("aria-sort");
  }
}

function press(table: HTMLTableElement, column: number): void {
  const name = table.dataset["sortable"] ?? "";
  const known = orders.get(name);
  const row = table.tBodies[0]?.rows[0];
  const figures = row !== undefined && !Number.isNaN(figure(value(row, column)));
  const order = { column, rising: known?.column === column ? !known.rising : !figures };
  orders.set(name, order);
  apply(table, order);
}

function prepare(table: HTMLTableElement): void {
  for (const [column, head] of [...(table.tHead?.rows[0]?.cells ?? [])].entries()) {
    const words = head.textContent?.trim();
    if (!words || head.querySelector(".sort, .unseen")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.textContent = words;
    button.addEventListener("click", () => press(table, column));
    head.replaceChildren(button);
  }
  const order = orders.get(table.dataset["sortable"] ?? "");
  if (order) apply(table, order);
}

/** Tables that say so are sorted by a press on a column's head, and stay so when the server says more. */
export function mountSort(): void {
  mount<HTMLTableElement>("table[data-sortable]", prepare);
  document.addEventListener("htmx:after:swap", () => {
    for (const table of document.querySelectorAll<HTMLTableElement>("table[data-sortable]")) prepare(table);
  });
}
