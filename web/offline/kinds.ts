/** What the house gives to be kept: the same as `tocsin/plan/offline.py` writes. */
export const FORMAT = 1;

export type Way = { means: string; address: string; link: string; write: string; doubted: boolean };

export type Contact = {
  id: number;
  name: string;
  about: string;
  side: string;
  hours: string;
  note: string;
  deputy: number | null;
  left: boolean;
  roles: string[];
  ways: Way[];
};

export type Role = { id: string; title: string; task: string; people: number[] };

export type Task = {
  when: string;
  by: string;
  role: string;
  words: string;
  condition: string;
  checklist: string[];
  message: string;
};

export type Stretch = { text?: string; blank?: string };

export type Message = { mark: string; audience: string; channel: string; subject: Stretch[]; words: Stretch[][] };

export type Pair = { title: string; text: string[] };

export type Called = { id: string; role: string };

export type Scenario = {
  number: number;
  title: string;
  summary: string[];
  signs: string[];
  level: string;
  decides: Called | null;
  calls: Called[];
  first: Task[];
  phases: { title: string; tasks: Task[] }[];
  severities: Pair[];
  facts: Pair[];
  messages: Message[];
  questions: Pair[];
  avoid: string[];
  ends: string[];
  responsibility: { title: string; means: string; strategy: string; advice: string; denial: string } | null;
  duties: { title: string; what: string; counted: string; source: string; hours: number | null }[];
  notes: string[];
};

export type PlanIn = { labels: Record<string, string>; roles: Role[]; scenarios: Scenario[] };

export type Plan = { brand: string; number: number | null; in_force_since: string | null; in: Record<string, PlanIn> };

export type OnCall = { contact: number; from: string; until: string };

export type Content = {
  format: number;
  organisation: string;
  language: string;
  contacts: Contact[];
  plans: Plan[];
  on_call: OnCall[];
};
