type Child = Node | string | undefined | null | false;

/** Make an element. What people wrote goes in as text, so that no word of it can be taken for markup. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value) made.setAttribute(name, value);
  made.append(...children.filter((child): child is Node | string => Boolean(child)));
  return made;
}

/** Draw an icon of the house; the words beside it carry the meaning. */
export function icon(name: string): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${document.documentElement.dataset["icons"] ?? ""}#${name}`);
  svg.append(use);
  return svg;
}

/** A paragraph for each text. */
export function paragraphs(texts: readonly string[]): HTMLElement[] {
  return texts.map((text) => el("p", {}, text));
}

/** A list of points; nothing for none. */
export function points(texts: readonly string[]): HTMLElement | undefined {
  return texts.length > 0 ? el("ul", { class: "kept__points" }, ...texts.map((text) => el("li", {}, text))) : undefined;
}

/** A part that opens at a touch; nothing when it would be empty. */
export function folded(title: string, ...children: Child[]): HTMLElement | undefined {
  const inside = children.filter(Boolean);
  if (inside.length === 0) return undefined;
  const summary = el("summary", {}, el("h2", {}, title));
  const body = el("div", { class: "panel__body stack stack--tight" }, ...inside);
  return el("details", { class: "panel kept__fold" }, summary, body);
}

/** A link that a phone opens with a call, a text message or a mail; other addresses are no links. */
export function reach(address: string, attributes: Record<string, string>, ...children: Child[]): HTMLElement {
  if (!/^(?:tel|sms|mailto):/.test(address)) return el("span", attributes, ...children);
  const link = el("a", attributes, ...children);
  link.href = address;
  return link;
}
