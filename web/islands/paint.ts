/** The colour that a token has now, light or dark, as a canvas understands it. */
export function paint(token: string): string {
  const probe = document.createElement("span");
  probe.hidden = true;
  probe.style.color = `var(--${token})`;
  document.body.append(probe);
  const color = getComputedStyle(probe).color;
  probe.remove();
  return color;
}
