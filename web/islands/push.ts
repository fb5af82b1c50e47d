import { mount } from "./mount.ts";

type State = "unable" | "install" | "blocked" | "off" | "on";

/** The switch "receive call-outs on this device": says how it stands, and asks the browser only when pressed. */
export function mountPush(): void {
  mount<HTMLElement>("[data-push]", (place) => {
    const press = (name: string, does: () => Promise<void>): void => {
      place.querySelector(`[data-push-${name}]`)?.addEventListener("click", () => void turn(place, does));
    };
    press("on", async () => {
      const { subscribe } = await import("../offline/calls.ts");
      if ((await Notification.requestPermission()) === "granted") await subscribe(place.dataset["worker"] ?? "/sw.js");
    });
    press("off", async () => (await import("../offline/calls.ts")).unsubscribe());
    void tell(place);
  });
}

async function turn(place: HTMLElement, does: () => Promise<void>): Promise<void> {
  const buttons = place.querySelectorAll<HTMLButtonElement>("button");
  const failed = place.querySelector<HTMLElement>("[data-push-failed]");
  for (const button of buttons) button.disabled = true;
  if (failed) failed.hidden = true;
  try {
    await does();
    place.dispatchEvent(new Event("pushed", { bubbles: true }));
  } catch {
    if (failed) failed.hidden = false;
  } finally {
    for (const button of buttons) button.disabled = false;
    await tell(place);
  }
}

async function tell(place: HTMLElement): Promise<void> {
  const now = await state();
  for (const one of place.querySelectorAll<HTMLElement>("[data-push-state]")) {
    one.hidden = one.dataset["pushState"] !== now;
  }
}

async function state(): Promise<State> {
  const iPhone = /iPhone|iPad/.test(navigator.userAgent);
  const installed = matchMedia("(display-mode: standalone)").matches;
  if (iPhone && !installed) return "install";
  if (!isSecureContext || !("serviceWorker" in navigator) || !("PushManager" in window)) return "unable";
  if (Notification.permission === "denied") return "blocked";
  const { subscription } = await import("../offline/calls.ts");
  return Notification.permission === "granted" && (await subscription()) ? "on" : "off";
}
