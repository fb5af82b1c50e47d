import { el, folded, icon, paragraphs, points, reach } from "./draw.ts";
import type { Called, Contact, Message, Pair, PlanIn, Scenario, Stretch, Task } from "./kinds.ts";
import { card } from "./people.ts";

type Told = { plan: PlanIn; known: Map<number, Contact> };

/** A scenario in the order of its use: what to do in the first fifteen minutes stands open, the rest is folded. */
export function scenarioBody(one: Scenario, plan: PlanIn, known: Map<number, Contact>): Node[] {
  const told = { plan, known };
  const { labels } = plan;
  const label = (name: string): string => labels[name] ?? "";
  const first = one.first.length > 0 ? tasks(one.first, told) : el("p", {}, label("nothing_first"));
  const parts: (Node | undefined)[] = [
    el("section", { class: "panel panel__body stack stack--tight" }, el("h2", {}, label("first")), first),
    folded(label("calls"), ...called([...(one.decides ? [one.decides] : []), ...one.calls], told)),
    folded(label("messages"), ...messages(one.messages, label)),
    ...one.phases.map((phase) => folded(phase.title, tasks(phase.tasks, told))),
    folded(label("facts"), el("p", { class: "muted" }, label("facts_why")), ...pairs(one.facts)),
    folded(label("questions"), ...pairs(one.questions)),
    folded(label("avoid"), points(one.avoid)),
    folded(label("when"), ...paragraphs(one.summary), points(one.signs)),
    folded(label("severities"), ...pairs(one.severities)),
    folded(label("duties"), ...duties(one)),
    folded(label("responsibility"), ...responsibility(one)),
    folded(label("ends"), points(one.ends)),
    folded(label("notes"), ...paragraphs(one.notes)),
  ];
  return parts.filter((part): part is Node => part !== undefined);
}

function tasks(list: readonly Task[], told: Told): HTMLElement {
  return el("ol", { class: "kept__tasks" }, ...list.map((task) => taskItem(task, told)));
}

function taskItem(task: Task, { plan, known }: Told): HTMLElement {
  const holder = plan.roles.find((role) => role.id === task.by)?.people.map((id) => known.get(id)).find(Boolean);
  const way = holder?.ways.find(({ link, doubted }) => link.startsWith("tel:") && !doubted);
  const who = holder ? `${task.role} · ${holder.name}` : task.role;
  const call = way ? reach(way.link, { class: "kept__dial" }, icon("phone"), who) : el("span", { class: "muted" }, who);
  const condition = task.condition && el("p", {}, el("em", {}, `${plan.labels["if"] ?? ""} ${task.condition}`));
  const words = el("p", {}, el("strong", {}, task.words));
  const body = el("div", { class: "stack stack--tight" }, words, condition, points(task.checklist), call);
  return el("li", {}, el("span", { class: "kept__when" }, task.when), body);
}

function called(roles: readonly Called[], { plan, known }: Told): HTMLElement[] {
  const once = new Map(roles.map((role) => [role.id, role]));
  return [...once.values()].map(({ id, role }) => {
    const people = plan.roles.find((one) => one.id === id)?.people.map((one) => known.get(one)) ?? [];
    const cards = people.filter((one) => one !== undefined).map((one, place) => card(one, known, place + 1));
    const nobody = el("p", { class: "muted" }, plan.labels["nobody"] ?? "");
    const held = cards.length > 0 ? el("ul", { class: "kept__list" }, ...cards) : nobody;
    return el("div", { class: "stack stack--tight" }, el("h3", {}, role), held);
  });
}

function messages(list: readonly Message[], label: (name: string) => string): HTMLElement[] {
  if (list.length === 0) return [];
  const why = el("p", { class: "muted" }, label("messages_why"));
  return [why, ...list.map((message) => messageItem(message, label("subject")))];
}

function messageItem({ audience, channel, subject, words }: Message, before: string): HTMLElement {
  const about = subject.length > 0 && el("p", {}, `${before} `, ...stretches(subject));
  const text = words.map((one) => el("p", { class: "kept__voice" }, ...stretches(one)));
  const summary = el("summary", {}, el("strong", {}, audience), " · ", channel);
  return el("details", { class: "kept__message" }, summary, el("div", { class: "stack stack--tight" }, about, ...text));
}

/** Words with their blanks, which stay in brackets so that none can be read out or copied unfilled unseen. */
function stretches(list: readonly Stretch[]): Node[] {
  return list.map(({ text, blank }) => (blank ? el("mark", {}, `[[${blank}]]`) : document.createTextNode(text ?? "")));
}

function pairs(list: readonly Pair[]): HTMLElement[] {
  return list.map(({ title, text }) => el("div", {}, el("h3", {}, title), ...paragraphs(text)));
}

function duties(one: Scenario): HTMLElement[] {
  return one.duties.map(({ title, hours, what, counted, source }) => {
    const name = el("h3", {}, hours ? `${title} (${hours}\u00a0h)` : title);
    const words = paragraphs([what, counted].filter(Boolean));
    return el("div", {}, name, ...words, el("p", { class: "muted" }, source));
  });
}

function responsibility({ responsibility: told }: Scenario): HTMLElement[] {
  if (!told) return [];
  const words = [told.means, told.strategy, told.advice, told.denial].filter(Boolean);
  return [el("h3", {}, told.title), ...paragraphs(words)];
}
