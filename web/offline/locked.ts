import { ago, left } from "./ages.ts";
import { word } from "./people.ts";
import { busy, choosesKeyboard, keyboard, say, screen } from "./screens.ts";
import { change, type Copy, stored } from "./store.ts";
import { MOST, waitLeft } from "./tries.ts";
import { type Opened, unlock } from "./vault.ts";

type Then = { opened: (key: Opened) => Promise<void>; gone: () => Promise<void> };

let ticking = 0;

/** Ask for the PIN. Each try is counted before it is made, so that closing the page in between gains nothing. */
export function locked(copy: Copy, then: Then): void {
  const shown = screen("locked");
  const form = shown.querySelector("form");
  if (!form) return;
  aged(copy);
  say(form, "problem", "");
  wait(form, copy);
  keyboard(form, copy.letters);
  form.querySelector<HTMLInputElement>("[name=pin]")?.focus();
  if (form.dataset["ready"]) return;
  form.dataset["ready"] = "yes";
  choosesKeyboard(form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void attempt(form, then);
  });
}

/** Say how old the copy is that the PIN opens. */
export function aged(copy: Copy): void {
  const age = document.querySelector<HTMLElement>("[data-locked-age]");
  if (age) age.textContent = `${word("checked")} ${ago(copy.checked)}`;
}

async function attempt(form: HTMLFormElement, then: Then): Promise<void> {
  const copy = await stored();
  if (!copy) return then.gone();
  if (waitLeft(copy, Date.now()) > 0) return wait(form, copy);
  const pin = String(new FormData(form).get("pin") ?? "");
  if (!pin.trim()) return;
  busy(form, true);
  const tried = await change(copy.device, (row) => Object.assign(row, { wrong: row.wrong + 1, at: Date.now() }));
  const key = tried ? await unlock(tried.lock, pin) : undefined;
  busy(form, false);
  if (key) {
    form.reset();
    await change(copy.device, (row) => Object.assign(row, { wrong: 0, at: 0 }));
    return then.opened(key);
  }
  if (!tried || tried.wrong >= MOST) return then.gone();
  wrong(form, tried);
}

function wrong(form: HTMLFormElement, copy: Copy): void {
  const said = say(form, "problem", "wrong")?.querySelector("[data-left]");
  if (said) said.textContent = String(MOST - copy.wrong);
  const input = form.querySelector<HTMLInputElement>("[name=pin]");
  if (input) {
    input.value = "";
    input.setAttribute("aria-invalid", "true");
    input.focus();
  }
  wait(form, copy);
}

/** Count down what is to be waited before the next try. */
function wait(form: HTMLFormElement, copy: Copy): void {
  clearTimeout(ticking);
  const rest = waitLeft(copy, Date.now());
  const button = form.querySelector<HTMLButtonElement>("[type=submit]");
  const said = form.querySelector<HTMLElement>("[data-problem=wait]");
  if (button) button.disabled = rest > 0;
  if (said) {
    said.hidden = rest <= 0;
    const clock = said.querySelector("[data-until]");
    if (clock) clock.textContent = left(rest);
  }
  if (rest > 0) ticking = window.setTimeout(() => wait(form, copy), Math.min(rest, 1_000));
}
