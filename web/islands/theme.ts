const YEAR = 31_536_000;

function current(): "light" | "dark" {
  const chosen = document.documentElement.dataset["theme"];
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Switch between light and dark; until someone does, the page follows the system. */
export function mountTheme(): void {
  document.addEventListener("click", (event) => {
    if (!(event.target as Element).closest?.("[data-theme-switch]")) return;
    const next = current() === "dark" ? "light" : "dark";
    document.documentElement.dataset["theme"] = next;
    document.cookie = `theme=${next}; path=/; max-age=${YEAR}; samesite=lax`;
    document.dispatchEvent(new Event("tocsin:theme"));
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    document.dispatchEvent(new Event("tocsin:theme"));
  });
}
