/**
 * Keeps one page for when there is no network, and shows call-outs when Tocsin is closed.
 *
 * It is registered for `/offline/` alone: requests of other pages never reach it. What it keeps is written in front of
 * it by the house (`tocsin/ui/installed.py`) and holds nothing of anybody.
 */
type Shell = { page: string; files: string[]; name: string; icon: string; badge: string };
type Extendable = Event & { waitUntil(done: Promise<unknown>): void };
type FetchEvent = Extendable & { request: Request; respondWith(answer: Promise<Response>): void };
type PushEvent = Extendable & { data: { json(): unknown } | null };
type NotificationEvent = Extendable & { notification: Notification };
type Window = { url: string; focus(): Promise<unknown> };
type Scope = {
  shell: Shell;
  location: Location;
  registration: ServiceWorkerRegistration;
  clients: {
    claim(): Promise<void>;
    matchAll(which: { type: "window"; includeUncontrolled: true }): Promise<Window[]>;
    openWindow(address: string): Promise<unknown>;
  };
  skipWaiting(): Promise<void>;
  addEventListener<E extends Event>(kind: string, then: (event: E) => void): void;
};
type Renewal = { oldSubscription?: PushSubscription; newSubscription?: PushSubscription };
type CallOut = { title: string; body: string; link: string; tag: string; level: string };

const house = self as unknown as Scope;
const { page, files, name, icon, badge } = house.shell;
const kept = new Set([page, ...files].map((address) => new URL(address, house.location.href).href));

house.addEventListener<Extendable>("install", (event) => {
  event.waitUntil(fill().then(() => house.skipWaiting()));
});

house.addEventListener<Extendable>("activate", (event) => {
  event.waitUntil(tidy().then(() => house.clients.claim()));
});

house.addEventListener<FetchEvent>("fetch", (event) => {
  const address = new URL(event.request.url);
  address.search = address.hash = "";
  // "reload" is how the page itself asks for its newest words
  if (event.request.method !== "GET" || event.request.cache === "reload" || !kept.has(address.href)) return;
  event.respondWith(answer(event.request, address.href));
});

house.addEventListener<PushEvent>("push", (event) => event.waitUntil(show(callOut(event.data))));

house.addEventListener<NotificationEvent>("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(String((event.notification.data as { link?: string } | null)?.link ?? "/")));
});

house.addEventListener<Extendable>("pushsubscriptionchange", (event) => event.waitUntil(subscribeAgain(event)));

async function fill(): Promise<void> {
  const cache = await caches.open(name);
  await cache.addAll([page, ...files].map((address) => new Request(address, { cache: "reload" })));
}

async function tidy(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((one) => one.startsWith("offline-") && one !== name).map((one) => caches.delete(one)));
}

async function answer(request: Request, address: string): Promise<Response> {
  const cache = await caches.open(name);
  return (await cache.match(address)) ?? fetch(request);
}

/** What a push says; the browser asks for a notification at every push, so one that cannot be read is shown too. */
function callOut(data: PushEvent["data"]): CallOut {
  let said: Partial<Record<keyof CallOut, unknown>> = {};
  try {
    const read: unknown = data?.json();
    if (read && typeof read === "object") said = read;
  } catch {
    // shown with the words below
  }
  const text = (one: unknown, otherwise: string): string => (typeof one === "string" && one ? one : otherwise);
  return {
    title: text(said.title, "Tocsin"),
    body: text(said.body, ""),
    link: text(said.link, "/"),
    tag: text(said.tag, "tocsin"),
    level: text(said.level, ""),
  };
}

async function show({ title, body, link, tag, level }: CallOut): Promise<void> {
  const grave = level === "red";
  const options = {
    body,
    tag,
    renotify: true,
    requireInteraction: grave,
    vibrate: grave ? [400, 150, 400, 150, 400] : [200, 100, 200],
    icon,
    badge,
    data: { link },
  };
  await house.registration.showNotification(title, options);
}

/** Go to a page of the house: the one that is open at this address, else a new one. */
async function open(link: string): Promise<void> {
  const wanted = new URL(link, house.location.href);
  const address = wanted.origin === house.location.origin ? wanted.href : new URL("/", house.location.href).href;
  const windows = await house.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find((one) => one.url === address);
  await (there ? there.focus() : house.clients.openWindow(address));
}

/** The browser changed its subscription by itself: tell the house, or call-outs would go nowhere. */
async function subscribeAgain(event: Event): Promise<void> {
  const { oldSubscription, newSubscription } = event as Renewal;
  const asked = await fetch("/settings/messages/push/", { cache: "no-store", redirect: "error" });
  const { key, token } = (await asked.json()) as { key: string; token: string };
  const manager = house.registration.pushManager;
  const options = { userVisibleOnly: true, applicationServerKey: key };
  const made = newSubscription ?? (await manager.subscribe(options));
  const { endpoint, keys } = made.toJSON();
  const body = new URLSearchParams({
    endpoint: endpoint ?? "",
    p256dh: keys?.["p256dh"] ?? "",
    auth: keys?.["auth"] ?? "",
    before: oldSubscription?.endpoint ?? "",
  });
  await fetch("/settings/messages/push/subscribe/", { method: "POST", headers: { "X-CSRFToken": token }, body });
}

export {};
