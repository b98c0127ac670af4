import type { ReactNode } from "react";
import { Dialog } from "./dialog.tsx";
import { shortcuts } from "./shortcuts.ts";

const apple = /Mac|iPhone|iPad/.test(navigator.userAgent);

export function HelpDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <table className="shortcut-table">
        <thead className="sr-only">
          <tr>
            <th>What it does</th>
            <th>Keys</th>
          </tr>
        </thead>
        <tbody>
          <Row does="Send the message" keys={["Enter"]} />
          <Row does="New line" keys={["Shift", "Enter"]} />
          {shortcuts.map((shortcut) => (
            <Row key={shortcut.name} does={shortcut.does} keys={shortcut.keys} />
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}

function Row({ does, keys }: { readonly does: string; readonly keys: readonly string[] }): ReactNode {
  return (
    <tr>
      <td>{does}</td>
      <td>
        {keys.map((key) => (
          <kbd key={key}>{key === "Mod" ? (apple ? "⌘" : "Ctrl") : key}</kbd>
        ))}
      </td>
    </tr>
  );
}
