import type { Thread } from "@goldenpath/protocol";
import { type ReactNode, useState } from "react";
import { FormError } from "../account/field.tsx";
import { navigate } from "../route.ts";
import { Dialog } from "../shell/dialog.tsx";
import { deleteThread } from "./thread-api.ts";
import { titleOf } from "./thread-groups.ts";

export interface DeleteDialogProps {
  readonly thread: Thread;
  readonly running: boolean;
  readonly current: boolean;
  readonly onClose: () => void;
}

export function DeleteDialog({ thread, running, current, onClose }: DeleteDialogProps): ReactNode {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();

  const remove = async () => {
    if (busy) return;
    setBusy(true);
    const result = await deleteThread(thread.id);
    // Gone is what was wanted, whoever did it.
    if (result.ok || result.failure.code === "not_found") {
      onClose();
      if (current) navigate({ is: "new" });
    } else {
      setBusy(false);
      setError(result.failure.message);
    }
  };

  return (
    <Dialog title="Delete thread" onClose={onClose}>
      <p>
        “{titleOf(thread)}” and all of its messages will be deleted for good.
        {running ? " The answer that is being written stops." : ""}
      </p>
      <FormError text={error} />
      <div className="row-end">
        <button type="button" className="button" onClick={onClose}>
          Keep it
        </button>
        <button
          type="button"
          className="button button-danger"
          aria-disabled={busy}
          onClick={() => void remove()}
        >
          {busy ? "Deleting …" : "Delete thread"}
        </button>
      </div>
    </Dialog>
  );
}
