import { listen, type News, type Stream } from "./live-protocol.ts";

type Listened = { stream: Stream; pages: Set<MessagePort>; state: News };

/**
 * One stream for all the tabs of a browser: HTTP/1.1 allows six connections, and a seventh tab would freeze. The
 * address names the organisation; a session has one at a time, so the server refuses the others' streams.
 */
const scope = self as unknown as { onconnect: (event: MessageEvent) => void };
const streams = new Map<string, Listened>();

function listened(address: string): Listened {
  const known = streams.get(address);
  if (known) return known;
  const pages = new Set<MessagePort>();
  const tell = (news: News): void => {
    if (news.kind === "lost" || news.kind === "back") made.state = news;
    for (const page of pages) page.postMessage(news);
  };
  const made: Listened = { stream: listen(address, tell), pages, state: { kind: "back" } };
  for (const other of streams.values()) other.stream.again();
  streams.set(address, made);
  return made;
}

function leave(page: MessagePort): void {
  for (const [address, { stream, pages }] of streams) {
    if (!pages.delete(page) || pages.size > 0) continue;
    stream.stop();
    streams.delete(address);
  }
}

scope.onconnect = (event) => {
  const page = event.ports[0];
  if (!page) return;
  page.onmessage = (message: MessageEvent<{ address?: string; bye?: boolean }>) => {
    if (message.data.bye) leave(page);
    else if (message.data.address) {
      const { pages, state } = listened(message.data.address);
      pages.add(page);
      if (state.kind === "lost") page.postMessage(state);
    }
  };
};
