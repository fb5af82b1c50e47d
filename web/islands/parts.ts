import { mount } from "./mount.ts";

const DESK = "(min-width: 48.01rem)";

/** The parts of a long page are open on a desk and folded on a phone; what a link leads to is unfolded first. */
export function mountParts(): void {
  mount<HTMLDetailsElement>("details[data-desk-open]", (part) => {
    if (matchMedia(DESK).matches) part.open = true;
  });
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest?.<HTMLAnchorElement>('a[href^="#"]');
    if (link) unfold(link.hash);
  });
  window.addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll<HTMLDetailsElement>("details[data-desk-open]")) part.open = true;
  });
  if (location.hash) unfold(location.hash)?.scrollIntoView();
}

/** Open what holds the part of this name, and the part itself. */
function unfold(hash: string): Element | null {
  const target = document.getElementById(decodeURIComponent(hash.slice(1)));
  for (let above: Element | null = target; above; above = above.parentElement) {
    if (above instanceof HTMLDetailsElement && above.matches("[data-desk-open]")) above.open = true;
  }
  return target;
}
