import { type ComponentType, createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { FaultBoundary } from "../fault-boundary.tsx";
import type { MarkdownProps } from "./markdown.tsx";

type Renderer = ComponentType<MarkdownProps>;

const RendererContext = createContext<Renderer | undefined>(undefined);

const retryMs = 5_000;
const attemptsMax = 5;

/**
 * Fetches the Markdown renderer, the page's heaviest part, after the first paint. Until it is here, and if it
 * cannot be fetched (the server was replaced by a newer one meanwhile), answers are shown as the text they are.
 */
export function MarkdownProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [renderer, setRenderer] = useState<{ readonly component: Renderer }>();
  const [attempt, setAttempt] = useState(1);

  useEffect(() => {
    let stopped = false;
    let again: ReturnType<typeof setTimeout> | undefined;
    import("./markdown.tsx").then(
      (module) => {
        if (!stopped) setRenderer({ component: module.default });
      },
      () => {
        if (!stopped && attempt < attemptsMax) again = setTimeout(() => setAttempt(attempt + 1), retryMs);
      },
    );
    return () => {
      stopped = true;
      clearTimeout(again);
    };
  }, [attempt]);

  return <RendererContext value={renderer?.component}>{children}</RendererContext>;
}

export function AnswerText({ text, streaming }: MarkdownProps): ReactNode {
  const Renderer = useContext(RendererContext);
  const plain = <p className="answer-plain">{text}</p>;
  if (!Renderer) return plain;
  return (
    <FaultBoundary fallback={plain}>
      <Renderer text={text} streaming={streaming} />
    </FaultBoundary>
  );
}
