import { mount } from "./mount.ts";

/** A button that goes back to the page before, shown only where there is one. */
export function mountBack(): void {
  mount<HTMLButtonElement>("button[data-history-back]", (button) => {
    button.hidden = history.length < 2;
    button.addEventListener("click", () => history.back());
  });
}
