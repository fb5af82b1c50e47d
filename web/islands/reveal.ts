/** What is blurred stays so until someone asks, one post at a time; that it was shown is counted, so that nobody
 * looks at too many. */
export function mountReveal(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest?.<HTMLElement>("[data-reveal]");
    if (!button) return;
    for (const id of (button.dataset["reveal"] ?? "").split(" ")) {
      const blurred = document.getElementById(id);
      blurred?.classList.remove("blurred");
      blurred?.removeAttribute("aria-hidden");
    }
    count(button);
    button.remove();
  });
}

function count(button: HTMLElement): void {
  const { revealed, revealedAt } = button.dataset;
  if (!revealed || !revealedAt) return;
  const headers = JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}") as Record<string, string>;
  const body = new URLSearchParams({ post: revealed });
  // a count that is lost harms nobody, and nobody waits for it
  fetch(revealedAt, { method: "POST", headers, body, keepalive: true }).catch(() => undefined);
}
