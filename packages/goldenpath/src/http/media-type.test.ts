import { describe, expect, it } from "vitest";
import { judgeContent, mediaTypeOf } from "./media-type.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]);

describe("mediaTypeOf", () => {
  it.each([
    ["spend.csv", "application/vnd.ms-excel", "text/csv"],
    ["spend.CSV", "text/csv; charset=utf-8", "text/csv"],
    ["usage.jsonl", "", "application/jsonl"],
    ["usage", "application/x-ndjson", "application/jsonl"],
    ["thing", "text/plain; charset=utf-8", "text/plain"],
    ["thing", "no type at all", "application/octet-stream"],
    ["thing", undefined, "application/octet-stream"],
    ["archive.zip", "application/zip", "application/zip"],
  ])("%s claimed as %s is %s", (name, claimed, type) => {
    expect(mediaTypeOf(name, claimed)).toBe(type);
  });
});

describe("judgeContent", () => {
  it.each([
    ["text/csv", bytes("a,b\n1,2\n")],
    ["text/csv", bytes("\ufeffa,b\n1,2\n")],
    ["application/json", bytes('{"a": [1]}')],
    ["application/jsonl", bytes('{"a":1}\n{"a":2}\n')],
    ["image/png", png],
    ["application/pdf", bytes("%PDF-1.7 …")],
    ["application/zip", png],
  ])("%s fits", (type, content) => {
    expect(judgeContent(type, content)).toEqual({ is: "fits" });
  });

  it.each([
    ["text/csv", png, /not UTF-8 text.*CSV UTF-8/],
    ["text/csv", bytes("a,b\0c"), /not UTF-8 text/],
    ["text/plain", new Uint8Array([0xff, 0xfe, 0x41, 0x00]), /not UTF-8 text/],
    ["application/json", bytes("{a: 1}"), /claims to be JSON, but does not parse/],
    ["image/png", bytes("<script>"), /claims to be image\/png/],
    ["application/pdf", png, /claims to be application\/pdf/],
    ["text/csv", new Uint8Array(), /empty/],
  ])("%s is refused with what to do", (type, content, message) => {
    const verdict = judgeContent(type, content);
    expect(verdict.is === "refused" && verdict.message).toMatch(message);
  });
});
