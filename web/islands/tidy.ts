type Configured = CustomEvent<{ ctx: { request: { body: FormData } } }>;

/** Leave empty fields out of addresses, so that a link says only what it filters. */
export function mountTidy(): void {
  document.addEventListener("htmx:config:request", (event) => {
    if (!(event.target as Element).closest?.("[data-tidy]")) return;
    const { body } = (event as Configured).detail.ctx.request;
    for (const name of new Set(body.keys())) {
      if (body.getAll(name).every((value) => value === "")) body.delete(name);
    }
  });
}
