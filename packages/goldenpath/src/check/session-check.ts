import type { Verdict } from "./judge.ts";
import type { Credentials, Person } from "./person.ts";

/** D7 promises one second; the rest is the network's. */
const closedMsMax = 3_000;

/** A login that ends takes its socket with it, and opens nothing any more. */
export async function checkEndedSession(
  device: Person,
  account: Credentials,
  timeoutMs: number,
): Promise<Verdict> {
  const wrong = await device.signIn({ ...account, temporary: false });
  if (wrong !== undefined) return { ok: false, detail: `a second login: ${wrong}` };
  const line = device.connect();
  line.client.connect();
  await line.until("live", timeoutMs, () => line.client.state.is === "live");
  const cookie = device.cookie;
  const left = await device.request("POST", "/api/auth/sign-out", {});
  if (left.status !== 200) return { ok: false, detail: `sign-out answers ${left.status}` };
  await line.until(
    "the socket of the ended session is closed",
    closedMsMax,
    () => line.client.state.is === "signed_out",
  );
  device.cookie = cookie;
  const asked = await device.request("GET", "/api/threads");
  if (asked.status !== 401) return { ok: false, detail: `after sign-out its cookie gets ${asked.status}` };
  const again = device.connect();
  again.client.connect();
  await again.until(
    "a socket with the ended session is refused",
    timeoutMs,
    () => again.client.state.is === "signed_out",
  );
  return { ok: true, detail: "socket closed; cookie and a fresh socket refused" };
}
