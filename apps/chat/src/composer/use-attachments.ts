import type { AttachmentPart } from "@goldenpath/protocol";
import { useCallback, useEffect, useRef, useState } from "react";
import { judgeFile } from "./draft.ts";
import { upload } from "./upload.ts";

/** A file that the person added to the message they are writing. */
export interface Attaching {
  readonly key: string;
  readonly name: string;
  readonly bytes: number;
  readonly state:
    | { readonly is: "uploading"; readonly share: number }
    | { readonly is: "ready"; readonly part: AttachmentPart }
    /** `file` is there when another try may help. */
    | { readonly is: "failed"; readonly message: string; readonly file?: File };
}

export interface Attachments {
  readonly files: readonly Attaching[];
  readonly add: (files: Iterable<File>) => void;
  readonly retry: (key: string) => void;
  readonly remove: (key: string) => void;
  /** Puts files back that the server already has. */
  readonly restore: (parts: readonly AttachmentPart[]) => void;
  readonly clear: () => void;
}

/** Uploads begin as soon as a file is added; removing one, or leaving, stops its upload. */
export function useAttachments(): Attachments {
  const [files, setFiles] = useState<readonly Attaching[]>([]);
  const uploads = useRef(new Map<string, AbortController>());
  const count = useRef(0);

  useEffect(() => {
    const running = uploads.current;
    return () => {
      for (const stop of running.values()) stop.abort();
      running.clear();
    };
  }, []);

  const put = useCallback((key: string, state: Attaching["state"]) => {
    setFiles((all) => all.map((one) => (one.key === key ? { ...one, state } : one)));
  }, []);

  const start = useCallback(
    (key: string, file: File) => {
      const stop = new AbortController();
      uploads.current.set(key, stop);
      void upload(file, (share) => put(key, { is: "uploading", share }), stop.signal).then((result) => {
        uploads.current.delete(key);
        if (result.ok) put(key, { is: "ready", part: result.value });
        else if (result.failure.code !== "aborted") {
          const again =
            result.failure.status === 0 || result.failure.status >= 500 || result.failure.status === 429;
          put(key, { is: "failed", message: result.failure.message, ...(again ? { file } : {}) });
        }
      });
    },
    [put],
  );

  const add = useCallback(
    (added: Iterable<File>) => {
      for (const file of added) {
        const key = `file-${count.current++}`;
        const wrong = judgeFile(file);
        const state: Attaching["state"] = wrong
          ? { is: "failed", message: wrong }
          : { is: "uploading", share: 0 };
        setFiles((all) => [...all, { key, name: file.name || "file", bytes: file.size, state }]);
        if (!wrong) start(key, file);
      }
    },
    [start],
  );

  const retry = useCallback(
    (key: string) => {
      const one = files.find((entry) => entry.key === key);
      if (one?.state.is !== "failed" || !one.state.file) return;
      put(key, { is: "uploading", share: 0 });
      start(key, one.state.file);
    },
    [files, put, start],
  );

  const remove = useCallback((key: string) => {
    uploads.current.get(key)?.abort();
    uploads.current.delete(key);
    setFiles((all) => all.filter((one) => one.key !== key));
  }, []);

  const restore = useCallback((parts: readonly AttachmentPart[]) => {
    for (const stop of uploads.current.values()) stop.abort();
    uploads.current.clear();
    setFiles(
      parts.map((part) => ({
        key: `file-${count.current++}`,
        name: part.name,
        bytes: part.bytes,
        state: { is: "ready", part },
      })),
    );
  }, []);

  const clear = useCallback(() => setFiles([]), []);
  return { files, add, retry, remove, restore, clear };
}
