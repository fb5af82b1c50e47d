import { el, icon, reach } from "./draw.ts";
import type { Contact, Content, OnCall, Role } from "./kinds.ts";

/** Words that the page gives to what is drawn. */
export function word(name: string): string {
  return document.querySelector("[data-words]")?.getAttribute(`data-word-${name}`) ?? "";
}

/** Everybody by their id. */
export function everybody(content: Content): Map<number, Contact> {
  return new Map(content.contacts.map((contact) => [contact.id, contact]));
}

/** Somebody: who they are, a button that calls them, and everything else at a touch. */
export function card(contact: Contact, known: Map<number, Contact>, place?: number): HTMLElement {
  const first = contact.ways.find((way) => way.link && !way.doubted) ?? contact.ways.find((way) => way.link);
  const name = el("strong", {}, place ? `${place}. ${contact.name}` : contact.name);
  const roles = place ? [] : contact.roles; // in the order of a role, that role stands above
  const about = [contact.about, ...roles].filter(Boolean).join(" · ");
  const who = el("span", { class: "kept__who" }, name, about && el("span", { class: "muted" }, about));
  const more = el("div", { class: "kept__more" }, ...ways(contact), ...notes(contact, known));
  const sign = first?.link.startsWith("mailto:") ? "mail" : "phone";
  const call = first && reach(first.link, { class: "kept__call" }, icon(sign));
  call?.setAttribute("aria-label", `${word("call")} ${contact.name}, ${first?.address ?? ""}`);
  return el("li", { class: "kept__card" }, el("details", {}, el("summary", {}, who), more), call);
}

function ways(contact: Contact): HTMLElement[] {
  return contact.ways.map((way) => {
    const sign = way.link.startsWith("mailto:") ? "mail" : way.link ? "phone" : "message-square";
    const means = el("span", { class: "muted" }, way.doubted ? `${way.means} ?` : way.means);
    const address = el("span", { class: "breakable" }, way.address);
    const open = reach(way.link, { class: "kept__way" }, icon(sign), address, means);
    const short = { class: "kept__way kept__way--short" };
    const write = way.write && reach(way.write, short, icon("message-square"), word("write"));
    return el("div", { class: "kept__ways" }, open, write);
  });
}

function notes(contact: Contact, known: Map<number, Contact>): HTMLElement[] {
  const deputy = contact.deputy === null ? undefined : known.get(contact.deputy);
  const next = deputy && `${word("deputy")} · ${deputy.name}`;
  const said = [contact.left && word("left"), contact.hours, contact.note, next];
  return said.filter((text): text is string => Boolean(text)).map((text) => el("p", {}, text));
}

/** A role, what it does, and who holds it in the order in which they are called. */
export function roleCard(role: Role, known: Map<number, Contact>): HTMLElement {
  const people = role.people.map((id) => known.get(id)).filter((one) => one !== undefined);
  const list = el("ul", { class: "kept__list" }, ...people.map((one, place) => card(one, known, place + 1)));
  const held = people.length > 0 ? list : el("p", { class: "muted" }, word("nobody"));
  const task = role.task && el("p", { class: "muted" }, role.task);
  return el("section", { class: "stack stack--tight" }, el("h2", {}, role.title), task, held);
}

/** Who is on call at this moment: of what was kept, since nothing newer can be asked. */
export function onCallNow(content: Content, now = Date.now()): OnCall[] {
  return content.on_call.filter(({ from, until }) => Date.parse(from) <= now && now < Date.parse(until));
}

/** Letters without accents or case, so that what is typed in a hurry is found. */
export function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Those in whom every word is found: name, function, company, roles, addresses; numbers also without spaces. */
export function fitting(contacts: readonly Contact[], typed: string): Contact[] {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  const digits = typed.replace(/\D/g, "").replace(/^0/, "");
  return contacts.filter((contact) => {
    const addresses = contact.ways.map((way) => way.address);
    if (digits.length > 3 && addresses.some((one) => one.replace(/\D/g, "").includes(digits))) return true;
    const text = plain([contact.name, contact.about, contact.note, ...contact.roles, ...addresses].join(" "));
    return words.every((one) => text.includes(one));
  });
}
