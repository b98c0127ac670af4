import { type ComponentProps, memo, type ReactNode } from "react";
import {
  type Components,
  defaultRehypePlugins,
  type ExtraProps,
  Streamdown,
  useIsCodeFenceIncomplete,
} from "streamdown";
import { ChartBlock } from "../chart/chart-block.tsx";
import { CodeBlock } from "./code-block.tsx";
import { fenceOf, rawToText } from "./tree.ts";

export interface MarkdownProps {
  readonly text: string;
  readonly streaming: boolean;
}

/** An answer's Markdown. HTML in it is shown as text; only its finished blocks are drawn anew while it grows. */
const Markdown = memo(function Markdown({ text, streaming }: MarkdownProps): ReactNode {
  return (
    <Streamdown
      className="prose"
      // Always by blocks: another mode at the end would build the whole answer anew under the reader's eyes.
      mode="streaming"
      isAnimating={streaming}
      parseIncompleteMarkdown={streaming}
      components={components}
      rehypePlugins={rehypePlugins}
      dir="auto"
      controls={false}
      lineNumbers={false}
      linkSafety={linkSafety}
    >
      {text}
    </Streamdown>
  );
});

export default Markdown;

const linkSafety = { enabled: false } as const;
const rehypePlugins = [
  rawToText,
  ...Object.entries(defaultRehypePlugins).flatMap(([name, plugin]) => (name === "raw" ? [] : [plugin])),
];

type Props<Tag extends keyof React.JSX.IntrinsicElements> = ComponentProps<Tag> & ExtraProps;

const components: Components = {
  pre: Pre,
  code: (props: Props<"code">) => <code>{props.children}</code>,
  a: Anchor,
  img: Picture,
  table: Table,
  // Below the answer's own heading. Models begin with either of the first two, and a level that is left out
  // tells who listens that something is missing.
  h1: (props: Props<"h1">) => <h3 className="prose-h1">{props.children}</h3>,
  h2: (props: Props<"h2">) => <h3 className="prose-h2">{props.children}</h3>,
  h3: (props: Props<"h3">) => <h4 className="prose-h3">{props.children}</h4>,
  h4: (props: Props<"h4">) => <h5 className="prose-h4">{props.children}</h5>,
  h5: (props: Props<"h5">) => <h6 className="prose-h4">{props.children}</h6>,
  h6: (props: Props<"h6">) => <h6 className="prose-h4">{props.children}</h6>,
  p: (props: Props<"p">) => <p>{props.children}</p>,
  ul: (props: Props<"ul">) => <ul>{props.children}</ul>,
  ol: (props: Props<"ol">) => <ol start={props.start}>{props.children}</ol>,
  li: (props: Props<"li">) => <li>{props.children}</li>,
  input: (props: Props<"input">) => <Task checked={props.checked === true} />,
  hr: () => <hr />,
  strong: (props: Props<"strong">) => <strong>{props.children}</strong>,
  blockquote: (props: Props<"blockquote">) => <blockquote>{props.children}</blockquote>,
  thead: (props: Props<"thead">) => <thead>{props.children}</thead>,
  tbody: (props: Props<"tbody">) => <tbody>{props.children}</tbody>,
  tr: (props: Props<"tr">) => <tr>{props.children}</tr>,
  th: (props: Props<"th">) => (
    <th scope="col" className={alignOf(props)}>
      {props.children}
    </th>
  ),
  td: (props: Props<"td">) => <td className={alignOf(props)}>{props.children}</td>,
};

function Pre({ node, children }: Props<"pre">): ReactNode {
  const incomplete = useIsCodeFenceIncomplete();
  const fence = fenceOf(node);
  if (!fence) return <pre>{children}</pre>;
  if (fence.language === "chart") return <ChartBlock source={fence.code} incomplete={incomplete} />;
  return <CodeBlock code={fence.code} language={fence.language} />;
}

/** Figures stand under each other, and neither they nor short names are broken into lines. */
function alignOf({ style, align, children }: Props<"td"> | Props<"th">): string | undefined {
  const side = style?.textAlign ?? align;
  if (side === "right") return "figure";
  if (side === "center") return "centred";
  return typeof children === "string" && children.length <= nameCharsMax ? "name" : undefined;
}

const nameCharsMax = 24;

function Anchor({ href, children }: Props<"a">): ReactNode {
  if (!href) return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

/** A picture from elsewhere would tell its server who reads this, and when. So it is a link. */
function Picture({ src, alt }: Props<"img">): ReactNode {
  const name = alt || "image";
  if (typeof src !== "string" || src === "") return <span>{name}</span>;
  return (
    <a href={src} target="_blank" rel="noopener noreferrer nofollow">
      Image: {name}
    </a>
  );
}

/** The box of a task in a list; it says what it shows. */
function Task({ checked }: { readonly checked: boolean }): ReactNode {
  return <input type="checkbox" disabled checked={checked} aria-label={checked ? "Done" : "To do"} />;
}

function Table({ children }: Props<"table">): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <figure className="table-scroll" aria-label="Table" tabIndex={0}>
      <table>{children}</table>
    </figure>
  );
}
