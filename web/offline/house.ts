/**
 * What the house says when it can be reached. An answer counts only when it is the house's own: a hotel's sign-in page
 * or a proxy that is out of order must neither delete a copy nor replace it.
 */
export type State = { kind: "member"; token: string; language: string } | { kind: "stranger" } | { kind: "silent" };
export type Answer =
  | { kind: "newer"; name: string; words: string }
  | { kind: "same" }
  | { kind: "ended"; why: string }
  | { kind: "silent" };

const PATIENCE = 8_000;
const ENDS = new Set(["signed_out", "revoked"]);

/** Whether the house can be reached, and whether a member asks. */
export async function state(patience = PATIENCE): Promise<State> {
  const answer = await asked("/offline/state/", {}, patience);
  const said = answer ? await saying(answer) : undefined;
  if (!said) return { kind: "silent" };
  if (said["offline"] !== "member") return { kind: "stranger" };
  return { kind: "member", token: said["token"] ?? "", language: said["language"] ?? "" };
}

/** Ask for what a device keeps, unless it is what this name stands for. */
export async function content(device: string, name: string): Promise<Answer> {
  const headers: Record<string, string> = name ? { "If-None-Match": `"${name}"` } : {};
  const answer = await asked(`/offline/copies/${device}/`, { headers });
  if (answer?.status === 304) return { kind: "same" };
  if (!answer) return { kind: "silent" };
  if (!answer.ok) {
    const why = (await saying(answer))?.["offline"] ?? "";
    return ENDS.has(why) ? { kind: "ended", why } : { kind: "silent" };
  }
  const tag = /^(?:W\/)?"([0-9a-f]+)"$/.exec(answer.headers.get("ETag") ?? "")?.[1];
  const words = await answer.text().catch(() => "");
  return tag && words.startsWith("{") ? { kind: "newer", name: tag, words } : { kind: "silent" };
}

/** Let this device keep the plan: its name there, or why not. */
export async function permit(token: string): Promise<{ device: string } | { why: string }> {
  const answer = await asked("/offline/copies/", { method: "POST", headers: { "X-CSRFToken": token } });
  const said = answer ? await saying(answer) : undefined;
  if (said?.["device"]) return { device: said["device"] };
  return { why: said?.["why"] ?? "" };
}

/** Tell the house that a copy is deleted; it finds out by itself when it cannot be told now. */
export async function tell(device: string, ending: "deleted" | "wrong_pin"): Promise<void> {
  const now = await state();
  if (now.kind !== "member") return;
  const body = new URLSearchParams({ ending });
  const headers = { "X-CSRFToken": now.token };
  await asked(`/offline/copies/${device}/forget/`, { method: "POST", headers, body });
}

async function asked(address: string, more: RequestInit, patience = PATIENCE): Promise<Response | undefined> {
  const signal = AbortSignal.timeout(patience);
  try {
    return await fetch(address, { cache: "no-store", redirect: "error", signal, ...more });
  } catch {
    return undefined;
  }
}

async function saying(answer: Response): Promise<Record<string, string> | undefined> {
  try {
    const said: unknown = await answer.json();
    return said && typeof said === "object" && "offline" in said ? (said as Record<string, string>) : undefined;
  } catch {
    return undefined;
  }
}
