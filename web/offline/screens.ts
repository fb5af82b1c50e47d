/** One screen is shown at a time; whoever listens hears its title. */
export function screen(name: string): HTMLElement {
  let shown: HTMLElement | undefined;
  for (const one of document.querySelectorAll<HTMLElement>("[data-screen]")) {
    one.hidden = one.dataset["screen"] !== name;
    if (!one.hidden) shown = one;
  }
  if (!shown) throw new Error(`there is no screen ${name}`);
  shown.querySelector<HTMLElement>("h1")?.focus();
  return shown;
}

/** Show one of the words that a screen has for what happened, or none. */
export function say(within: ParentNode, kind: string, which: string): HTMLElement | undefined {
  let said: HTMLElement | undefined;
  for (const one of within.querySelectorAll<HTMLElement>(`[data-${kind}]`)) {
    one.hidden = one.dataset[kind] !== which;
    if (!one.hidden) said = one;
  }
  return said;
}

/** Show that a form works on something that takes a moment. */
export function busy(form: HTMLFormElement, working: boolean): void {
  const button = form.querySelector<HTMLButtonElement>("[type=submit]");
  if (!button) return;
  button.disabled = working;
  for (const one of button.querySelectorAll<HTMLElement>("[data-idle], [data-busy]")) {
    one.hidden = "busy" in one.dataset !== working;
  }
}

/** The keyboard of digits, or that of letters for who chose a sentence. */
export function choosesKeyboard(form: HTMLFormElement): void {
  const box = form.querySelector<HTMLInputElement>("[data-letters]");
  box?.addEventListener("change", () => keyboard(form, box.checked));
}

/** Show the keyboard of letters, or that of digits. */
export function keyboard(form: HTMLFormElement, letters: boolean): void {
  const box = form.querySelector<HTMLInputElement>("[data-letters]");
  if (box) box.checked = letters;
  for (const input of form.querySelectorAll<HTMLInputElement>(".kept__pin")) {
    input.inputMode = letters ? "text" : "numeric";
  }
}
