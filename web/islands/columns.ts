import { mount } from "./mount.ts";

/** Which columns of a table are hidden, by the words of their heads; kept in the browser. */
function hidden(name: string): Set<string> {
  try {
    return new Set(JSON.parse(localStorage.getItem(`columns:${name}`) ?? "[]") as string[]);
  } catch {
    return new Set();
  }
}

function keep(name: string, columns: Set<string>): void {
  try {
    localStorage.setItem(`columns:${name}`, JSON.stringify([...columns]));
  } catch {
    // a browser that keeps nothing forgets the choice with the page
  }
}

/** The heads that can be hidden: neither the first column, which names the row, nor the one of buttons. */
function heads(table: HTMLTableElement): [number, string][] {
  const all = [...(table.tHead?.rows[0]?.cells ?? [])].map((head, place): [number, string] => [
    place,
    head.querySelector(".unseen") ? "" : (head.textContent?.trim() ?? ""),
  ]);
  return all.filter(([place, words]) => place > 0 && words !== "");
}

function apply(table: HTMLTableElement): void {
  const unwanted = hidden(table.dataset["columns"] ?? "");
  for (const [place, words] of heads(table)) {
    for (const row of table.rows) row.cells[place]?.toggleAttribute("hidden", unwanted.has(words));
  }
}

function applyAll(): void {
  for (const table of document.querySelectorAll<HTMLTableElement>("table[data-columns]")) apply(table);
}

function box(name: string, words: string): HTMLLabelElement {
  const label = document.createElement("label");
  const check = document.createElement("input");
  label.className = "check";
  check.type = "checkbox";
  check.checked = !hidden(name).has(words);
  check.addEventListener("change", () => {
    const unwanted = hidden(name);
    if (check.checked) unwanted.delete(words);
    else unwanted.add(words);
    keep(name, unwanted);
    applyAll();
  });
  label.append(check, ` ${words}`);
  return label;
}

/** Fill the list of columns of the tables that it is for. */
function fill(choice: HTMLDetailsElement): void {
  const name = choice.dataset["columnsOf"] ?? "";
  const table = document.querySelector<HTMLTableElement>(`table[data-columns="${name}"]`);
  if (!table) return;
  choice.querySelector("div")?.replaceChildren(...heads(table).map(([, words]) => box(name, words)));
  choice.hidden = false;
}

/** Tables that say so show the columns that somebody chose, and stay so when the server says more. */
export function mountColumns(): void {
  mount<HTMLDetailsElement>("details[data-columns-of]", fill);
  mount<HTMLTableElement>("table[data-columns]", apply);
  document.addEventListener("htmx:after:swap", applyAll);
}
