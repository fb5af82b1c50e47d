import { mount } from "./mount.ts";

/** Propose the browser's time zone where the form asks for one. */
export function mountZone(): void {
  mount<HTMLSelectElement>("select[data-zone]", (select) => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if ([...select.options].some((option) => option.value === zone)) select.value = zone;
  });
}
