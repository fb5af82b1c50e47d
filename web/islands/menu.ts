/** Menus are `<details>`: they close when one clicks elsewhere or presses Escape. */
export function mountMenus(): void {
  const close = (except: Element | null): void => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
      if (menu !== except) menu.open = false;
    }
  };
  document.addEventListener("click", (event) => close((event.target as Element).closest?.("details.menu") ?? null));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector<HTMLDetailsElement>("details.menu[open]");
    if (!open) return;
    close(null);
    open.querySelector("summary")?.focus();
    event.stopImmediatePropagation();
  });
}
