/**
 * What somebody says who knows the grammar and every id there is: mostly right, so that it gets past the first
 * check, and wrong in one place.
 */
import fc from "fast-check";

/** Ids that exist, one's own and others'; ids that do not; and what is no id. */
export type Ids = readonly [string, ...string[]];

const anything = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.string({ unit: "binary", maxLength: 50 }));
/** The right thing mostly, so that the noise gets past the first check. */
const mostly = <T>(right: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ arbitrary: right, weight: 6 }, { arbitrary: anything, weight: 1 });

const textPart = fc.record({
  type: mostly(fc.constant("text")),
  text: mostly(fc.string({ unit: "binary" })),
});
const filePart = (anId: () => fc.Arbitrary<string>) =>
  fc.record({
    type: fc.constant("attachment"),
    attachmentId: mostly(anId()),
    name: mostly(fc.string()),
    mediaType: mostly(fc.constant("text/csv")),
    bytes: mostly(fc.nat(100)),
  });

const frame = (anId: () => fc.Arbitrary<string>): fc.Arbitrary<object> => {
  const commandId = mostly(fc.oneof(fc.constantFrom("c1", "c2"), fc.uuid()));
  const send = fc.record(
    {
      type: fc.constant("send"),
      id: commandId,
      threadId: mostly(anId()),
      agent: mostly(fc.constantFrom("echo", "echo", "throws", "answers-nothing", "nobody")),
      parts: mostly(fc.array(fc.oneof(textPart, textPart, filePart(anId)), { minLength: 1, maxLength: 3 })),
    },
    { requiredKeys: ["type", "id", "parts"] },
  );
  const fair = fc.record(
    {
      type: fc.constant("send"),
      id: fc.oneof(fc.constantFrom("c1", "c2"), fc.uuid()),
      agent: fc.constantFrom("echo", "echo", "caller", "throws", "answers-nothing", "floats"),
      parts: fc.tuple(
        fc.record({ type: fc.constant("text"), text: fc.string({ unit: "binary", minLength: 1 }) }),
      ),
    },
    { noNullPrototype: true },
  );
  return fc.oneof(
    { arbitrary: fair, weight: 4 },
    { arbitrary: send, weight: 3 },
    fc.record({ type: fc.constant("cancel"), id: commandId, runId: mostly(anId()) }),
    fc.record({
      type: fc.constant("resolve"),
      id: commandId,
      approvalId: mostly(anId()),
      decision: mostly(fc.constantFrom("approve", "reject")),
    }),
    fc.record({ type: fc.constant("ack"), offset: mostly(fc.integer()) }),
    fc.record({ type: fc.constant("refresh"), token: anything }),
    fc.record({ type: fc.constant("hello"), client: anything, cursor: anything }, { requiredKeys: ["type"] }),
    fc.dictionary(fc.string(), fc.jsonValue()),
  );
};

/** One message of a socket. */
export type Said =
  | { readonly is: "text"; readonly text: string }
  | { readonly is: "bytes"; readonly bytes: Uint8Array }
  | { readonly is: "binary"; readonly bytes: Uint8Array };

export function noisyFrame(ids: Ids): fc.Arbitrary<Said> {
  const text = frame(() => fc.constantFrom(...ids)).map((value) => JSON.stringify(value));
  const cut = fc.tuple(text, fc.nat(200)).map(([whole, at]) => whole.slice(0, at));
  const bytes = fc.uint8Array({ maxLength: 64 });
  return fc.oneof(
    { arbitrary: text.map((one): Said => ({ is: "text", text: one })), weight: 120 },
    { arbitrary: cut.map((one): Said => ({ is: "text", text: one })), weight: 20 },
    { arbitrary: fc.string({ unit: "binary" }).map((one): Said => ({ is: "text", text: one })), weight: 10 },
    { arbitrary: bytes.map((one): Said => ({ is: "binary", bytes: one })), weight: 5 },
    // Seldom: text that is not UTF-8 ends the connection, and with it what else it had to say.
    { arbitrary: bytes.map((one): Said => ({ is: "bytes", bytes: one })), weight: 1 },
  );
}

export interface NoisyRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

export function noisyRequest(ids: Ids): fc.Arbitrary<NoisyRequest> {
  const anId = () => fc.constantFrom(...ids);
  const segment = () =>
    fc.oneof(
      fc.constantFrom("threads", "messages", "attachments", "tickets", "me", "agents", "auth", "..", "admin"),
      anId().map(encodeURIComponent),
      fc.string({ unit: "binary", maxLength: 12 }).map((text) => encodeURIComponent(text.toWellFormed())),
      fc.constantFrom("%", "%zz", "%2e%2e", "%00"),
    );
  const path = () =>
    fc.oneof(
      fc.array(segment(), { maxLength: 4 }).map((parts) => `/api/${parts.join("/")}`),
      anId().map((id) => `/api/threads/${encodeURIComponent(id)}`),
      anId().map((id) => `/api/threads/${encodeURIComponent(id)}/messages`),
      anId().map((id) => `/api/attachments/${encodeURIComponent(id)}`),
      fc.array(segment(), { maxLength: 5 }).map((parts) => `/${parts.join("/")}`),
    );
  const query = fc
    .dictionary(
      fc.constantFrom("limit", "before", "id", "__proto__", "userId"),
      fc.string({ unit: "binary", maxLength: 10 }).map((text) => text.toWellFormed()),
    )
    .map((asked) => new URLSearchParams(asked).toString());
  const headerText = fc.stringMatching(/^[\x21-\x7e]{0,60}$/);
  return fc.record({
    method: fc.constantFrom("GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS"),
    // Not `//x`, which would name another server.
    target: fc
      .tuple(path(), query)
      .map(([where, search]) => `${where.replace(/^\/+/, "/")}${search && `?${search}`}`),
    headers: fc.record(
      {
        "content-type": fc.oneof(
          fc.constantFrom("application/json", "text/csv", "multipart/form-data"),
          headerText,
        ),
        "x-file-name": headerText,
        "sec-fetch-site": fc.constantFrom("cross-site", "same-origin", "none"),
        "if-none-match": headerText,
        range: headerText,
        accept: headerText,
      },
      { requiredKeys: [] },
    ),
    body: fc.oneof(
      fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
      fc.record({ title: anything }).map((value) => JSON.stringify(value)),
      fc.uint8Array({ maxLength: 200 }),
    ),
  });
}
