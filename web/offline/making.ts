import { content, permit, state, tell } from "./house.ts";
import { FORMAT } from "./kinds.ts";
import { busy, choosesKeyboard, say, screen } from "./screens.ts";
import { store } from "./store.ts";
import { weak } from "./tries.ts";
import { keep, lock, type Opened, unlock } from "./vault.ts";

type Made = (opened: Opened) => Promise<void>;

/** Choose a PIN and keep the plan; the PIN itself is kept nowhere. */
export function making(made: Made): void {
  const shown = screen("make");
  const form = shown.querySelector("form");
  if (!form) return;
  if (form.dataset["ready"]) return;
  form.dataset["ready"] = "yes";
  choosesKeyboard(form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    busy(form, true);
    void attempt(form, made).finally(() => busy(form, false));
  });
}

async function attempt(form: HTMLFormElement, made: Made): Promise<void> {
  const typed = new FormData(form);
  const pin = String(typed.get("pin") ?? "");
  const problem = weak(pin) ? "weak" : pin.trim() !== String(typed.get("again") ?? "").trim() ? "differs" : "";
  refused(form, problem);
  if (problem) return;
  const outcome = await kept(pin, typed.has("letters")).catch(() => "full" as const);
  if (typeof outcome === "string") refused(form, outcome);
  else if ("why" in outcome) refused(form, outcome.why ? "refused" : "silent", outcome.why);
  else {
    form.reset();
    await made(outcome.opened);
  }
}

async function kept(pin: string, letters: boolean): Promise<{ opened: Opened } | { why: string } | "silent"> {
  const house = await state();
  if (house.kind !== "member") return "silent";
  const locked = await lock(pin);
  const opened = await unlock(locked, pin);
  if (!opened) return "silent";
  await registered();
  const permitted = await permit(house.token);
  if ("why" in permitted) return permitted;
  const answer = await content(permitted.device, "");
  if (answer.kind !== "newer") {
    await tell(permitted.device, "deleted");
    return "silent";
  }
  const now = Date.now();
  const body = await keep(locked, answer.words);
  const { device } = permitted;
  const times = { renewed: now, checked: now, wrong: 0, at: 0 };
  await store({ device, lock: locked, kept: body, name: answer.name, format: FORMAT, letters, ...times });
  await navigator.storage.persist?.();
  return { opened };
}

/** The page is to open without a network: its worker keeps it from now on. */
async function registered(): Promise<void> {
  const worker = document.documentElement.dataset["worker"] ?? "/sw.js";
  const registration = await navigator.serviceWorker.register(worker, { scope: "/offline/" });
  const installing = registration.installing ?? registration.waiting;
  if (registration.active || !installing) return;
  await new Promise<void>((resolve, reject) => {
    installing.addEventListener("statechange", () => {
      if (installing.state === "activated") resolve();
      if (installing.state === "redundant") reject(new Error("the page could not be kept"));
    });
  });
}

function refused(form: HTMLFormElement, problem: string, words = ""): void {
  const said = say(form, "problem", problem);
  if (said && words) said.textContent = words;
  const pin = form.querySelector<HTMLInputElement>("[name=pin]");
  pin?.removeAttribute("aria-invalid");
  if (problem === "weak" || problem === "differs") {
    pin?.setAttribute("aria-invalid", "true");
    pin?.focus();
  }
}
