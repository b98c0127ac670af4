import { Component, type ReactNode } from "react";

export interface FaultBoundaryProps {
  readonly fallback: ReactNode;
  readonly children: ReactNode;
}

/** Keeps a fault in one part of the page from taking the rest with it. React reports the error itself. */
export class FaultBoundary extends Component<FaultBoundaryProps, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.fallback : this.props.children;
  }
}

export function BrokenPage(): ReactNode {
  return (
    <main className="gate">
      <div className="gate-card">
        <h1 className="gate-title">This page broke</h1>
        <p className="gate-lead">
          The fault is in the page, not in your data: everything you sent is on the server. Load the page
          again to go on.
        </p>
        <button type="button" className="button button-strong" onClick={() => location.reload()}>
          Load again
        </button>
      </div>
    </main>
  );
}
