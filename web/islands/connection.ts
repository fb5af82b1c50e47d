import { listen, type News } from "./live-protocol.ts";

const REFRESH_MS = 2_000;
const waiting = new WeakMap<Element, number>();
const refreshed = new WeakMap<Element, number>();
const stale = new Set<string>();

function refresh(element: Element): void {
  refreshed.set(element, Date.now());
  waiting.delete(element);
  if (element.isConnected) element.dispatchEvent(new Event("refresh"));
}

/** Ask each element that wants this news to fetch itself anew, at most every two seconds. */
function spread(kind: string): void {
  if (document.hidden) {
    stale.add(kind);
    return;
  }
  for (const element of document.querySelectorAll(`[data-live~="${kind}"]`)) {
    if (waiting.has(element)) continue;
    const rest = REFRESH_MS - (Date.now() - (refreshed.get(element) ?? 0));
    if (rest <= 0) refresh(element);
    else waiting.set(element, window.setTimeout(() => refresh(element), rest));
  }
}

function hear(news: News): void {
  if (news.kind === "lost" || news.kind === "back") {
    document.documentElement.dataset["connection"] = news.kind;
    for (const said of document.querySelectorAll<HTMLElement>("[data-connection-lost]")) {
      said.hidden = news.kind === "back";
    }
    if (news.kind === "back") ["revision", "journal"].forEach(spread);
    return;
  }
  spread(news.kind);
}

function shared(address: string): void {
  const worker = new SharedWorker(new URL("./live-worker.ts", import.meta.url), { type: "module", name: "tocsin" });
  worker.port.onmessage = (event: MessageEvent<News>) => hear(event.data);
  worker.port.postMessage({ address });
  addEventListener("pagehide", () => worker.port.postMessage({ bye: true }));
  addEventListener("pageshow", (event) => {
    if (event.persisted) worker.port.postMessage({ address });
  });
}

/** Without shared workers, the tab that holds the lock listens and tells the others. */
function leader(address: string): void {
  const channel = new BroadcastChannel("tocsin-live");
  channel.onmessage = (event: MessageEvent<News>) => hear(event.data);
  void navigator.locks.request("tocsin-live", async () => {
    listen(address, (news) => {
      hear(news);
      channel.postMessage(news);
    });
    await new Promise(() => undefined);
  });
}

/** Keep the page up to date through one stream for the whole browser. */
export function mountConnection(): void {
  const address = document.body.dataset["liveAddress"];
  if (!address) return;
  if (typeof SharedWorker === "undefined") leader(address);
  else shared(address);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    const kinds = [...stale];
    stale.clear();
    kinds.forEach(spread);
  });
}
