import type { Verdict } from "./judge.ts";
import type { Person } from "./person.ts";

/**
 * The page and its scripts. A server without a page of ours (mounted on another, or an API alone) is none that is
 * broken.
 */
export async function checkPage(person: Person): Promise<Verdict> {
  const page = await person.request("GET", "/");
  if (page.status === 404) return { ok: true, detail: "no page here" };
  if (page.status === 200 && !page.text.includes("<title>Goldenpath</title>")) {
    return { ok: true, detail: "no page here: another one answers" };
  }
  if (page.status !== 200 || !page.type.includes("text/html")) {
    return { ok: false, detail: `GET / answers ${page.status} ${page.type}` };
  }
  const scripts = [...page.text.matchAll(/<script[^>]*\bsrc="([^"]+)"/g)].map((match) => match[1] ?? "");
  if (scripts.length === 0) return { ok: false, detail: "the page loads no script" };
  for (const script of scripts) {
    const answer = await person.request("GET", script);
    if (answer.status !== 200 || !answer.type.includes("javascript")) {
      return { ok: false, detail: `${script} answers ${answer.status} ${answer.type}` };
    }
  }
  return { ok: true, detail: `HTML and ${scripts.length} scripts` };
}
