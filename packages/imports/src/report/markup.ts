/** What the HTML pages share: escaping, the shell of a page, and its look. */

import { printable } from "./printable.ts";

/** Text as HTML content or as the value of a quoted attribute. */
export function escapeHtml(text: string): string {
  return printable(text)
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;")
    .replace(/'/g, "&#39;");
}

/** A value as JSON that cannot end the script element it stands in. */
export function escapeJson(value: unknown): string {
  return JSON.stringify(value)
    .replace(/</g, "\\u003c")
    .replace(/\u2028/g, "\\u2028")
    .replace(/\u2029/g, "\\u2029");
}

/** A page that asks nothing of the network: the policy in it forbids that, so a stranger's names are harmless. */
export function htmlPage(title: string, style: string, body: string, script: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>${escapeHtml(title)}</title>
<style>${BASE_STYLE}${style}</style>
</head>
<body>
${body}
<script>${script}</script>
</body>
</html>
`;
}

const BASE_STYLE = `
:root{color-scheme:light dark;--bg:#fbfaf7;--panel:#fff;--ink:#1d1f21;--soft:#63676c;--line:#e3e0d8;--error:#b42318;--warning:#a15c00;--note:#175cd3;--good:#18794e;--accent:#8a5a00}
@media(prefers-color-scheme:dark){:root{--bg:#16181a;--panel:#1e2124;--ink:#e8e6e1;--soft:#9aa0a6;--line:#33373b;--error:#ff8a7a;--warning:#f3b45b;--note:#8ab4ff;--good:#63d19a;--accent:#e3b35c}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
code,pre,.mono{font:13px/1.5 ui-monospace,monospace}
h1{font-size:22px;margin:0}h2{font-size:17px;margin:0 0 12px}
a{color:inherit}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
`;
