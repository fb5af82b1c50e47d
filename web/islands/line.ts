import { mount } from "./mount.ts";

/** The field of a log has the focus again once its line is written, or is refused with its words. */
export function mountLine(): void {
  mount<HTMLInputElement>("input[data-line][autofocus]", (field) => {
    field.focus({ preventScroll: true });
    field.setSelectionRange(field.value.length, field.value.length);
  });
}
