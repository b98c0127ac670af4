import {
  type DayOrder,
  type DecimalMark,
  findDayOrder,
  findDecimalMark,
  readNumber,
  readTime,
} from "./cell.ts";
import { findPrice } from "./price-list.ts";
import { isProblem, type Problem, problem } from "./problem.ts";
import type { Field } from "./usage-data.ts";

/** Where a field stands in a row, and how to read it. */
export interface Place {
  readonly index: number;
  readonly header: string;
  /** What a number is multiplied with: 0.01 for cents, 1000 for seconds. */
  readonly factor: number;
  readonly mark: DecimalMark;
}

export interface Layout {
  readonly places: ReadonlyMap<Field, Place>;
  readonly dayOrder: DayOrder;
  /** The success column says what went wrong: empty means success. */
  readonly errorColumn: boolean;
  readonly notes: readonly string[];
}

const aliases: readonly (readonly [Field, RegExp])[] = [
  [
    "at",
    /^(at|time|timestamp|ts|date|datetime|day|created|createdat|createdtime|starttime|startedat|requesttime|requesttimestamp|eventtime|occurredat|loggedat|usagedate|bucketstarttime)(utc|ms|iso)?$/,
  ],
  [
    "user",
    /^(user|userid|username|useremail|email|enduser|member|actor|apikeyname|apikeyid|customer|customerid|account)$/,
  ],
  [
    "team",
    /^(team|teamid|teamname|group|department|dept|org|organization|organisation|costcenter|costcentre|businessunit|workspace|workspaceid|workspacename)$/,
  ],
  [
    "feature",
    /^(feature|featurename|app|application|service|product|usecase|project|projectid|projectname|endpoint|operation|task|workload|workloadname|tag)$/,
  ],
  ["model", /^(model|modelid|modelname|modelversion|engine|deployment|llm|snapshotid)$/],
  [
    "inputTokens",
    /^(input|inputtokens?|prompttokens?|tokensin|tokeninput|ninputtokens|inputtokencount|prompttokencount|ncontexttokenstotal|numinputtokens|requesttokens|uncachedinputtokens)$/,
  ],
  [
    "outputTokens",
    /^(output|outputtokens?|completiontokens?|tokensout|generatedtokens?|outputtokencount|completiontokencount|ngeneratedtokenstotal|numoutputtokens|responsetokens|candidatestokencount)$/,
  ],
  [
    "latency",
    /^(latency|duration|elapsed|responsetime|latencytime|totaltime|processingtime|took|requestduration|totalduration|runtime)(ms|msec|millis|milliseconds|s|sec|secs|seconds|us|micros)?$/,
  ],
  [
    "success",
    /^(success|succeeded|successful|issuccess|ok|status|statuscode|httpstatus|httpstatuscode|responsecode|result|outcome|error|errors|errormessage|errorcode|errortype|iserror|failed)$/,
  ],
  [
    "cost",
    /^(cost|price|amount|spend|charge|totalcost|costamount|requestcost|estimatedcost|totalprice|billedamount|spent)(usd|us|dollars?|cents?|usdcents|microusd|eur|euro|gbp|inr|jpy|chf|cad|aud)?$|^(usd|cents)$/,
  ],
  [
    "promptId",
    /^(promptid|prompthash|prompthashid|cachekey|inputhash|requesthash|promptsha|promptfingerprint|promptdigest)$/,
  ],
];

const fixColumns =
  'Give the file a header line with a time, a model, input and output tokens, and the cost of each call if you have it; for example "timestamp,team,model,input_tokens,output_tokens,cost_usd".';

/** Finds the fields by the names of the columns, and time and model by their content; `sample` are rows of cells. */
export function inferColumns(
  headers: readonly string[],
  sample: readonly (readonly string[])[],
): Layout | Problem {
  const places = new Map<Field, Place>();
  const notes: string[] = [];
  const plain = headers.map((header) => header.toLowerCase().replace(/[^a-z0-9]/g, ""));
  const columnOf = (index: number) =>
    sample.map((cells) => cells[index] ?? "").filter((cell) => cell.trim() !== "");
  for (const [field, alias] of aliases) {
    const index = plain.findIndex(
      (name, at) => alias.test(name) && ![...places.values()].some((place) => place.index === at),
    );
    if (index < 0) continue;
    const place = placeOf(field, index, headers[index] ?? "", plain[index] ?? "", columnOf(index), notes);
    if (isProblem(place)) return place;
    places.set(field, place);
  }
  byContent(
    "at",
    (value) => readTime(value, "day first") !== undefined || readTime(value, "month first") !== undefined,
  );
  byContent("model", (value) => findPrice(value) !== undefined);
  if (!places.has("at")) {
    return problem("No column with the time of the calls was found.", fixColumns, [
      `columns: ${headers.slice(0, 30).join(", ")}`,
    ]);
  }
  const computable = places.has("model") && places.has("inputTokens");
  if (!places.has("cost") && !computable) {
    return problem(
      "There is no cost column, and without model and input tokens the cost cannot be computed.",
      fixColumns,
      [`columns: ${headers.slice(0, 30).join(", ")}`],
    );
  }
  const { order, sure } = findDayOrder(columnOf(places.get("at")?.index ?? 0));
  if (!sure)
    notes.push("Dates like 03/04/2026 were read as month/day, because no date in the first rows decides it.");
  const success = places.get("success");
  const errorColumn = success !== undefined && /error|failed/.test(success.header.toLowerCase());
  return { places, dayOrder: order, errorColumn, notes };

  function byContent(field: Field, fits: (value: string) => boolean): void {
    if (places.has(field)) return;
    for (const [index, header] of headers.entries()) {
      if ([...places.values()].some((place) => place.index === index)) continue;
      const values = columnOf(index);
      if (values.length === 0 || values.filter(fits).length < values.length * 0.9) continue;
      places.set(field, { index, header, factor: 1, mark: "." });
      notes.push(
        `Column "${header.slice(0, 60)}" was taken as ${field === "at" ? "the time" : "the model"} by its content.`,
      );
      return;
    }
  }
}

function placeOf(
  field: Field,
  index: number,
  header: string,
  name: string,
  values: readonly string[],
  notes: string[],
): Place | Problem {
  const whole = field === "inputTokens" || field === "outputTokens";
  const mark = whole || field === "cost" || field === "latency" ? findDecimalMark(values, whole) : ".";
  let factor = 1;
  if (field === "cost") {
    if (/(eur|euro|gbp|inr|jpy|chf|cad|aud)$/.test(name) || values.some((value) => /[€£]/.test(value))) {
      return problem(
        `Column "${header}" is not in USD.`,
        "Convert the cost to USD and name the column cost_usd.",
      );
    }
    if (/cents?$/.test(name)) factor = 0.01;
    else if (/microusd$/.test(name)) factor = 1e-6;
    if (factor !== 1) notes.push(`Column "${header}" was converted to USD.`);
  }
  if (field === "latency") {
    if (/(us|micros)$/.test(name)) factor = 0.001;
    else if (!/(ms|msec|millis|milliseconds)$/.test(name)) {
      const numbers = values.flatMap((value) => readNumber(value, mark) ?? []);
      const seconds = /(latency|duration|elapsed|time|took|runtime)(s|secs?|seconds)$/.test(name);
      const small =
        numbers.length > 0 &&
        numbers.every((value) => value < 600) &&
        numbers.some((value) => !Number.isInteger(value));
      if (seconds || small) {
        factor = 1000;
        notes.push(
          `Column "${header}" was read as seconds${seconds ? "" : ", because its values are small and not whole"}.`,
        );
      }
    }
  }
  return { index, header, factor, mark };
}
