import type { ReactNode } from "react";

/** Line icons on a 16-pixel grid. All are decoration: the control around one carries the name. */
const paths = {
  plus: "M8 3v10M3 8h10",
  send: "M8 13V3M4 7l4-4 4 4",
  stop: "M4.5 4.5h7v7h-7z",
  clip: "M13 7.5 8 12.5a3 3 0 0 1-4.2-4.3l5.4-5.3a2 2 0 0 1 2.8 2.8L6.7 11a.9.9 0 0 1-1.3-1.3L10 5.2",
  copy: "M5.5 5.5v-2a1 1 0 0 1 1-1h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-2M3.5 5.5h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-6a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1z",
  check: "M3 8.5 6.5 12 13 4.5",
  cross: "M4 4l8 8M12 4l-8 8",
  pencil: "M3 13l.6-2.8L11 2.8l2.2 2.2-7.4 7.4zM9.5 4.3l2.2 2.2",
  bin: "M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5M6.8 7v3.8M9.2 7v3.8",
  menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
  chevron: "M6 3.5 10.5 8 6 12.5",
  down: "M8 3v10M4 9l4 4 4-4",
  repeat: "M13 8a5 5 0 1 1-1.6-3.7M13 2.5v2.8h-2.8",
  search: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.5 10.5 13.5 13.5",
  file: "M4 2.5h5l3 3v8H4zM9 2.5v3h3",
  warning: "M8 2.5 14 13H2zM8 6.5v3M8 11.2v.3",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { readonly name: IconName }): ReactNode {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}

/** The mark: a path from a question to an answer. */
export function Mark(): ReactNode {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M7 25c7 0 4-9 9-9s3-9 9-9" />
      <circle cx="7" cy="25" r="2.6" className="mark-end" />
      <circle cx="25" cy="7" r="2.6" className="mark-begin" />
    </svg>
  );
}
