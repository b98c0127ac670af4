/**
 * What a question asks for, by rules that a reader can follow: no model, no guess. A question whose words
 * are not understood is `unknown` and names them.
 */
import { findComingMonthDays, findHorizonDays, findPeriod, type Period } from "./periods.ts";
import { priceList } from "./price-list.ts";
import type { Filter } from "./selection.ts";
import type { Grouping, Metric } from "./tools-spend.ts";
import type { DailyMetric } from "./tools-time.ts";
import { type Dimension, dimensions } from "./usage-data.ts";
import { knownWords } from "./vocabulary.ts";

export type Intent =
  | "greeting"
  | "thanks"
  | "help"
  | "report"
  | "describe"
  | "spend"
  | "percentiles"
  | "anomalies"
  | "trend"
  | "forecast"
  | "drivers"
  | "retries"
  | "correlation"
  | "pattern"
  | "prices"
  | "routing"
  | "caching"
  | "batching"
  | "trimming"
  | "growth"
  | "unknown";

export interface Question {
  readonly intent: Intent;
  readonly by?: Grouping;
  readonly filter: Filter;
  readonly metric?: Metric;
  readonly dailyMetric?: DailyMetric;
  readonly orderBy?: "cost" | "calls" | "tokens";
  readonly top?: number;
  /** The model that takes over. */
  readonly to?: string;
  /** 0 to 1. */
  readonly share?: number;
  readonly percent?: number;
  readonly months?: number;
  /** The percentage is of every month, not of one change. */
  readonly monthly?: boolean;
  readonly forecastDays?: number;
  readonly inputTokensMax?: number;
  /** Words that no rule knows: the reason of `unknown`, or what an answer leaves out and says so. */
  readonly strange: readonly string[];
  /** Whether it leans on the question before. */
  readonly continues: boolean;
}

/** The names that a dataset holds, and its first and last day. */
export interface Names {
  readonly extent: Period;
  readonly names: { readonly [dimension in Dimension]: readonly string[] };
}

const rules: readonly (readonly [Intent, RegExp])[] = [
  [
    "greeting",
    /^(hi|hello|hey|good (morning|afternoon|evening)|greetings|howdy)( there| analyst| everyone| all)?[\s!.,]*$/,
  ],
  [
    "thanks",
    /^(thanks|thank you|thx|cheers|great|perfect|ok|okay|cool|nice)( a lot| very much| so much| thanks)?[\s!.,]*$/,
  ],
  [
    "help",
    /^(help|\?+|help me)[\s!.?]*$|what can (you|i) (do|ask)|who are you|what are you\b|how (do|does) (you|this|it) work|which questions|(which|what) (columns|format|file)|how (do|can) i (attach|upload|use)|give me examples/,
  ],
  [
    "routing",
    /\b(mov(e|ed|ing)|switch(ed|ing)?|rout(e|ed|ing)|migrat(e|ed|ing)|shift(ed|ing)?|send(ing)?|sent|replac(e|ed|ing)|swap(ped)?)\b.*\b(to|with|by|for|instead|model)\b|\b(use|used|using)\b.*\bfor (everything|all)\b|\binstead of\b|\brouting\b|\bcheaper model\b|\bsmaller model\b/,
  ],
  [
    "caching",
    /\bcach(e|es|ed|ing|eable|able)\b|\brepeated prompts?\b|\bduplicate prompts?\b|\bsame prompts?\b/,
  ],
  ["batching", /\bbatch(es|ed|ing)?\b/],
  [
    "trimming",
    /\b(trim|trimmed|trimming|shorten|shorter|truncate|cap|capped|cut|reduce)\b.*\b(prompts?|inputs?|contexts?)\b|\b(long|longest|longer) prompts?\b|\bprompt trimming\b/,
  ],
  [
    "growth",
    /\b(if|when|suppose|assume|simulate)\b.*\b(grow|grows|grew|growth|doubles?|doubled|triples?|tripled|increases?|scales?|rises?)\b|\bgrowth of \d/,
  ],
  [
    "forecast",
    /\bforecast|\bpredict|\bproject(ion|ed|ions)\b|\bnext (\w+ )?(day|week|month|quarter|year)s?\b|\bwill (we|i|it|this)\b/,
  ],
  [
    "anomalies",
    /\banomal|\bunusual|\boutliers?\b|\bspik(e|es|ed)\b|\bweird|\bstrange\b|\babnormal|\bodd days?\b|\bsuspicious|\bout of the ordinary\b/,
  ],
  ["correlation", /\bcorrelat|\brelationship between\b|\bdepend(s|ent)? on\b|\brelated to\b/],
  [
    "drivers",
    /\bwhy\b|\bdriv(er|ers|es|ing)\b|\bdrove\b|\bcaus(e|ed|es)\b|\bwhat changed\b|\bwent up\b|\bgone up\b|\bgo up\b|\bincreased?\b|\bcompared? (to|with)\b|\bversus (last|the)\b|\bvs\.? (last|the)\b/,
  ],
  [
    "trend",
    /\btrends?\b|\bover time\b|\bdevelop(ed|s|ing)?\b|\bevolv|\bgrowing\b|\brising\b|\bgrowth rate\b|\bgrowth\b/,
  ],
  [
    "retries",
    /\bretr(y|ies|ied|ying)\b|\bfail(s|ed|ure|ures|ing)?\b|\berrors?\b|\bsuccess rate\b|\bwasted?\b|\breliab/,
  ],
  [
    "pattern",
    /\bpeak|\bbusiest\b|\btime of (the )?day\b|\busage patterns?\b|\bat night\b|\boff-?peak\b|\bwhen (do|are|is)\b|\bworking hours\b/,
  ],
  [
    "percentiles",
    /\bp(50|90|95|99)\b|\bpercentiles?\b|\blatenc|\bslow|\bfast(est|er)?\b|\bresponse times?\b|\bmedian\b|\bhow long\b|\bspeed\b|\bdistribution\b|\btokens? per (call|request)\b|\bprompt (length|size)s?\b/,
  ],
  [
    "prices",
    /\bpric(e|es|ing)\b|\bcatalog(ue)?\b|\bper million\b|\bcheapest model\b|\bwhich models (exist|are there|can i)\b/,
  ],
  [
    "report",
    /\bwhere does\b.*\bgo\b|\b(cut|reduc|sav|lower|optimi[sz]|shrink)(e|es|ed|ing|ings|ation|ations)?\b|\brecommend|\bfull report\b|\banaly[sz]e\b|\banalysis\b|\baudit\b|\breport\b|\bcheaper\b|\bless expensive\b|\breview (this|my|our|the) (data|file|spend|usage)\b|\boverview\b/,
  ],
  [
    "describe",
    /\b(what|which) (data|models|teams|features|users|period)\b.*\b(have|there|do|are|is|in|use|used|cover|loaded)\b|\bdescribe\b|\bhow many (records|rows|calls|requests|users|models|teams|features)\b|\bdata ?set\b|\bwhat do you (have|know)\b|\bsample data\b/,
  ],
  [
    "spend",
    /\bspen[dt]|\bspending|\bspends?\b|\bcosts?\b|\bexpens|\bbills?\b|\bpay(s|ing)?\b|\bpaid\b|\busage\b|\bmoney\b|\bbudget\b|\btokens?\b|\bcalls?\b|\brequests?\b|\btop \d+\b|\bhow much\b|\bcompare\b|\bbreak ?down\b|\btotal\b|\bmost\b/,
  ],
];

export function parseQuestion(text: string, names: Names, before: Question | undefined): Question {
  const lower = text.toLowerCase().replace(/[’‘]/g, "'").replace(/\s+/g, " ").trim();
  const found = rules.find(([, rule]) => rule.test(lower))?.[0];
  const entities = findEntities(lower, names, found);
  const opening = /^(and|what about|how about|also|same|now|only|just|but|then|or|for|by|per|in|with)\b/.test(
    lower,
  );
  const something = entities.by !== undefined || Object.keys(entities.filter).length > 0;
  const usable = before !== undefined && !["greeting", "thanks", "help", "unknown"].includes(before.intent);
  const strange = strangeWords(lower, names);
  const continues =
    usable &&
    something &&
    (opening ? found === undefined || found === "spend" || found === before.intent : found === undefined);
  if (continues && strange.length === 0) {
    // A report has no dimension of its own; "and by team?" after one asks for the spend.
    const intent = before.intent === "report" || before.intent === "describe" ? "spend" : before.intent;
    return {
      ...before,
      ...entities,
      intent,
      filter: { ...before.filter, ...entities.filter },
      continues: true,
    };
  }
  const intent = found ?? (entities.by !== undefined ? "spend" : undefined);
  const talk = intent === "greeting" || intent === "thanks" || intent === "help";
  if (intent === undefined || (!talk && strange.length > (intent === "spend" ? 0 : 2))) {
    return { intent: "unknown", filter: {}, strange, continues: false };
  }
  return { ...entities, intent, strange: talk ? [] : strange, continues: false };
}

type Entities = Omit<Question, "intent" | "strange" | "continues">;

function findEntities(
  lower: string,
  names: Names,
  intent: Intent | undefined,
): Entities & { strange: readonly string[] } {
  const filter: { -readonly [key in keyof Filter]: Filter[key] } = {};
  const coming = intent === "forecast" ? findComingMonthDays(lower, names.extent) : undefined;
  const period = coming === undefined ? findPeriod(lower, names.extent) : undefined;
  if (period) {
    filter.from = period.from;
    filter.to = period.to;
  }
  const found: { -readonly [key in keyof Entities]?: Entities[key] } = {};
  const models = findModels(lower, names);
  const target = intent === "routing" ? findTarget(lower) : undefined;
  if (target !== undefined) found.to = target;
  const inData = models.filter((name) => name !== target && names.names.model.includes(name));
  if (inData.length > 0) filter.model = inData;
  for (const dimension of ["user", "team", "feature"] as const) {
    const named = names.names[dimension].filter((name) => mentions(lower, name, dimension));
    if (named.length > 0) filter[dimension] = named;
  }
  const size =
    /\b(under|below|less than|shorter than|at most|max(?:imum)?(?: of)?|over|above|more than|longer than|at least|to|at)\s+(\d[\d,]*)(k)?\s*(?:input |prompt )?tokens\b/.exec(
      lower,
    );
  if (size) {
    const value = Number(size[2]?.replaceAll(",", "")) * (size[3] ? 1000 : 1);
    if (intent === "trimming") found.inputTokensMax = value;
    else if (/over|above|more|longer|least/.test(size[1] ?? "")) filter.inputTokensMin = value;
    else filter.inputTokensMax = value;
  }
  const by = findGrouping(lower);
  if (by !== undefined) found.by = by;
  else if (intent === "spend") {
    // Two of a kind are named to be compared.
    const compared = dimensions.find((dimension) => (filter[dimension]?.length ?? 0) > 1);
    if (compared !== undefined) found.by = compared;
  }
  const top = /\btop (\d{1,3})\b/.exec(lower);
  if (top) found.top = Math.max(1, Math.min(100, Number(top[1])));
  const percentage = /(\d+(?:\.\d+)?)\s*(?:%|percent)/.exec(lower);
  if (percentage) {
    found.percent = Number(percentage[1]);
    if (found.percent > 0 && found.percent <= 100) found.share = found.percent / 100;
  } else if (/\bhalf\b/.test(lower)) {
    found.percent = 50;
    found.share = 0.5;
  } else if (/\bdoubl/.test(lower)) found.percent = 100;
  else if (/\btripl/.test(lower)) found.percent = 200;
  if (/\b(a|per|each|every) month\b|\bmonthly\b|\bmonth (over|by|after|on) month\b/.test(lower))
    found.monthly = true;
  const forMonths = /\b(?:for|over|in|within|next)\s+(?:the next\s+)?(\d{1,2}) months?\b/.exec(lower);
  if (forMonths) found.months = Math.max(1, Math.min(36, Number(forMonths[1])));
  const horizon = coming ?? findHorizonDays(lower);
  if (horizon !== undefined) found.forecastDays = horizon;
  const metric = findMetric(lower);
  if (metric !== undefined) found.metric = metric;
  const daily = findDailyMetric(lower);
  if (daily !== undefined) found.dailyMetric = daily;
  if (/\btokens?\b/.test(lower) && !/\bcost|\bspen/.test(lower)) found.orderBy = "tokens";
  else if (/\b(calls?|requests?)\b/.test(lower) && !/\bcost|\bspen/.test(lower)) found.orderBy = "calls";
  return { ...found, filter, strange: [] };
}

function findGrouping(lower: string): Grouping | undefined {
  const named =
    /\b(?:by|per|each|every|which|what|across|top(?: \d+)?|for each|expensive|busiest)\s+(?:the\s+|our\s+|my\s+|single\s+)?(user|person|team|department|feature|app|model|day|week|month|weekday|hour)s?\b/.exec(
      lower,
    )?.[1];
  if (named === "person") return "user";
  if (named === "department") return "team";
  if (named === "app") return "feature";
  if (named !== undefined) return named as Grouping;
  if (/\bwho\b/.test(lower)) return "user";
  if (/\bweekends?\b/.test(lower)) return "weekday";
  if (/\bdaily\b/.test(lower)) return "day";
  if (/\bweekly\b/.test(lower)) return "week";
  if (/\bmonthly\b/.test(lower)) return "month";
  if (/\bhourly\b/.test(lower)) return "hour";
  const plain = /\b(users|teams|features|models)\b/.exec(lower)?.[1];
  return plain === undefined ? undefined : (plain.slice(0, -1) as Dimension);
}

function findMetric(lower: string): Metric | undefined {
  if (/\blatenc|\bslow|\bfast|\bresponse time|\bhow long\b|\bspeed\b/.test(lower)) return "latencyMs";
  if (/\boutput tokens?\b|\bcompletion/.test(lower)) return "outputTokens";
  if (/\binput tokens?\b|\bprompts?\b/.test(lower)) return "inputTokens";
  if (/\btokens?\b/.test(lower)) return "totalTokens";
  return /\bcosts?\b|\bspen/.test(lower) ? "costUsd" : undefined;
}

function findDailyMetric(lower: string): DailyMetric | undefined {
  if (/\blatenc|\bslow/.test(lower)) return "latencyP95Ms";
  if (/\berror|\bfail|\bsuccess/.test(lower)) return "failedPercent";
  if (/\btokens?\b/.test(lower)) return "tokens";
  if (/\bcalls?\b|\brequests?\b|\btraffic\b|\bvolume\b/.test(lower)) return "calls";
  return /\bcosts?\b|\bspen/.test(lower) ? "costUsd" : undefined;
}

/** Models of the data and of the price list that the text names, longest names first so that none hides another. */
function findModels(lower: string, names: Names): readonly string[] {
  const all = [...new Set([...names.names.model, ...priceList.models.map((one) => one.model)])].sort(
    (a, b) => b.length - a.length,
  );
  let left = lower;
  const found: string[] = [];
  for (const name of all) {
    const place = wordAt(left, name);
    if (place < 0) continue;
    found.push(name);
    left = left.slice(0, place) + " ".repeat(name.length) + left.slice(place + name.length);
  }
  return found;
}

/** What follows "to", "with" or "use … instead": a name, whether the price list knows it or not. */
function findTarget(lower: string): string | undefined {
  const name = "([a-z][a-z0-9.:/_-]*[a-z0-9])";
  const found =
    new RegExp(`\\b(?:use|used|using|run|ran|had)\\s+${name}\\s+(?:instead|for\\b)`).exec(lower) ??
    new RegExp(`\\binstead of\\s+\\S+\\s*,?\\s*(?:we )?(?:use|used|took)\\s+${name}`).exec(lower) ??
    new RegExp(`\\b(?:to|with|by|onto)\\s+(?:the model\\s+)?${name}`).exec(lower);
  const target = found?.[1];
  // "with a cheaper model" names none.
  return target === undefined ||
    /^(a|an|the|my|our|some|another|cheaper|smaller|something|less|it|them|that)$/.test(target)
    ? undefined
    : target;
}

function mentions(lower: string, name: string, dimension: Dimension): boolean {
  const low = name.toLowerCase();
  // A team called "data" or "A" is only meant where the question says so.
  if (knownWords.has(low) || low.length < 2)
    return wordAt(lower, `${dimension} ${low}`) >= 0 || wordAt(lower, `${low} ${dimension}`) >= 0;
  return wordAt(lower, low) >= 0 || (low.includes("-") && wordAt(lower, low.replaceAll("-", " ")) >= 0);
}

function wordAt(text: string, name: string): number {
  const low = name.toLowerCase();
  if (low.trim() === "") return -1;
  for (let at = text.indexOf(low); at >= 0; at = text.indexOf(low, at + 1)) {
    const beforeIt = text[at - 1] ?? " ";
    const behind = text.slice(at + low.length, at + low.length + 2);
    if (!/[a-z0-9]/.test(beforeIt) && !/^([a-z0-9]|[-._][a-z0-9])/.test(behind)) return at;
  }
  return -1;
}

/** The text without a name; words that only contain it stay whole. */
function without(text: string, name: string): string {
  let left = text;
  for (let at = wordAt(left, name); at >= 0; at = wordAt(left, name)) {
    left = left.slice(0, at) + " ".repeat(name.length) + left.slice(at + name.length);
  }
  return left;
}

/** Words that neither the rules nor the data know. */
function strangeWords(lower: string, names: Names): readonly string[] {
  let left = lower;
  for (const name of findModels(lower, names)) left = without(left, name);
  for (const dimension of dimensions) {
    for (const name of names.names[dimension]) left = without(without(left, name), name.replaceAll("-", " "));
  }
  const target = findTarget(lower);
  if (target !== undefined && /\d|-/.test(target)) left = left.replaceAll(target, " ");
  const words = left.match(/[\p{L}][\p{L}'-]*/gu) ?? [];
  return [...new Set(words.map((word) => word.replace(/'s?$/, "")))]
    .filter((word) => word.length > 1 && !isKnown(word))
    .slice(0, 8);
}

function isKnown(word: string): boolean {
  if (knownWords.has(word)) return true;
  for (const ending of ["s", "es", "ed", "d", "ing", "ly", "ies"]) {
    if (!word.endsWith(ending)) continue;
    const stem = word.slice(0, -ending.length);
    if (knownWords.has(stem) || knownWords.has(`${stem}e`) || knownWords.has(`${stem}y`)) return true;
  }
  return word.includes("-") && word.split("-").every((part) => part === "" || isKnown(part));
}
