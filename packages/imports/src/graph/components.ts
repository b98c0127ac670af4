/** A directed graph over file numbers; `next` tells where the edges of a node lead, and is asked once for each. */
export type Next = (node: number) => readonly number[];

/** Strongly connected components with more than one member, largest first (Tarjan 1972, without recursion). */
export function components(count: number, next: Next): number[][] {
  const index = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const isOpen = new Uint8Array(count);
  const open: number[] = [];
  const found: number[][] = [];
  let clock = 0;
  /** The way from the root: each node, where it leads, and how much of that has been followed. */
  const path: { readonly node: number; readonly targets: readonly number[]; followed: number }[] = [];
  const enter = (node: number): void => {
    index[node] = clock;
    low[node] = clock++;
    open.push(node);
    isOpen[node] = 1;
    path.push({ node, targets: next(node), followed: 0 });
  };
  for (let root = 0; root < count; root++) {
    if (index[root] !== -1) continue;
    enter(root);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const to = top.targets[top.followed++];
      if (to !== undefined) {
        if (index[to] === -1) enter(to);
        else if (isOpen[to] === 1) low[top.node] = Math.min(low[top.node] as number, index[to] as number);
        continue;
      }
      path.pop();
      const above = path.at(-1);
      if (above !== undefined) low[above.node] = Math.min(low[above.node] as number, low[top.node] as number);
      if (low[top.node] !== index[top.node]) continue;
      const members: number[] = [];
      for (;;) {
        const node = open.pop() as number;
        isOpen[node] = 0;
        members.push(node);
        if (node === top.node) break;
      }
      if (members.length > 1) found.push(members.sort((a, b) => a - b));
    }
  }
  return found.sort((a, b) => b.length - a.length || (a[0] as number) - (b[0] as number));
}

export type Arc = { readonly from: number; readonly to: number };

/** Up to so many arcs all subsets are tried, so that the answer is the smallest. */
const exactArcsMax = 14;

/**
 * A small set of arcs whose removal leaves no cycle among `members`: the smallest for small components, else
 * by the order of Eades, Lin and Smyth (1993), from which arcs are put back as long as no cycle returns.
 */
export function cut(members: readonly number[], arcs: readonly Arc[]): readonly Arc[] {
  if (arcs.length <= exactArcsMax) {
    for (let size = 1; size <= arcs.length; size++) {
      const found = cutOfSize(members, arcs, size, 0, []);
      if (found !== undefined) return found;
    }
  }
  const place = new Map(greedyOrder(members, arcs).map((node, index) => [node, index]));
  const back = arcs.filter((arc) => (place.get(arc.from) as number) > (place.get(arc.to) as number));
  const kept = arcs.filter((arc) => !back.includes(arc));
  const removed: Arc[] = [];
  for (const arc of back) {
    if (isAcyclic(members, [...kept, arc])) kept.push(arc);
    else removed.push(arc);
  }
  return removed;
}

function cutOfSize(
  members: readonly number[],
  arcs: readonly Arc[],
  size: number,
  start: number,
  chosen: readonly Arc[],
): readonly Arc[] | undefined {
  if (chosen.length === size) {
    return isAcyclic(
      members,
      arcs.filter((arc) => !chosen.includes(arc)),
    )
      ? chosen
      : undefined;
  }
  for (let index = start; index <= arcs.length - (size - chosen.length); index++) {
    const found = cutOfSize(members, arcs, size, index + 1, [...chosen, arcs[index] as Arc]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isAcyclic(members: readonly number[], arcs: readonly Arc[]): boolean {
  const incoming = new Map(members.map((node) => [node, 0]));
  const out = new Map<number, number[]>();
  for (const { from, to } of arcs) {
    incoming.set(to, (incoming.get(to) ?? 0) + 1);
    const known = out.get(from);
    if (known === undefined) out.set(from, [to]);
    else known.push(to);
  }
  const free = members.filter((node) => incoming.get(node) === 0);
  let count = 0;
  for (let node = free.pop(); node !== undefined; node = free.pop()) {
    count++;
    for (const to of out.get(node) ?? []) {
      const left = (incoming.get(to) as number) - 1;
      incoming.set(to, left);
      if (left === 0) free.push(to);
    }
  }
  return count === members.length;
}

function greedyOrder(members: readonly number[], arcs: readonly Arc[]): readonly number[] {
  const rest = new Set(members);
  const outgoing = new Map<number, Set<number>>(members.map((node) => [node, new Set()]));
  const incoming = new Map<number, Set<number>>(members.map((node) => [node, new Set()]));
  for (const { from, to } of arcs) {
    outgoing.get(from)?.add(to);
    incoming.get(to)?.add(from);
  }
  const first: number[] = [];
  const last: number[] = [];
  const take = (node: number): void => {
    rest.delete(node);
    for (const to of outgoing.get(node) ?? []) incoming.get(to)?.delete(node);
    for (const from of incoming.get(node) ?? []) outgoing.get(from)?.delete(node);
  };
  while (rest.size > 0) {
    let best: number | undefined;
    let bestScore = Number.NEGATIVE_INFINITY;
    let hasMoved = false;
    for (const node of [...rest]) {
      const out = outgoing.get(node)?.size ?? 0;
      const into = incoming.get(node)?.size ?? 0;
      if (out === 0) {
        last.push(node);
        take(node);
        hasMoved = true;
      } else if (into === 0) {
        first.push(node);
        take(node);
        hasMoved = true;
      } else if (out - into > bestScore) {
        best = node;
        bestScore = out - into;
      }
    }
    if (hasMoved || best === undefined) continue;
    first.push(best);
    take(best);
  }
  return [...first, ...last.reverse()];
}
