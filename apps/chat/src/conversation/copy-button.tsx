import { type ReactNode, useEffect, useRef, useState } from "react";
import { Icon } from "../icons.tsx";

export interface CopyButtonProps {
  /** What the button copies, for its name: "answer", "code", "output". */
  readonly what: string;
  readonly text: () => string;
  readonly labelled?: boolean;
}

export function CopyButton({ what, text, labelled = false }: CopyButtonProps): ReactNode {
  const [state, setState] = useState<"ready" | "copied" | "failed">("ready");
  const back = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(back.current), []);

  const copy = async () => {
    const done = await writeClipboard(text());
    setState(done ? "copied" : "failed");
    clearTimeout(back.current);
    back.current = setTimeout(() => setState("ready"), 2_000);
  };

  const word = state === "copied" ? "Copied" : state === "failed" ? "Could not copy" : "Copy";
  return (
    <button
      type="button"
      className={labelled ? "quiet-button" : "icon-button"}
      aria-label={state === "ready" ? `Copy ${what}` : word}
      title={state === "ready" ? `Copy ${what}` : word}
      onClick={() => void copy()}
    >
      <Icon name={state === "copied" ? "check" : "copy"} />
      {labelled ? <span aria-hidden="true">{word}</span> : null}
    </button>
  );
}

/** The clipboard needs a secure page; on plain http elsewhere than localhost the old way still works. */
async function writeClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "sr-only";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
