const SETTLED_MS = 1500;

/**
 * Send the answer that the tapped link carries, so that one tap is enough.
 *
 * Opening the page changes nothing, since mail scanners open links too. The form `[data-answer]` is sent once the
 * page has been before somebody's eyes for a moment: visible, with the focus, in no browser that a program drives,
 * and not come back to. Whoever has no script, or is quicker, presses its button. What happens stands in
 * `[data-answer-said]`; `[data-answer-stop]` stops it.
 */
export function mountAnswer(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-answer]");
  if (!form || navigator.webdriver || cameBack()) return;
  const said = form.querySelector<HTMLElement>("[data-answer-said]");
  let timer = 0;

  const stop = (): void => {
    window.clearTimeout(timer);
    timer = 0;
    if (said) said.hidden = true;
  };
  const watch = (): void => {
    const seen = document.visibilityState === "visible" && document.hasFocus();
    if (!seen) return stop();
    if (timer) return;
    if (said) said.hidden = false;
    timer = window.setTimeout(() => form.requestSubmit(), SETTLED_MS);
  };
  const leave = (): void => {
    stop();
    document.removeEventListener("visibilitychange", watch);
    window.removeEventListener("focus", watch);
    window.removeEventListener("blur", watch);
  };

  document.addEventListener("visibilitychange", watch);
  window.addEventListener("focus", watch);
  window.addEventListener("blur", watch);
  document.querySelector("[data-answer-stop]")?.addEventListener("click", leave);
  document.addEventListener("submit", leave);
  watch();
}

function cameBack(): boolean {
  const [entry] = performance.getEntriesByType("navigation");
  return entry instanceof PerformanceNavigationTiming && entry.type !== "navigate";
}
