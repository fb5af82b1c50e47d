import "./offline.css";
import * as house from "./house.ts";
import type { Content } from "./kinds.ts";
import { aged, locked } from "./locked.ts";
import { making } from "./making.ts";
import { Reading } from "./reading.ts";
import { renew, type Renewal } from "./renewing.ts";
import { say, screen } from "./screens.ts";
import { type Copy, erase, stored } from "./store.ts";
import { MOST } from "./tries.ts";
import { able, type Opened, read } from "./vault.ts";

/** From the home screen one goes on to Tocsin when it answers within this, in milliseconds. */
const QUICK = 2_500;
/** Out of sight for so long, the page locks itself; a call takes less. In milliseconds. */
const FORGOTTEN = 10 * 60_000;
const RENEWED_EVERY = 5 * 60_000;

let opened: { key: Opened; reading: Reading } | undefined;

async function start(): Promise<void> {
  if (!able()) return void screen("unable");
  if (new URLSearchParams(location.search).has("start") && (await reachable())) return location.replace("/");
  const copy = await stored().catch(() => undefined);
  if (!copy) return empty();
  if (copy.wrong >= MOST) return gone();
  ask(copy);
  await renewed();
}

async function reachable(): Promise<boolean> {
  return navigator.onLine && (await house.state(QUICK)).kind !== "silent";
}

async function empty(): Promise<void> {
  const state = await house.state();
  if (state.kind === "member") making(enter);
  else screen(state.kind === "stranger" ? "stranger" : "nothing");
}

function ask(copy: Copy): void {
  locked(copy, { opened: enter, gone });
}

/** Open the plan with the private key, and put a newer one in its place when there is one. */
async function enter(key: Opened): Promise<void> {
  const copy = await stored();
  if (!copy) return gone();
  const content = await told(copy, key);
  if (!content) return damaged();
  opened = { key, reading: new Reading(content) };
  opened.reading.age(copy);
  lockable(true);
  await renewed();
}

/** The page speaks the language of its reader: it is kept anew when that is another one. */
async function speaks(language: string): Promise<void> {
  if (document.documentElement.lang === language) return;
  const shell = (await caches.keys()).find((one) => one.startsWith("offline-"));
  const answer = await fetch(location.pathname, { cache: "reload", redirect: "error" });
  if (shell && answer.ok) await (await caches.open(shell)).put(location.pathname, answer);
}

async function told(copy: Copy, key: Opened): Promise<Content | undefined> {
  try {
    return JSON.parse(await read(copy.kept, key)) as Content;
  } catch {
    return undefined;
  }
}

function damaged(): void {
  const form = document.querySelector<HTMLFormElement>("[data-unlock]");
  if (form) say(form, "problem", "damaged");
}

/** Renew what is kept; what the page shows follows, and goes when the copy goes. */
async function renewed(): Promise<Renewal> {
  const outcome = await renew().catch(() => "silent" as const);
  if (outcome === "signed_out" || outcome === "revoked") ended(outcome);
  const copy = await stored().catch(() => undefined);
  if (!copy) return outcome;
  aged(copy);
  const content = opened && outcome !== "silent" ? await told(copy, opened.key) : undefined;
  if (content) {
    opened?.reading.show(content);
    await speaks(content.language).catch(() => undefined);
  }
  opened?.reading.age(copy);
  return outcome;
}

function lock(): void {
  opened?.reading.close();
  opened = undefined;
  lockable(false);
}

function ended(why: string): void {
  lock();
  history.replaceState(null, "", location.pathname);
  say(screen("ended"), "why", why);
}

/** Ten wrong PINs, or nothing here any more. */
async function gone(): Promise<void> {
  const copy = await stored();
  if (!copy) return ended("deleted");
  await erase();
  ended("wrong_pin");
  await house.tell(copy.device, "wrong_pin");
}

async function deleted(): Promise<void> {
  const copy = await stored();
  await erase();
  ended("deleted");
  if (copy) await house.tell(copy.device, "deleted");
}

function lockable(open: boolean): void {
  const button = document.querySelector<HTMLElement>("[data-lock]");
  if (button) button.hidden = !open;
}

function touched(selector: string, then: () => void | Promise<void>): void {
  for (const button of document.querySelectorAll(selector)) button.addEventListener("click", () => void then());
}

function followsTheme(): void {
  const theme = /(?:^|; )theme=(light|dark)(?:;|$)/.exec(document.cookie)?.[1];
  if (theme) document.documentElement.dataset["theme"] = theme;
}

/** A page that lies forgotten locks itself; one that is looked at again asks for what is new. */
function keepsWatch(): void {
  let hidden = 0;
  let asked = Date.now();
  document.addEventListener("visibilitychange", () => {
    const now = Date.now();
    if (document.hidden) hidden = now;
    else if (opened && now - hidden > FORGOTTEN) void relocked();
    else if (opened && now - asked > RENEWED_EVERY) {
      asked = now;
      void renewed();
    }
  });
  window.addEventListener("online", () => void (opened && renewed()));
}

async function relocked(): Promise<void> {
  lock();
  const copy = await stored();
  if (copy) ask(copy);
}

followsTheme();
keepsWatch();
touched("[data-lock]", relocked);
touched("[data-again]", () => location.reload());
touched("[data-delete]", deleted);
touched("[data-renew]", async () => {
  const view = document.querySelector<HTMLElement>('[data-view="copy"]');
  const outcome = await renewed();
  if (view) say(view, "said", outcome);
});
void start();
