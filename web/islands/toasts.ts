import { mount } from "./mount.ts";

const SHOWN_MS = 12_000;

/** A toast leaves by itself, but not while a pointer or the keyboard is on it. */
export function mountToasts(): void {
  mount<HTMLElement>(".toast", (toast) => {
    const leave = (): void => {
      if (toast.matches(":hover, :focus-within")) setTimeout(leave, 2_000);
      else toast.remove();
    };
    setTimeout(leave, SHOWN_MS);
    toast.querySelector("[data-dismiss]")?.addEventListener("click", () => toast.remove());
  });
}
