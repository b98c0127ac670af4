import { useClient } from "@goldenpath/client/react";
import type { ApprovalPart, Decision } from "@goldenpath/protocol";
import { type ReactNode, useState } from "react";
import { refusalText } from "../text/failure-text.ts";
import { prettyJson } from "../text/json.ts";

/** A question that only a person may answer: the run waits. */
export function ApprovalCard({ approval }: { readonly approval: ApprovalPart }): ReactNode {
  const client = useClient();
  const [deciding, setDeciding] = useState<Decision>();
  const [error, setError] = useState<string>();

  const decide = async (decision: Decision) => {
    if (deciding) return;
    setDeciding(decision);
    setError(undefined);
    const result = await client.resolve(approval.approvalId, decision);
    // When it worked, the event takes this card away; until then it stays "sent".
    if (!result.ok && result.code !== "approval_resolved") {
      setDeciding(undefined);
      setError(refusalText(result));
    }
  };

  return (
    <section className="approval" aria-label={`Decision on ${approval.tool}`} data-testid="approval">
      <p>
        <strong>Your decision is needed: {approval.tool}</strong>
      </p>
      <p>{approval.reason}</p>
      <pre className="json">{prettyJson(approval.input)}</pre>
      {error ? (
        <p role="alert" className="form-error">
          {error}
        </p>
      ) : null}
      <div className="notice-actions">
        <button
          type="button"
          className="button button-strong"
          aria-disabled={deciding !== undefined}
          onClick={() => void decide("approve")}
        >
          {deciding === "approve" ? "Approving …" : "Approve"}
        </button>
        <button
          type="button"
          className="button"
          aria-disabled={deciding !== undefined}
          onClick={() => void decide("reject")}
        >
          {deciding === "reject" ? "Rejecting …" : "Reject"}
        </button>
      </div>
    </section>
  );
}
