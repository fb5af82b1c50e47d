import { mount } from "./mount.ts";

const PHONE = "(max-width: 48rem)";
const OPEN = "details.sheet[open]";

/** On a phone, filters are a sheet over the list: it closes beside it, by Escape and once they are sent. */
export function mountSheets(): void {
  mount<HTMLDetailsElement>("details[data-phone-closed]", (fields) => {
    fields.classList.add("sheet");
    if (matchMedia(PHONE).matches) fields.open = false;
  });
  const close = (): HTMLDetailsElement | null => {
    const sheet = matchMedia(PHONE).matches ? document.querySelector<HTMLDetailsElement>(OPEN) : null;
    if (sheet) sheet.open = false;
    return sheet;
  };
  document.addEventListener("click", (event) => {
    const open = document.querySelector(OPEN);
    if (open && !open.contains(event.target as Node) && matchMedia(PHONE).matches) {
      event.preventDefault();
      close();
    }
  });
  document.addEventListener("submit", () => close());
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
    const sheet = close();
    if (!sheet) return;
    sheet.querySelector("summary")?.focus();
    event.stopImmediatePropagation();
  });
}
