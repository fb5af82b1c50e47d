import { listen, type News } from "./live-protocol.ts";

/** One stream for all the tabs of a browser: HTTP/1.1 allows six connections, and a seventh tab would freeze. */
const scope = self as unknown as { onconnect: (event: MessageEvent) => void };
const pages = new Set<MessagePort>();
let stop: (() => void) | undefined;
let state: News = { kind: "back" };

function tell(news: News): void {
  if (news.kind === "lost" || news.kind === "back") state = news;
  for (const page of pages) page.postMessage(news);
}

scope.onconnect = (event) => {
  const page = event.ports[0];
  if (!page) return;
  page.onmessage = (message: MessageEvent<{ address?: string; bye?: boolean }>) => {
    if (message.data.bye) {
      pages.delete(page);
      if (pages.size === 0) {
        stop?.();
        stop = undefined;
      }
    } else if (message.data.address) {
      pages.add(page);
      stop ??= listen(message.data.address, tell);
      if (state.kind === "lost") page.postMessage(state);
    }
  };
};
