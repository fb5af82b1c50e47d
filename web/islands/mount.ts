/** Call `start` once for each element that matches, now and whenever one is swapped in. */
export function mount<E extends Element>(selector: string, start: (element: E) => void): void {
  const started = new WeakSet<Element>();
  const scan = (): void => {
    for (const element of document.querySelectorAll<E>(selector)) {
      if (started.has(element)) continue;
      started.add(element);
      start(element);
    }
  };
  scan();
  let waiting = false;
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    queueMicrotask(() => {
      waiting = false;
      scan();
    });
  }).observe(document.body, { childList: true, subtree: true });
}

/** Whether a key press belongs to something that is being written. */
export function writing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}
