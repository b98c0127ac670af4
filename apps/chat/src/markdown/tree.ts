/** The little of the Markdown renderer's tree (hast) that the page reads. */
interface TreeNode {
  readonly type: string;
  readonly tagName?: string;
  readonly value?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly children?: readonly TreeNode[];
}

export interface Fence {
  readonly language: string;
  readonly code: string;
}

/** The language and the text of a fenced or indented code block, from its `pre` node. */
export function fenceOf(pre: TreeNode | undefined): Fence | undefined {
  const code = pre?.children?.find((child) => child.tagName === "code");
  if (!code) return undefined;
  const classes = code.properties?.className;
  const names: readonly unknown[] = Array.isArray(classes) ? classes : [];
  let language = "";
  for (const name of names) {
    if (typeof name === "string" && name.startsWith("language-")) language = name.slice("language-".length);
  }
  return { language, code: textOf(code).replace(/\n$/, "") };
}

function textOf(node: TreeNode): string {
  if (node.type === "text") return node.value ?? "";
  return (node.children ?? []).map(textOf).join("");
}

interface Changeable {
  type: string;
  children?: Changeable[];
}

/** A plugin that turns pieces of HTML into the text they are, before anything can take them for markup. */
export function rawToText(): (tree: unknown) => void {
  return (tree) => turn(tree as Changeable);
}

function turn(node: Changeable): void {
  if (node.type === "raw") node.type = "text";
  for (const child of node.children ?? []) turn(child);
}
