import { mount } from "./mount.ts";

/** A form whose words are not to be lost: the browser asks before the page is left with words not yet kept. */
export function mountUnsaved(): void {
  mount<HTMLFormElement>("form[data-unsaved]", (form) => {
    let changed = false;
    form.addEventListener("input", () => (changed = true));
    form.addEventListener("submit", () => (changed = false));
    window.addEventListener("beforeunload", (event) => {
      if (changed && form.isConnected) event.preventDefault();
    });
  });
}
