import { type ReactNode, useMemo } from "react";
import { CopyButton } from "../conversation/copy-button.tsx";
import { highlight } from "./highlight.ts";

export interface CodeBlockProps {
  readonly code: string;
  readonly language: string;
  /** Said above the code: why a chart is shown as its source. */
  readonly note?: string;
}

export function CodeBlock({ code, language, note }: CodeBlockProps): ReactNode {
  const tokens = useMemo(() => highlight(code, language), [code, language]);
  return (
    <figure className="code" data-testid="code-block">
      <figcaption className="code-head">
        <span>{language || "text"}</span>
        {note ? <span className="code-note">{note}</span> : null}
        <CopyButton what="code" text={() => code} labelled />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
      <pre tabIndex={0}>
        <code>
          {tokens.map((token, index) =>
            token.kind === "plain" ? (
              token.text
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a text have no other name than their place
              <span key={index} data-token={token.kind}>
                {token.text}
              </span>
            ),
          )}
        </code>
      </pre>
    </figure>
  );
}
