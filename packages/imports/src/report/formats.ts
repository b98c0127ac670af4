/** Every format of `check`, by its name. */

import type { Reporter, ReportFormat } from "../finding.ts";
import { reportGithub } from "./github.ts";
import { reportHtml } from "./html.ts";
import { reportJson } from "./json.ts";
import { reportJunit } from "./junit.ts";
import { reportSarif } from "./sarif.ts";
import { reportText } from "./text.ts";

export const reporterByFormat: { readonly [format in ReportFormat]: Reporter } = {
  text: reportText,
  json: reportJson,
  sarif: reportSarif,
  github: reportGithub,
  junit: reportJunit,
  html: reportHtml,
};
