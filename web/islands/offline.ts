/** The same as in `offline/store.ts`, which pages without a copy do not load. */
const FLAG = "tocsin-offline";
/** How often the house is asked for a newer plan while Tocsin is open, in milliseconds. */
const EVERY = 10 * 60_000;
/** How long signing out waits for what is deleted on this device; the house takes it back in any case. */
const PATIENCE = 2_000;

/**
 * Keeps the plan on this device up to date while Tocsin is open, and deletes it at sign-out. Where nothing is kept,
 * this costs one look into the browser's storage.
 */
export function mountOffline(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!signsOut(form) || form.dataset["leaving"]) return;
    event.preventDefault();
    form.dataset["leaving"] = "yes";
    void leave().finally(() => form.submit());
  });
  const asked = lastAsked();
  if (asked === undefined) return;
  const entrance = document.querySelector("[data-live-address]") === null;
  if (entrance || Date.now() - asked > EVERY) later(() => void renew());
}

/** Once the page is at rest; not all browsers tell when that is. */
function later(work: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(work, { timeout: 5_000 });
  else setTimeout(work, 2_000);
}

/** When the house was last asked; nothing where no copy is kept. */
function lastAsked(): number | undefined {
  try {
    const flag = localStorage.getItem(FLAG);
    return flag === null ? undefined : Number(flag);
  } catch {
    return undefined;
  }
}

function signsOut(form: HTMLFormElement): boolean {
  return form.method === "post" && new URL(form.action, location.href).pathname.endsWith("/accounts/logout/");
}

async function renew(): Promise<void> {
  const { renew: again } = await import("../offline/renewing.ts");
  await again().catch(() => undefined);
}

async function leave(): Promise<void> {
  const work = import("../offline/leaving.ts").then(({ leaving }) => leaving());
  const enough = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE));
  await Promise.race([work, enough]).catch(() => undefined);
}
