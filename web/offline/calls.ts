/** Call-outs on this device: its subscription with the browser's push service, and what the house knows of it. */
const SCOPE = "/offline/";
const STATE = "/settings/messages/push/";

/** The subscription of this device, if there is one. */
export async function subscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker?.getRegistration(SCOPE);
  return (await registration?.pushManager?.getSubscription()) ?? null;
}

/**
 * Let this device be called.
 *
 * The subscription follows the key of the house: one that was made with another key can no longer be used, and is made
 * anew.
 */
export async function subscribe(worker: string): Promise<void> {
  const { key, token } = await house();
  const registration = await active(await navigator.serviceWorker.register(worker, { scope: SCOPE }));
  const made = await subscribed(registration.pushManager, key);
  const { endpoint, keys } = made.toJSON();
  const body = new URLSearchParams({
    endpoint: endpoint ?? "",
    p256dh: keys?.["p256dh"] ?? "",
    auth: keys?.["auth"] ?? "",
  });
  const answer = await fetch(`${STATE}subscribe/`, { method: "POST", headers: { "X-CSRFToken": token }, body });
  if (answer.ok) return;
  await made.unsubscribe();
  throw new Error("the house did not take the subscription");
}

/** Call this device no more. */
export async function unsubscribe(): Promise<void> {
  const made = await subscription();
  if (!made) return;
  const { endpoint } = made;
  await made.unsubscribe();
  const { token } = await house();
  const body = new URLSearchParams({ endpoint });
  await fetch(`${STATE}unsubscribe/`, { method: "POST", headers: { "X-CSRFToken": token }, body });
}

async function house(): Promise<{ key: string; token: string }> {
  const answer = await fetch(STATE, { cache: "no-store", redirect: "error" });
  return (await answer.json()) as { key: string; token: string };
}

async function subscribed(manager: PushManager, key: string): Promise<PushSubscription> {
  const options = { userVisibleOnly: true, applicationServerKey: key };
  try {
    return await manager.subscribe(options);
  } catch (fault) {
    if (!(fault instanceof DOMException) || fault.name !== "InvalidStateError") throw fault;
    await (await manager.getSubscription())?.unsubscribe();
    return manager.subscribe(options);
  }
}

/** A worker that was just registered takes a moment before it can subscribe. */
async function active(registration: ServiceWorkerRegistration): Promise<ServiceWorkerRegistration> {
  const coming = registration.installing ?? registration.waiting;
  if (registration.active || !coming) return registration;
  await new Promise<void>((resolve, reject) => {
    coming.addEventListener("statechange", () => {
      if (coming.state === "activated") resolve();
      if (coming.state === "redundant") reject(new Error("the worker could not be started"));
    });
  });
  return registration;
}
