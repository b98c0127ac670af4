import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { Icon } from "../icons.tsx";

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Escape and the close button are off where the person has to decide first. */
  readonly firm?: boolean;
}

/** A modal dialog of the platform: focus stays inside and returns afterwards. */
export function Dialog({ title, onClose, children, firm = false }: DialogProps): ReactNode {
  const place = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  // Before the element is gone: the platform gives focus back to what had it only when it closes a dialog.
  useLayoutEffect(() => {
    const dialog = place.current;
    if (dialog && !dialog.open) {
      dialog.showModal();
      // The platform focuses the first control; a form knows better which one comes first.
      dialog.querySelector<HTMLElement>("[data-first]")?.focus();
    }
    return () => dialog?.close();
  }, []);

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it by keyboard; the click is on the backdrop
    <dialog
      ref={place}
      className="dialog"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        if (!firm) onClose();
      }}
      onClick={(event) => {
        if (!firm && event.target === place.current) onClose();
      }}
    >
      <div className="dialog-body">
        <div className="dialog-head">
          <h2 id={titleId}>{title}</h2>
          {firm ? null : (
            <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
              <Icon name="cross" />
            </button>
          )}
        </div>
        {children}
      </div>
    </dialog>
  );
}
