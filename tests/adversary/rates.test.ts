/** Too many of anything: 429 or a frame, with a stable code and a time to wait; others are not slowed down. */
import { closeCodes, limits } from "@goldenpath/protocol";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Answer, codeOf, openStage, type Person, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());
afterEach(() => stage.proveUnharmed());

/** Asks until it is told to wait; how often it was not. */
async function askUntilLimited(ask: () => Promise<Answer>, max: number): Promise<number> {
  for (let passed = 0; passed <= max; passed++) {
    const answer = await ask();
    if (answer.status !== 429) continue;
    expect(codeOf(answer)).toBe("rate_limited");
    const { error } = answer.body as { error: { retry: string; afterMs: number } };
    expect(error.retry).toBe("later");
    expect(error.afterMs).toBeGreaterThan(0);
    expect(error.afterMs).toBeLessThanOrEqual(60_000);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    return passed;
  }
  throw new Error(`nothing was limited in ${max} requests`);
}

describe("how often", () => {
  let person: Person;
  beforeAll(async () => {
    person = await stage.person();
  });

  it("somebody may upload, for each user", async () => {
    expect(await askUntilLimited(() => person.upload("a.txt", "a"), 61)).toBe(60);
    expect((await stage.bystander.person.upload("b.txt", "b")).status).toBe(200);
  });

  it("somebody may take tickets, for each user", async () => {
    expect(await askUntilLimited(() => person.json("POST", "/api/tickets", {}), 121)).toBe(120);
    expect((await stage.bystander.person.json("POST", "/api/tickets", {})).status).toBe(200);
  });

  it("somebody may ask anything, for each user", async () => {
    const passed = await askUntilLimited(() => person.get("/api/agents"), 1_201);
    expect(passed).toBeGreaterThan(900);
    expect((await stage.bystander.person.get("/api/agents")).status).toBe(200);
    // Who has to wait over HTTP still has a socket.
    const line = await person.line();
    const { runId } = await line.ask("hello", "echo");
    expect((await line.end(runId)).type).toBe("agent_completed");
    person.hangUp();
  });

  it("somebody may try passwords, whatever the headers say of the address", async () => {
    let tried = 0;
    const passed = await askUntilLimited(
      () =>
        stage.nobody().json(
          "POST",
          "/api/auth/sign-in/email",
          { email: stage.bystander.person.email, password: `guess number ${++tried}` },
          {
            "x-forwarded-for": `10.0.0.${tried}`,
            "x-real-ip": `10.0.1.${tried}`,
            "x-goldenpath-client-address": `10.0.2.${tried}`,
          },
        ),
      21,
    );
    expect(passed).toBeLessThanOrEqual(20);
    expect((await stage.bystander.person.get("/api/me")).status).toBe(200);
  });
});

describe("how many", () => {
  it("connections a user may have; the one too many is told so, and the others stay", async () => {
    const person = await stage.person();
    const lines = await Promise.all(
      Array.from({ length: limits.connectionsPerUserMax }, () => person.line()),
    );
    const extra = person.silent();
    await extra.say({ type: "hello", client: "x" });
    expect((await extra.closed()).code).toBe(closeCodes.too_many_connections.code);
    expect(lines.filter((line) => line.isClosed)).toEqual([]);
    const [first] = lines;
    first?.hangUp();
    await expect
      .poll(async () => {
        const next = person.silent();
        await next.say({ type: "hello", client: "x" });
        return next.frame("caught_up").then(
          () => "in",
          () => "refused",
        );
      })
      .toBe("in");
    person.hangUp();
  });

  it("sockets may be there that never say hello: they take no user's place", async () => {
    const person = await stage.person();
    const silent = Array.from({ length: 100 }, () => person.silent());
    await Promise.all(silent.map((line) => line.opened));
    const line = await person.line();
    const { runId } = await line.ask("hello", "echo");
    expect((await line.end(runId)).type).toBe("agent_completed");
    person.hangUp();
  });
});
