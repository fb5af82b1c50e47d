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

function search(): void {
  const field = document.querySelector<HTMLElement>("[data-search]");
  if (field) field.focus();
  else press("[data-open=palette]");
}

const ACTIONS: Record<string, () => void> = {
  j: () => move(1),
  k: () => move(-1),
  e: () => press("[data-settle]"),
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
