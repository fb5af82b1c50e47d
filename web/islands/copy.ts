/** Copy what stands in the element that the button names, and say so. */
export function mountCopy(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest?.<HTMLElement>("[data-copy]");
    if (!button) return;
    const text = document.getElementById(button.dataset["copy"] ?? "")?.textContent ?? "";
    void navigator.clipboard.writeText(text.trim()).then(() => {
      const said = button.querySelector("[data-said]");
      if (said) said.textContent = button.dataset["done"] ?? "";
    });
  });
}
