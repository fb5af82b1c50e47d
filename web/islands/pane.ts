/** The pane beside a list: it answers at once, can be given up, and goes from one row to the next. */

function pane(): HTMLElement | null {
  return document.getElementById("pane");
}

function opened(): HTMLElement | null {
  return document.querySelector<HTMLElement>('.mention[aria-current="true"] .mention__open');
}

function mark(link: HTMLElement | null): void {
  document.querySelector('.mention[aria-current="true"]')?.removeAttribute("aria-current");
  link?.closest(".mention")?.setAttribute("aria-current", "true");
}

/** Show the outline of what comes, in the same instant as the press. */
function wait(link: HTMLElement, byKeyboard: boolean): void {
  const place = pane();
  const outline = document.querySelector<HTMLTemplateElement>("#pane-waiting");
  if (!place || !outline) return;
  mark(link);
  place.replaceChildren(outline.content.cloneNode(true));
  place.scrollTop = 0;
  if (byKeyboard || getComputedStyle(place).position === "fixed") place.focus({ preventScroll: true });
}

/** Close the pane, also while its post is still on its way; says whether there was one to close. */
function close(): boolean {
  const place = pane();
  if (!place || place.childElementCount === 0) return false;
  const link = opened();
  link?.dispatchEvent(new Event("htmx:abort"));
  place.replaceChildren();
  mark(null);
  link?.focus({ preventScroll: true });
  return true;
}

/** With the pane open, go on to the next row or back to the one before; says whether it was open. */
export function stepPane(step: number): boolean {
  const here = opened();
  if (!here || pane()?.childElementCount === 0) return false;
  const all = [...document.querySelectorAll<HTMLElement>(".mention__open")];
  const next = all[all.indexOf(here) + step];
  if (!next) return true;
  next.click();
  next.closest(".mention")?.scrollIntoView({ block: "nearest" });
  return true;
}

export function mountPane(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (target.closest?.('[data-close="pane"]')) close();
    const step = target.closest?.<HTMLElement>("[data-step]");
    if (step) stepPane(Number(step.dataset["step"]));
    const link = target.closest?.<HTMLElement>(".mention__open");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) wait(link, event.detail === 0);
  });
}
