import { ago, day, exact } from "./ages.ts";
import { el } from "./draw.ts";
import type { Content, Plan, PlanIn } from "./kinds.ts";
import { card, everybody, fitting, onCallNow, roleCard, word } from "./people.ts";
import { scenarioBody } from "./scenario.ts";
import { screen } from "./screens.ts";
import type { Copy } from "./store.ts";

/** From when on a copy that was not checked says so by itself, in milliseconds. */
const STALE = 7 * 86_400_000;

type Chosen = { plan: number; language: string };

/** The plan as it is read on a phone: people, team, scenarios, and the copy itself. */
export class Reading {
  private readonly shown: HTMLElement;
  private readonly gone = new AbortController();
  private chosen: Chosen = { plan: 0, language: document.documentElement.lang };

  constructor(private content: Content) {
    this.shown = screen("open");
    const { signal } = this.gone;
    this.one("[data-search]").addEventListener("input", () => this.people(), { signal });
    window.addEventListener("hashchange", () => this.go(), { signal });
    this.show(content);
  }

  /** Show a newer plan in place of what was shown. */
  show(content: Content): void {
    this.content = content;
    const title = document.querySelector<HTMLElement>("[data-organisation]");
    if (title) title.textContent = content.organisation;
    this.onCall();
    this.people();
    this.go(false);
  }

  /** Say how old the copy is. */
  age(copy: Copy): void {
    const said = document.querySelector<HTMLElement>("[data-age]");
    if (said) {
      said.hidden = false;
      const [only, ...others] = this.content.plans;
      const version = only && others.length === 0 ? `${word("version")} ${only.number ?? "–"} · ` : "";
      said.textContent = `${version}${word("checked")} ${ago(copy.checked)}`;
    }
    this.one("[data-stale]").hidden = Date.now() - copy.checked < STALE;
    this.one("[data-renewed]").textContent = exact(copy.renewed);
    this.one("[data-checked]").textContent = `${ago(copy.checked)} (${exact(copy.checked)})`;
    const versions = this.content.plans.map(({ brand, number, in_force_since }) => {
      const since = in_force_since && `, ${word("since")} ${day(in_force_since)}`;
      return el("li", {}, el("strong", {}, brand), ` · ${word("version")} ${number ?? "–"}`, since);
    });
    this.one("[data-versions]").replaceChildren(...versions);
  }

  /** Take everything off the page. */
  close(): void {
    this.gone.abort();
    for (const part of ["people", "roles", "scenarios", "body", "versions", "title"]) {
      this.one(`[data-${part}]`).replaceChildren();
    }
    this.one("[data-on-call]").hidden = true;
    for (const list of this.shown.querySelectorAll("[data-on-call] ul")) list.remove();
    for (const choices of this.shown.querySelectorAll("[data-choices]")) choices.replaceChildren();
    (this.one("[data-search]") as HTMLInputElement).value = "";
    const title = document.querySelector<HTMLElement>("[data-organisation]");
    if (title) title.textContent = "Tocsin";
    const age = document.querySelector<HTMLElement>("[data-age]");
    if (age) age.hidden = true;
  }

  private go(focus = true): void {
    const [view = "people", number = ""] = location.hash.slice(1).split("/");
    const known = this.shown.querySelector(`[data-view="${CSS.escape(view)}"]`) ? view : "people";
    for (const one of this.shown.querySelectorAll<HTMLElement>("[data-view]")) {
      one.hidden = one.dataset["view"] !== known;
    }
    for (const tab of this.shown.querySelectorAll<HTMLAnchorElement>(".kept__tabs a")) {
      const here = tab.hash === `#${known}` || (known === "scenario" && tab.hash === "#scenarios");
      if (here) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    }
    if (known === "team") this.team();
    if (known === "scenarios") this.scenarios();
    if (known === "scenario") this.scenario(Number(number));
    if (!focus) return;
    window.scrollTo(0, 0);
    this.one(`[data-view="${known}"] h1`).focus({ preventScroll: true });
  }

  private people(): void {
    const known = everybody(this.content);
    const found = fitting(this.content.contacts, (this.one("[data-search]") as HTMLInputElement).value);
    this.one("[data-people]").replaceChildren(...found.map((contact) => card(contact, known)));
    this.one('[data-view="people"] [data-none]').hidden = found.length > 0;
  }

  private onCall(): void {
    const place = this.one("[data-on-call]");
    const known = everybody(this.content);
    place.querySelector("ul")?.remove();
    const cards = onCallNow(this.content).flatMap(({ contact }) => known.get(contact) ?? []);
    place.hidden = cards.length === 0;
    place.append(el("ul", { class: "kept__list" }, ...[...new Set(cards)].map((one) => card(one, known))));
  }

  private team(): void {
    this.choices("team");
    const known = everybody(this.content);
    const roles = this.told()?.roles ?? [];
    this.one("[data-roles]").replaceChildren(...roles.map((role) => roleCard(role, known)));
  }

  private scenarios(): void {
    this.choices("scenarios");
    const list = this.told()?.scenarios ?? [];
    this.one('[data-view="scenarios"] [data-none]').hidden = this.content.plans.length > 0;
    const row = (number: number): Record<string, string> => ({ class: "kept__row", href: `#scenario/${number}` });
    this.one("[data-scenarios]").replaceChildren(
      ...list.map(({ number, title }) => el("li", {}, el("a", row(number), title))),
    );
  }

  private scenario(number: number): void {
    const told = this.told();
    const one = told?.scenarios.find((each) => each.number === number);
    if (!told || !one) {
      location.hash = "#scenarios";
      return;
    }
    this.one("[data-title]").textContent = one.title;
    this.one("[data-body]").replaceChildren(...scenarioBody(one, told, everybody(this.content)));
  }

  /** Which plan, and in which of its languages; asked only where there are several. */
  private choices(view: string): void {
    const { plans } = this.content;
    const brands = plans.map(({ brand }, place) => [String(place), brand] as const);
    const languages = Object.keys(this.plan()?.in ?? {}).map((code) => [code, named(code)] as const);
    const chosen = this.language();
    this.one(`[data-view="${view}"] [data-choices]`).replaceChildren(
      ...[
        choice(word("brand"), brands, String(this.chosen.plan), (value) => this.choose({ plan: Number(value) })),
        choice(word("language"), languages, chosen, (language) => this.choose({ language })),
      ].filter((one) => one !== undefined),
    );
  }

  private choose(some: Partial<Chosen>): void {
    Object.assign(this.chosen, some);
    this.go(false);
  }

  private plan(): Plan | undefined {
    return this.content.plans[this.chosen.plan] ?? this.content.plans[0];
  }

  private language(): string {
    const languages = Object.keys(this.plan()?.in ?? {});
    return languages.includes(this.chosen.language) ? this.chosen.language : (languages[0] ?? "");
  }

  private told(): PlanIn | undefined {
    return this.plan()?.in[this.language()];
  }

  private one(selector: string): HTMLElement {
    const found = this.shown.querySelector<HTMLElement>(selector);
    if (!found) throw new Error(`the page has no ${selector}`);
    return found;
  }
}

function named(language: string): string {
  return new Intl.DisplayNames(language, { type: "language" }).of(language) ?? language;
}

function choice(
  label: string,
  values: readonly (readonly [string, string])[],
  chosen: string,
  take: (value: string) => void,
): HTMLElement | undefined {
  if (values.length < 2) return undefined;
  const options = values.map(([value, name]) => el("option", { value }, name));
  const select = el("select", { class: "input", "aria-label": label }, ...options);
  select.value = chosen;
  select.addEventListener("change", () => take(select.value));
  return select;
}
