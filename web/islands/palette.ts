function items(dialog: HTMLElement): HTMLElement[] {
  return [...dialog.querySelectorAll<HTMLElement>("[role=option]")];
}

function choose(dialog: HTMLElement, index: number): void {
  const all = items(dialog);
  if (all.length === 0) return;
  const chosen = (index + all.length) % all.length;
  all.forEach((item, place) => item.setAttribute("aria-selected", String(place === chosen)));
  const item = all[chosen];
  item?.scrollIntoView({ block: "nearest" });
  dialog.querySelector("input")?.setAttribute("aria-activedescendant", item?.id ?? "");
}

function chosen(dialog: HTMLElement): number {
  return items(dialog).findIndex((item) => item.getAttribute("aria-selected") === "true");
}

function onKey(dialog: HTMLDialogElement, event: KeyboardEvent): void {
  if (event.key === "ArrowDown") choose(dialog, chosen(dialog) + 1);
  else if (event.key === "ArrowUp") choose(dialog, chosen(dialog) - 1);
  else if (event.key === "Enter") items(dialog)[Math.max(0, chosen(dialog))]?.click();
  else return;
  event.preventDefault();
}

/** Ctrl K: finds anything and does anything. */
export function mountPalette(): void {
  const dialog = document.querySelector<HTMLDialogElement>("#palette");
  if (!dialog) return;
  const input = dialog.querySelector("input");
  const open = (): void => {
    if (!dialog.open) dialog.showModal();
    input?.select();
    input?.dispatchEvent(new Event("open"));
  };
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest?.("[data-open=palette]")) open();
  });
  // htmx takes notice of the field one turn after this: what was typed until then is asked now
  setTimeout(() => dialog.open && input?.dispatchEvent(new Event("open")));
  input?.addEventListener("keydown", (event) => onKey(dialog, event));
  dialog.addEventListener("click", (event) => {
    if ((event.target as Element).closest?.("[data-dismiss-after]")) dialog.close();
  });
  new MutationObserver(() => choose(dialog, 0)).observe(dialog.querySelector("#palette-results") ?? dialog, {
    childList: true,
  });
}
