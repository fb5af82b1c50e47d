import { content } from "./house.ts";
import { FORMAT } from "./kinds.ts";
import { change, erase, mark, stored } from "./store.ts";
import { keep } from "./vault.ts";

export type Renewal = "newer" | "same" | "signed_out" | "revoked" | "silent" | "none";

/** Renew the copy of this device without its PIN, or delete it when it may not be kept any more. */
export async function renew(): Promise<Renewal> {
  const copy = await stored();
  if (!copy) {
    await erase();
    return "none";
  }
  const answer = await content(copy.device, copy.format === FORMAT ? copy.name : "");
  if (answer.kind === "silent") return "silent";
  if (answer.kind === "ended") {
    await erase();
    return answer.why === "signed_out" ? "signed_out" : "revoked";
  }
  const now = Date.now();
  const kept = answer.kind === "newer" ? await keep(copy.lock, answer.words) : undefined;
  await change(copy.device, (row) => {
    row.checked = now;
    if (!kept || answer.kind !== "newer") return;
    Object.assign(row, { kept, name: answer.name, format: FORMAT, renewed: now });
  });
  mark();
  return answer.kind;
}
