import { listen, type News } from "./live-protocol.ts";

/** Rest between two refreshes: figures may move many times a second, decisions are few and must show at once. */
const REST_MS = { revision: 2_000, journal: 250 } as const;
type Kind = keyof typeof REST_MS;

const stale = new Set<Kind>();
let refreshed = 0;
let timer: number | undefined;

/** Ask every element that wants what is new to fetch itself anew, all in the same moment so that none disagree. */
function refresh(): void {
  clearTimeout(timer);
  timer = undefined;
  refreshed = Date.now();
  const wanted = [...stale].map((kind) => `[data-live~="${kind}"]`).join(",");
  stale.clear();
  if (!wanted) return;
  for (const element of document.querySelectorAll(wanted)) element.dispatchEvent(new Event("refresh"));
}

function spread(kind: Kind): void {
  stale.add(kind);
  if (document.hidden) return;
  const rest = Math.min(...[...stale].map((one) => REST_MS[one])) - (Date.now() - refreshed);
  clearTimeout(timer);
  if (rest <= 0) refresh();
  else timer = window.setTimeout(refresh, rest);
}

function hear(news: News): void {
  if (news.kind === "lost" || news.kind === "back") {
    document.documentElement.dataset["connection"] = news.kind;
    for (const said of document.querySelectorAll<HTMLElement>("[data-connection-lost]")) {
      said.hidden = news.kind === "back";
    }
    if (news.kind === "back") (["revision", "journal"] as const).forEach(spread);
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

/** Without shared workers, the tab of an organisation that holds its lock listens and tells the others. */
function leader(address: string): void {
  const name = `tocsin-live ${address}`;
  const channel = new BroadcastChannel(name);
  const opened = new BroadcastChannel("tocsin-opened");
  channel.onmessage = (event: MessageEvent<News>) => hear(event.data);
  opened.postMessage(address);
  void navigator.locks.request(name, async () => {
    const stream = listen(address, (news) => {
      hear(news);
      channel.postMessage(news);
    });
    opened.onmessage = (event: MessageEvent<string>) => {
      if (event.data !== address) stream.again();
    };
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
    if (!document.hidden && stale.size > 0) refresh();
  });
}
