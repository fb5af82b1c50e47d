import { writing } from "./mount.ts";
import { stepPane } from "./pane.ts";

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-row]")].filter((row) => row.offsetParent !== null);
}

function move(step: 1 | -1): void {
  if (stepPane(step)) return;
  const all = rows();
  const here = all.indexOf(document.activeElement as HTMLElement);
  const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step;
  const row = all[Math.max(0, Math.min(all.length - 1, next))];
  row?.focus();
  row?.scrollIntoView({ block: "nearest" });
}

function press(selector: string): boolean {
  const element = document.querySelector<HTMLElement>(selector);
  element?.click();
  return element !== null;
}

/** Press what belongs to the row that has the focus, or else the first such thing of the page. */
function pressHere(selector: string): void {
  const item = document.activeElement?.closest("[data-item]");
  const own = item?.querySelector<HTMLElement>(selector);
  if (own) own.click();
  else if (!document.querySelector("[data-item]")) press(selector);
}

function search(): void {
  const field = document.querySelector<HTMLElement>("[data-search]");
  if (field) field.focus();
  else press("[data-open=palette]");
}

/** Secure the post that is open in the pane, on its own page, or whose row is reached. */
function secure(): void {
  const row = document.activeElement?.closest(".mention");
  const button =
    document.querySelector<HTMLElement>("#pane [data-secure]") ??
    row?.querySelector<HTMLElement>("[data-secure]") ??
    document.querySelector<HTMLElement>(".pane__body [data-secure]");
  button?.click();
}

const ACTIONS: Record<string, () => void> = {
  j: () => move(1),
  k: () => move(-1),
  e: () => pressHere("[data-settle]"),
  a: () => pressHere("[data-assign]"),
  s: secure,
  t: () => press("[data-table-switch]"),
  "/": search,
  "?": () => document.querySelector<HTMLDialogElement>("#keys")?.showModal(),
  Escape: () => press("[data-close]") || press("[data-back]"),
};

/** One key each: move, open, go back, settle; none while one writes. */
export function mountKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return;
    if (writing(event.target)) {
      if (event.key === "Escape") (event.target as HTMLElement).blur();
      return;
    }
    const action = ACTIONS[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const name = target.closest?.<HTMLElement>("[data-open=keys]");
    if (name) document.querySelector<HTMLDialogElement>("#keys")?.showModal();
    const dialog = target.closest?.<HTMLDialogElement>("dialog");
    if (dialog && (target === dialog || target.closest("[data-dismiss]"))) dialog.close();
  });
}
