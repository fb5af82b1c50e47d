/** What is blurred stays so until someone asks, one post at a time. */
export function mountReveal(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest?.<HTMLElement>("[data-reveal]");
    if (!button) return;
    const blurred = document.getElementById(button.dataset["reveal"] ?? "");
    blurred?.classList.remove("blurred");
    blurred?.removeAttribute("aria-hidden");
    button.remove();
  });
}
